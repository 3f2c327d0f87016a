"""Sealed tokens: Fernet under the newest key, readable under older ones until they are sealed again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, bindparam, select, update

from ledger.faults import BadInput, NotFound
from store.tables.tenancy import token_sets


class Sealer:
    """Seals and opens small JSON secrets. Keys are newest first; none of them is ever shown."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise BadInput(
                "TIEOUT_ENCRYPTION_KEYS holds something that is no key; each is 32 random bytes in URL-safe base64."
            ) from None

    def seal(self, secret: dict[str, Any]) -> bytes:
        return self._fernet.encrypt(json.dumps(secret).encode())

    def open(self, sealed: bytes) -> dict[str, Any]:
        try:
            opened: dict[str, Any] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise BadInput(
                "A stored token cannot be opened with the keys in TIEOUT_ENCRYPTION_KEYS; put the key back that sealed it."
            ) from None
        return opened

    def rotate(self, sealed: bytes) -> bytes:
        return self._fernet.rotate(sealed)


@dataclass(frozen=True, slots=True)
class StoredTokens:
    """`revision` counts refreshes: who holds an older one has a stale token.

    asked_at: when the first of the renewals was sent that no answer came to; None where the last one was answered.
    """

    id: UUID
    provider: str
    secret: dict[str, Any]
    revision: int
    expires_at: datetime | None
    refresh_expires_at: datetime | None
    dead_at: datetime | None
    asked_at: datetime | None

    def __repr__(self) -> str:
        return f"StoredTokens({self.provider}, revision {self.revision})"


def add_tokens(
    connection: Connection,
    sealer: Sealer,
    *,
    organisation_id: UUID,
    token_set_id: UUID,
    provider: str,
    secret: dict[str, Any],
    expires_at: datetime | None,
    refresh_expires_at: datetime | None,
    now: datetime,
) -> None:
    connection.execute(
        token_sets.insert().values(
            organisation_id=organisation_id,
            id=token_set_id,
            provider=provider,
            sealed=sealer.seal(secret),
            revision=1,
            expires_at=expires_at,
            refresh_expires_at=refresh_expires_at,
            updated_at=now,
        )
    )


_TOKENS = select(token_sets).where(
    token_sets.c.organisation_id == bindparam("organisation_id"), token_sets.c.id == bindparam("own_id")
)


def load_tokens(connection: Connection, sealer: Sealer, organisation_id: UUID, token_set_id: UUID) -> StoredTokens:
    row = connection.execute(_TOKENS, {"organisation_id": organisation_id, "own_id": token_set_id}).one_or_none()
    if row is None:
        raise NotFound("The connection has no tokens any more; connect it again.")
    return StoredTokens(
        row.id, row.provider, sealer.open(row.sealed), row.revision, row.expires_at, row.refresh_expires_at, row.dead_at,
        row.asked_at,
    )  # fmt: skip


def replace_tokens(
    connection: Connection,
    sealer: Sealer,
    organisation_id: UUID,
    token_set_id: UUID,
    *,
    secret: dict[str, Any],
    expires_at: datetime | None,
    refresh_expires_at: datetime | None,
    now: datetime,
) -> None:
    """Saves refreshed tokens over the old ones; the caller holds the token set's lock."""
    connection.execute(
        update(token_sets)
        .where(token_sets.c.organisation_id == organisation_id, token_sets.c.id == token_set_id)
        .values(
            sealed=sealer.seal(secret),
            revision=token_sets.c.revision + 1,
            expires_at=expires_at,
            refresh_expires_at=refresh_expires_at,
            dead_at=None,
            asked_at=None,
            updated_at=now,
        )
    )


def note_asked(connection: Connection, organisation_id: UUID, token_set_id: UUID, asked_at: datetime | None) -> None:
    """Before a renewal is sent: since when its answer is waited for. None: nothing was sent after all, or it was answered."""
    connection.execute(
        update(token_sets)
        .where(token_sets.c.organisation_id == organisation_id, token_sets.c.id == token_set_id)
        .values(asked_at=asked_at)
    )


def mark_dead(connection: Connection, organisation_id: UUID, token_set_id: UUID, now: datetime) -> None:
    connection.execute(
        update(token_sets)
        .where(token_sets.c.organisation_id == organisation_id, token_sets.c.id == token_set_id)
        .values(dead_at=now)
    )


def reseal_all(connection: Connection, sealer: Sealer) -> int:
    """Seals every token under the newest key; returns how many."""
    rows = connection.execute(select(token_sets.c.organisation_id, token_sets.c.id, token_sets.c.sealed)).all()
    for row in rows:
        connection.execute(
            update(token_sets)
            .where(token_sets.c.organisation_id == row.organisation_id, token_sets.c.id == row.id)
            .values(sealed=sealer.rotate(row.sealed))
        )
    return len(rows)
