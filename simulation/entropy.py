"""The machine's chance, replaced in this process by the run's own: ids and salts are then the same in each replay."""

from __future__ import annotations

import random
import secrets


def seeded(chance: random.Random) -> None:
    """Everything that asks `secrets` from now on gets what the seed gives. For a process that runs one seed and ends."""

    def given(nbytes: int | None = None) -> bytes:
        return chance.randbytes(32 if nbytes is None else nbytes)

    secrets.token_bytes = given
