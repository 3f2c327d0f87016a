"""Records that Tieout posted, by what stands here of them and of their parts."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from connectors.port import Value
from ledger.money import Money
from ledger.payment import Payment
from proving.verify.posted import posted_rows
from store.incoming import Key
from store.queries.proving import OwnRecord

WHOLE, PART = ("Overpayments", "op"), ("BankTransactions", "bt")


def _own(kind: str, external_id: str) -> OwnRecord:
    entry: Any = SimpleNamespace(
        amount_minor=5_000,
        currency="GBP",
        external_id="op",
        id="e",
        posting_id="p",
        body={},
        standing={"parts": [list(PART)]},
    )
    return OwnRecord(entry=entry, write_id="T1", kind=kind, external_id=external_id, receipt_id=None)


def _named(held: dict[Key, list[Value]]) -> list[str]:
    return [row.subject for row in posted_rows([_own(*WHOLE), _own(*PART)], held, "xero")]


def test_an_overpayment_is_read_as_that_and_its_bank_transaction_says_nothing() -> None:
    """As values_of gives them: a record that stands and comes to nothing of its own is left out, a deleted one is not."""
    read = Payment(
        external_id="op", customer_external_id="c", paid_on=date(2026, 3, 2), amount=Money(5_000, "GBP"),
        unapplied=Money(5_000, "GBP"), kind="overpayment",
    )  # fmt: skip
    assert _named({WHOLE: [read]}) == []
    assert _named({WHOLE: [], PART: []}) == ["op", "bt"]
