"""Records upstream that carry our markers: by number where QuickBooks can search it, else by day and the note.

Payments are found by their reference number, expenses, journals and credit memos by their document number. Deposits and
transfers have no such field, and an application inside a Payment has no record of its own: they are read and their notes
looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from connectors.quickbooks.client import QuickBooksClient
from connectors.quickbooks.faults import QuickBooksRefused
from connectors.quickbooks.writing.records import Held, by_values, part_of, rows, standing_of
from connectors.quickbooks.writing.shaping import is_update
from connectors.writing import Standing
from ledger.entry import Entry, EntryKind

Found = dict[str, list[Standing]]
_SLACK = timedelta(days=1)  # the company's day may be another than ours
_NUMBERED = {
    EntryKind.SPEND: "Purchase", EntryKind.REFUND: "Purchase", EntryKind.JOURNAL: "JournalEntry",
    EntryKind.CREDIT_NOTE: "CreditMemo",
}  # fmt: skip
_NOTED = {EntryKind.RECEIVE: "Deposit", EntryKind.DEPOSIT: "Deposit", EntryKind.TRANSFER: "Transfer"}


def find(client: QuickBooksClient, entries: Sequence[Entry], since: date, home: str) -> Found:
    """By write id; ids of which nothing stands are left out."""
    found: Found = defaultdict(list)
    payments = [entry for entry in entries if _is_payment(entry)]
    _by_reference(client, payments, found, home)
    _inside(client, [entry for entry in entries if is_update(entry)], found, home)
    for kind, of_kind in _grouped(entries, _NUMBERED).items():
        try:
            _by_number(client, kind, of_kind, found, home)
        except QuickBooksRefused:  # a field that this company cannot be asked for
            _by_note(client, kind, of_kind, since, found, home)
    for kind, of_kind in _grouped(entries, _NOTED).items():
        _by_note(client, kind, of_kind, since, found, home)
    return dict(found)


def _is_payment(entry: Entry) -> bool:
    return entry.kind is EntryKind.RECEIPT or (entry.kind is EntryKind.ALLOCATION and not is_update(entry))


def _grouped(entries: Sequence[Entry], kinds: Mapping[EntryKind, str]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.kind in kinds:
            found[kinds[entry.kind]].append(entry)
    return found


def _by_reference(client: QuickBooksClient, entries: Sequence[Entry], found: Found, home: str) -> None:
    for held, _ in by_values(client, "Payment", "PaymentRefNum", (entry.write_id for entry in entries)):
        found[_upper(held.payment_ref_num)].append(standing_of("Payment", held, home))


def _by_number(client: QuickBooksClient, kind: str, entries: Sequence[Entry], found: Found, home: str) -> None:
    came = list(by_values(client, kind, "DocNumber", (entry.write_id for entry in entries)))
    for entry, held in _marked(entries, (held for held, _ in came)):
        found[entry.write_id].append(standing_of(kind, held, home))


def _by_note(
    client: QuickBooksClient, kind: str, entries: Sequence[Entry], since: date, found: Found, home: str
) -> None:
    """What was made since then, dated as the entries are: a fortnight's deposits are read, not the books."""
    first, last = min(entry.on for entry in entries), max(entry.on for entry in entries)
    made = (since - _SLACK).isoformat()
    where = (
        f"TxnDate >= '{first.isoformat()}' AND TxnDate <= '{last.isoformat()}' "
        f"AND MetaData.CreateTime >= '{made}T00:00:00-00:00'"
    )
    for entry, held in _marked(entries, (held for held, _ in rows(client, kind, where))):
        found[entry.write_id].append(standing_of(kind, held, home))


def _inside(client: QuickBooksClient, entries: Sequence[Entry], found: Found, home: str) -> None:
    """Applications of Payments that stood before; of one of our own posting, by its own marker."""
    by_id = [entry.source.external_id for entry in entries if entry.source and entry.source.external_id]
    by_mark = [entry.source.entry for entry in entries if entry.source and not entry.source.external_id]
    came = [held for held, _ in by_values(client, "Payment", "Id", by_id)]
    came += [held for held, _ in by_values(client, "Payment", "PaymentRefNum", by_mark)]
    for entry, held in _marked(entries, came):
        found[entry.write_id].append(part_of("Payment", held, entry.write_id, home))


def _marked(entries: Sequence[Entry], came: Iterator[Held] | Sequence[Held]) -> Iterator[tuple[Entry, Held]]:
    """Each record with the entry whose marker stands in its note."""
    for held in came:
        note = held.private_note or ""
        for entry in entries:
            if entry.write_id in note or entry.write_id == held.doc_number:
                yield entry, held


def _upper(text: str | None) -> str:
    return (text or "").upper()
