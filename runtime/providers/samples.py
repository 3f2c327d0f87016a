"""The providers' example files through their mappings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from connectors.port import Context, Mapped, Record
from connectors.quickbooks import mapping as quickbooks
from connectors.quickbooks.samples import sample_records as quickbooks_records
from connectors.stripe import mapping as stripe
from connectors.stripe.samples import sample_records as stripe_records
from connectors.xero import mapping as xero
from connectors.xero.samples import sample_records as xero_records

_SUPPLIERS = ("ACCPAY", "AP", "SPEND-", "PAYBATCH")
_WITHOUT_VALUES = frozenset(
    {"Currencies", "Term", "TaxCode", "Preferences", "Item", "CompanyCurrency", "PaymentMethod", "payment_records"}
)


def mapped_samples(folder: Path) -> Iterator[tuple[str, Record, Mapped, bool]]:
    """(provider, record, what it was mapped to, whether it ought to mean something to us)."""
    for provider, records, map_record in (
        ("quickbooks", quickbooks_records(folder / "quickbooks"), quickbooks.map_record),
        ("stripe", stripe_records(folder / "stripe" / "fixtures3.json"), stripe.map_record),
        ("xero", xero_records(folder / "xero" / "xero_accounting.yaml"), xero.map_record),
    ):
        context = Context(provider=provider, company_id="samples", home_currency="USD", time_zone="UTC")
        for record in records:
            yield provider, record, map_record(record, context), _ours(record)


def _ours(record: Record) -> bool:
    """Suppliers' documents come in the same lists; some kinds are kept for what they say and are no value."""
    if record.kind in _WITHOUT_VALUES or record.deleted:
        return False
    try:
        head = msgspec.json.decode(record.raw, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return True
    kinds = [head.get(name, msgspec.Raw(b'""')) for name in ("Type", "PaymentType")]
    said = [bytes(raw).decode().strip('"') for raw in kinds]
    own_records = any(text.startswith(("RECEIVE-", *_SUPPLIERS)) for text in said)
    return not (own_records and not (record.kind in ("Overpayments", "Prepayments") and said[0].startswith("RECEIVE-")))
