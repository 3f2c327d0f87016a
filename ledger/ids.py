"""Ids of our own things: UUIDv7 (time-ordered), and the short write id that providers' records can carry.

Clock and randomness come in as arguments.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from uuid import UUID

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def uuid7(now: datetime, random_bytes: bytes) -> UUID:
    """RFC 9562 version 7: 48 bits of milliseconds, then 74 random bits. `random_bytes` holds at least 10."""
    value = int(now.timestamp() * 1000) << 80 | int.from_bytes(random_bytes[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def write_id(random_bytes: bytes) -> str:
    """`T` and 15 Crockford base32 characters (75 random bits): fits QuickBooks' PaymentRefNum of 21 characters."""
    value = int.from_bytes(random_bytes[:10], "big")
    return "T" + "".join(_CROCKFORD[value >> 5 * i & 31] for i in range(15))


def derived(seed: str, part: str) -> str:
    """A write id that follows from another id: planning the same thing twice gives the same markers.

    75 bits of SHA-256: two of a million of them are alike once in 10^11.
    """
    return write_id(sha256(f"{seed}/{part}".encode()).digest())
