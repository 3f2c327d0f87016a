"""Where a pulled thing comes from, and the id that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha1
from uuid import UUID, uuid5

_NAMESPACE = UUID("6f1f3f7e-0f0b-5d8e-9a55-5b6f0c1e7a10")


@dataclass(frozen=True, slots=True)
class SourceId:
    """provider:company is the connection; kind and external_id name one record of it; version is the provider's own."""

    provider: str
    company_id: str
    kind: str
    external_id: str
    version: str = ""

    @property
    def connection(self) -> str:
        return f"{self.provider}:{self.company_id}"


def connection_id(provider: str, company_id: str) -> UUID:
    """The same company gives the same id on every machine, so that a reconnect resumes."""
    return uuid5(_NAMESPACE, f"{provider}:{company_id}")


def pulled_id(connection: UUID, kind: str, external_id: str) -> UUID:
    """The id of a pulled thing: UUIDv5 of connection, kind and external id."""
    return uuid5(connection, f"{kind}/{external_id}")


def pulled_digits(connection: bytes, kind: str, external_id: str) -> str:
    """`pulled_id` as its 32 hex digits, for many at once. connection: the UUID's bytes."""
    digits = sha1(connection + f"{kind}/{external_id}".encode(), usedforsecurity=False).hexdigest()
    return f"{digits[:12]}5{digits[13:16]}{_VARIANT[digits[16]]}{digits[17:32]}"


_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
