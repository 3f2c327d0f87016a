"""Passwords: scrypt with a salt each; a wrong address takes as long as a wrong password."""

from __future__ import annotations

from functools import cache
from typing import Final

from werkzeug.security import check_password_hash, generate_password_hash

from ledger.faults import BadInput

METHOD: Final = "scrypt:32768:8:1"
CHARACTERS_MIN: Final = 12
CHARACTERS_MAX: Final = 200  # a longer one only costs time to hash


def hashed(password: str) -> str:
    """Raises BadInput for a password that is too short or too long."""
    if not CHARACTERS_MIN <= len(password) <= CHARACTERS_MAX:
        raise BadInput(f"Give a password of {CHARACTERS_MIN} to {CHARACTERS_MAX} characters; a few words are good.")
    return generate_password_hash(password, method=METHOD)


def fits(stored: str | None, password: str) -> bool:
    if len(password) > CHARACTERS_MAX:
        return False
    if stored is None:
        check_password_hash(_nobodys(), password)
        return False
    return check_password_hash(stored, password)


@cache
def _nobodys() -> str:
    return generate_password_hash("of nobody", method=METHOD)
