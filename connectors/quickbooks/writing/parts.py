"""What the bodies of all records are put together from: references, amounts, currency, and our marker in the note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from connectors.quickbooks.writing.chart import Chart
from connectors.writing import Standing
from ledger.entry import Entry, Target
from ledger.faults import BadInput

Body = dict[str, Any]
NOTE_LETTERS_MAX = 3900  # 4,000 with the marker and the word that a void puts before it
ENCODER = msgspec.json.Encoder(decimal_format="number")
_TXN_TYPES = {
    "invoice": "Invoice",
    "credit_note": "CreditMemo",
    "journal": "JournalEntry",
    "refund": "Expense",
    "Invoice": "Invoice",
    "CreditMemo": "CreditMemo",
    "JournalEntry": "JournalEntry",
    "Purchase": "Expense",
    "Deposit": "Deposit",
}


def ref(value: str) -> Body:
    return {"value": value}


def note(entry: Entry, *, marked: bool) -> Body:
    """The payer's own words, and our marker where no other field of the record carries it."""
    words = " · ".join(part for part in (entry.memo, entry.reference) if part)[:NOTE_LETTERS_MAX]
    text = f"{words} [{entry.write_id}]".lstrip() if marked else words
    return {"PrivateNote": text} if text else {}


def money(chart: Chart, currency: str, entry: Entry) -> Body:
    """The record's currency, and the settlement's own rate where it is foreign; QuickBooks' rate of the day where none."""
    found: Body = {"CurrencyRef": ref(currency)}
    if currency != chart.home and entry.rate is not None:
        found["ExchangeRate"] = entry.rate
    return found


def linked(target: Target, standing: Mapping[str, Standing]) -> Body:
    """What a payment's line is linked with. A line of a journal has an id of three parts: record, id, line."""
    own = external_id(target, standing)
    kind, parts = target.kind, own.split("/")
    if len(parts) == 3:
        kind, own, line = parts
        return {"TxnId": own, "TxnType": _TXN_TYPES[kind], "TxnLineId": line}
    return {"TxnId": own, "TxnType": _TXN_TYPES[kind]}


def external_id(target: Target, standing: Mapping[str, Standing]) -> str:
    """Raises BadInput where the entry that it names does not stand."""
    if target.external_id:
        return target.external_id
    return stands(target.entry, standing).external_id


def stands(write_id: str, standing: Mapping[str, Standing]) -> Standing:
    found = standing.get(write_id)
    if found is None:
        raise BadInput(f"Entry {write_id} is referred to and does not stand yet; it has to be written first.")
    return found
