"""Stripe's published example objects (openapi's fixtures3.json) as records, to try the mapping on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from connectors.decode import Loose
from connectors.port import Record
from connectors.stripe.kinds import KINDS, PAYOUT_ITEMS
from connectors.stripe.records import record_of
from ledger.faults import BadInput

_SEEN_AT = datetime(2026, 1, 1, tzinfo=UTC)  # examples have no time of their own


class _Fixtures(Loose):
    resources: dict[str, msgspec.Raw]


def sample_records(path: Path) -> Iterator[Record]:
    """One record for each kind that we read and the file has. Raises BadInput."""
    try:
        resources = msgspec.json.decode(path.read_bytes(), type=_Fixtures).resources
    except (OSError, msgspec.DecodeError) as error:
        raise BadInput(f"{path} cannot be read as Stripe's fixtures3.json: {error}") from None
    for kind in KINDS:
        if kind.object in resources:
            yield from _one(kind.name, _filled(bytes(resources[kind.object])))
    if "balance_transaction" in resources:
        yield from _one(PAYOUT_ITEMS, bytes(resources["balance_transaction"]))


def _filled(raw: bytes) -> bytes:
    """Where Stripe has no example it writes a field's own name as its value, which for currencies is none."""
    return raw.replace(b'"currency": "currency"', b'"currency": "usd"').replace(
        b'"currency":"currency"', b'"currency":"usd"'
    )


def _one(kind: str, raw: bytes) -> Iterator[Record]:
    record = record_of(kind, raw, _SEEN_AT, parent="po_sample")
    if record is not None:
        yield record
