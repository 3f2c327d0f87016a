"""What can be made of a record before its transaction begins: the packed payload, and its values' columns and ids.

None of it depends on what stands in the store, so it may be made while the records before it are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from uuid import UUID

import zstandard

from ledger.finding import Finding, Severity
from ledger.source import pulled_digits
from store.content import Made, content_of, fingerprint
from store.plain import Unheld
from store.shapes import noun_named

CODEC = "zstd1"
WITH_DICTIONARY = "zstd1d"  # whose number stands in the head of the body
LEVEL = 1


class ReadyValue(NamedTuple):
    """One value. value_id: 32 hex digits; digest: of its content."""

    noun: str
    value_id: str
    made: Made
    digest: str


def packer() -> Callable[[bytes], bytes]:
    """Compresses payloads; one thread's own."""
    return zstandard.ZstdCompressor(level=LEVEL).compress


def ready_values(connection_id: UUID, kind: str, values: Iterable[Any]) -> tuple[ReadyValue, ...]:
    """Values that came from one record of the kind. Raises Unheld; ValueError where a row would be in
    two currencies.
    """
    space = connection_id.bytes
    found = []
    for value in values:
        noun = noun_named(type(value))
        made = content_of(noun).make(value)
        value_id = pulled_digits(space, f"{noun}/{kind}", value.external_id)
        found.append(ReadyValue(noun, value_id, made, fingerprint(made.body)))
    return tuple(found)


def unheld(fault: Unheld, kind: str, external_id: str) -> Finding:
    """What stands in place of the record's values: one odd number never ends a pass."""
    sentence = f"{kind} {external_id}: {fault}; its figures are missing until then."
    return Finding("not_storable", sentence, Severity.ERROR, kind, external_id)


def named_after(record_id: str, own: str) -> bool:
    """The value bears its record's own id, or a part of it: no other record of the kind can have made it."""
    return own == record_id or own.startswith(f"{record_id}/")


def nouns_of(values: tuple[Any, ...]) -> str:
    if len(values) == 1:
        return noun_named(type(values[0]))
    return ",".join(sorted({noun_named(type(value)) for value in values}))


def customer_of(values: tuple[Any, ...]) -> str | None:
    for value in values:
        customer: str | None = getattr(value, "customer_external_id", None)
        if customer:
            return customer
    return None
