"""Records of one posting in words."""

from __future__ import annotations

from datetime import date

from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.money import Money
from webapp.posting.words import Names, records_of

DAY = date(2026, 3, 2)


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


def _overpaid(applied: int) -> tuple[Entry, Entry]:
    whole = Entry(
        kind=EntryKind.RECEIPT, write_id="T1", on=DAY, amount=gbp(10_000), account="bank", customer="bob",
        lines=(EntryLine(role=LineRole.UNAPPLIED, amount=gbp(10_000)),),
    )  # fmt: skip
    put = Entry(
        kind=EntryKind.ALLOCATION, write_id="T2", on=DAY, amount=gbp(applied), customer="bob",
        source=Target(kind="overpayment", entry="T1"),
        lines=(EntryLine(role=LineRole.PAYS, amount=gbp(applied), document=Target(kind="invoice", external_id="i")),),
    )  # fmt: skip
    return whole, put


def _lines(applied: int) -> list[tuple[str, int]]:
    return [(line.what, line.amount.minor) for line in records_of(_overpaid(applied), Names())[0].lines]


def test_what_is_applied_at_once_does_not_stay_a_credit() -> None:
    assert _lines(9_750) == [("Applied by the records below", 9_750), ("Stays the customer's credit", 250)]
    assert _lines(10_000) == [("Applied by the records below", 10_000)]
