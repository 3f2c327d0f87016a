"""A value that must not be seen: prints as stars, so that a log line, a traceback or a repr cannot give it away."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "***"
_PASSWORD_IN_URL = re.compile(r"(?P<before>://[^/@:\s]*:)[^/@\s]*(?=@)")
_PASSWORD_IN_QUERY = re.compile(r"(?P<before>[?&](?:password|sslpassword|token|api_key)=)[^&#\s]*", re.IGNORECASE)


class Secret:
    """Holds one secret; `reveal()` is the only way to it, so every use can be found by that word."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))


def mask_url(url: str) -> str:
    """The address without the password that it may carry: enough to recognise a server by."""
    return _PASSWORD_IN_QUERY.sub(rf"\g<before>{MASK}", _PASSWORD_IN_URL.sub(rf"\g<before>{MASK}", url))
