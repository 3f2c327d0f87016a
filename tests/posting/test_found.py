"""The same money that stands in the books already: nothing is posted, and one record is one receipt's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from connectors.writing import Standing
from ledger.bank_entry import BankEntry
from ledger.money import Money
from posting.found import Found, Seeker, judge, settle
from posting.refusal import NotPosted
from posting.undo.acts import post_anyway
from store.database import Database
from store.tables.matching import sightings
from tests.posting.business import OTHER, Business, make_business
from tests.reconcile.books.books import DAY, invoice, payment


def coded(own: str, minor: int = 10_000, *, on: date = DAY, **changed: Any) -> BankEntry:
    """Money that a bank rule coded to sales."""
    content: dict[str, Any] = {"kind": "receive", "account": "bank", "reference": "Bank rule: sales"}
    return BankEntry(external_id=own, moved_on=on, amount=Money(minor, "GBP"), **{**content, **changed})


def seek(acme: Business, *postings: Any) -> list[Found | None]:
    with acme.database.read() as connection:
        seeker = Seeker(connection, acme.written(connection))
        return [seeker.seek(acme.again(one), acme.plan(one)) for one in postings]


def waiting(acme: Business, own: str = "l1") -> Any:
    acme.put(invoice(f"INV-{own}", 10_000))
    return acme.accept(acme.line(own, 10_000, text=own), f"INV-{own}")


def test_a_line_that_a_rule_coded_is_found_and_told(database: Database) -> None:
    acme = make_business(database)
    posting = waiting(acme)
    assert seek(acme, posting) == [None]
    acme.put(coded("R-1", on=DAY + timedelta(days=7)))
    (found,) = seek(acme, posting)
    assert found is not None
    assert (found.record_kind, found.external_id) == ("BankEntry", "R-1")
    assert found.words == (
        "Money received of GBP 100.00, dated 9 March 2026 in Bank, saying 'Bank rule: sales', was entered by a person or"
        " another app."
    )


@pytest.mark.parametrize(
    "other",
    [
        coded("R-1", on=DAY + timedelta(days=8)), coded("R-1", 9_999), coded("R-1", -10_000), coded("R-1", account="other"),
        coded("R-1", status="void"),
    ],
)  # fmt: skip
def test_another_day_amount_direction_account_or_a_voided_one_is_not_it(database: Database, other: BankEntry) -> None:
    acme = make_business(database)
    posting = waiting(acme)
    acme.put(other)
    assert seek(acme, posting) == [None]


def test_one_record_is_found_by_one_posting_only(database: Database) -> None:
    acme = make_business(database)
    one, two = waiting(acme, "l1"), waiting(acme, "l2")
    acme.put(coded("R-1"))
    found = seek(acme, one, two)
    assert [each is None for each in found] == [False, True]
    settle_it(acme, one, found[0])
    assert seek(acme, two) == [None]


def test_what_we_wrote_is_never_found(database: Database) -> None:
    acme = make_business(database)
    one, two = waiting(acme, "l1"), waiting(acme, "l2")
    acme.stand(one, Standing(kind="Payment", external_id="P-1"))
    acme.put(payment("P-1", 10_000, deposit_account="bank"))
    assert seek(acme, two) == [None]


def test_another_customers_payment_is_asked_about_and_not_settled(database: Database) -> None:
    acme = make_business(database)
    posting = waiting(acme)
    acme.put(payment("P-9", 10_000, owner="eve", deposit_account="bank"))
    with pytest.raises(NotPosted) as refused:
        seek(acme, posting)
    assert (refused.value.code, refused.value.choices) == ("same_money", {"same_money": "post"})
    assert "of Eve Ltd" in str(refused.value)
    acme.choose(posting, same_money="post")
    assert seek(acme, posting) == [None]


def test_the_payments_of_one_batch_are_one_line(database: Database) -> None:
    acme = make_business(database)
    posting = waiting(acme)
    acme.put(*(payment(f"P-{n}", 5_000, deposit_account="bank", batch_external_id="B-1") for n in (1, 2)))
    (found,) = seek(acme, posting)
    assert found is not None
    assert (found.external_id, found.amount) == ("P-1", Money(10_000, "GBP"))


def test_a_payment_abroad_is_compared_by_what_it_moved(database: Database) -> None:
    """Of an invoice in dollars, into an account in pounds: at its own rate, where the books say no more."""
    acme = make_business(database)
    posting = waiting(acme)
    abroad = payment("P-1", 0, deposit_account="bank", exchange_rate=Decimal("0.8"))
    acme.put(replace(abroad, amount=Money(12_500, "USD"), unapplied=Money(0, "USD")))
    (found,) = seek(acme, posting)
    assert found is not None
    assert (found.external_id, found.amount) == ("P-1", Money(10_000, "GBP"))


def settle_it(acme: Business, posting: Any, found: Found | None) -> None:
    assert found is not None
    with acme.alone() as connection:
        settle(connection, acme.again(posting), found, by="posting", now=acme.now())


def sighted(acme: Business, receipt_id: UUID) -> list[str]:
    with acme.database.read() as connection:
        query = select(sightings.c.external_id).where(sightings.c.receipt_id == receipt_id)
        return sorted(connection.execute(query).scalars())


def test_found_is_settled_and_a_person_may_post_it_anyway(database: Database) -> None:
    acme = make_business(database)
    posting = waiting(acme)
    acme.put(coded("R-1"))
    settle_it(acme, posting, seek(acme, posting)[0])
    row, receipt = acme.again(posting), acme.books.receipt("l1")
    assert (row.state, row.code) == ("found", "found")
    assert row.reason.startswith("Money received of GBP 100.00")
    assert (receipt.status, receipt.post_status, receipt.unapplied_minor) == ("already_recorded", "none", 0)
    assert sighted(acme, receipt.id) == ["R-1", "l1"]
    assert [one.state for one in acme.books.proposals("l1", "undone")] == ["undone"]

    post_anyway(acme.database, acme.organisation_id, posting.id, by=OTHER, now=acme.now())
    row, receipt = acme.again(posting), acme.books.receipt("l1")
    assert (row.state, row.choices["same_money"]) == ("ready", "post")
    assert (receipt.status, receipt.post_status, receipt.unapplied_minor) == ("matched", "approved", 0)
    assert sighted(acme, receipt.id) == ["l1"]
    assert seek(acme, posting) == [None]


def test_what_the_provider_answers_is_judged_by_the_store(database: Database) -> None:
    acme = make_business(database)
    one, two = waiting(acme, "l1"), waiting(acme, "l2")
    acme.stand(one, Standing(kind="Payments", external_id="P-1"))
    (entry,) = acme.plan(two)
    with acme.database.read() as connection:
        written = acme.written(connection)
        ours = ((entry, (Standing(kind="Payments", external_id="P-1"),)),)
        theirs = ((entry, (Standing(kind="Payments", external_id="P-2", on=DAY), *ours[0][1])),)
        assert judge(connection, written, acme.again(two), ours) is None
        found = judge(connection, written, acme.again(two), theirs)
    assert found is not None
    assert found.external_id == "P-2"
