"""What can be made of a record before its transaction begins: the packed payload, and its values' columns and ids.

None of it depends on what stands in the store, so it may be made while the records before it are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import zstandard

from ledger.source import pulled_digits
from store.content import Made, content_of, fingerprint
from store.tables.pulled import NOUN_OF

CODEC = "zstd1"


class ReadyValue(NamedTuple):
    """One value. value_id: 32 hex digits; digest: of its content."""

    noun: str
    value_id: str
    made: Made
    digest: str


@dataclass(frozen=True, slots=True)
class Ready:
    """packed: the payload as CODEC compresses it. nouns: of the values, comma-separated. customer: whose record it is."""

    packed: bytes
    nouns: str
    customer: str | None
    values: tuple[ReadyValue, ...]


def packer() -> Callable[[bytes], bytes]:
    """Compresses payloads; one thread's own."""
    return zstandard.ZstdCompressor(level=1).compress


def ready_values(connection_id: UUID, kind: str, values: Iterable[Any]) -> tuple[ReadyValue, ...]:
    """Values that came from one record of the kind. Raises ValueError where a row would be in two currencies."""
    space = connection_id.bytes
    found = []
    for value in values:
        noun = NOUN_OF[type(value)].name
        made = content_of(noun).make(value)
        value_id = pulled_digits(space, f"{noun}/{kind}", value.external_id)
        found.append(ReadyValue(noun, value_id, made, fingerprint(made.body)))
    return tuple(found)


def ready(connection_id: UUID, kind: str, raw: bytes, values: tuple[Any, ...], pack: Callable[[bytes], bytes]) -> Ready:
    return Ready(pack(raw), nouns_of(values), customer_of(values), ready_values(connection_id, kind, values))


def nouns_of(values: tuple[Any, ...]) -> str:
    if len(values) == 1:
        return NOUN_OF[type(values[0])].name
    return ",".join(sorted({NOUN_OF[type(value)].name for value in values}))


def customer_of(values: tuple[Any, ...]) -> str | None:
    for value in values:
        customer: str | None = getattr(value, "customer_external_id", None)
        if customer:
            return customer
    return None
