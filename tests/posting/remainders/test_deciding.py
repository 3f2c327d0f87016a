"""Letting go of what remains: each kind by its recipe, inside limits, with a second person above a sum."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from connectors.writing import Standing
from ledger.entry import EntryKind, LineRole, Target
from ledger.faults import Conflict, Refused
from ledger.invoice import InvoiceLine
from ledger.money import Money
from ledger.posting import PostingState
from posting.refusal import NotPosted
from posting.remainders.deciding import decide, second, withdraw
from posting.remainders.kinds import Remainder
from posting.remainders.offers import options, preview
from posting.remainders.tasks import tasks
from posting.rules import Limit
from posting.undo.acts import redo
from store import outbox
from store.audit import entries as audited
from store.audit import first_broken
from store.database import Database
from store.tables.tenancy import entities
from tests.posting.business import OTHER, PERSON, Business, make_business
from tests.reconcile.books.books import invoice


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


def taxed(own: str = "INV-1", left: int = 360, **changed: Any) -> Any:
    """120.00 with 20.00 of tax on it, and a little open."""
    lines = (InvoiceLine(position=1, description="Work", amount=gbp(10_000), tax=gbp(2_000), tax_code="S20"),)
    return invoice(own, 12_000, left=left, tax_total=gbp(2_000), lines=lines, **changed)


def let_go(
    acme: Business, kind: Remainder, minor: int, *, number: str = "INV-1", by: str = PERSON, **more: Any
) -> UUID:
    with acme.database.read() as connection:
        books = acme.written(connection)
    own = acme.books.invoice_id(acme.books.xero, number)
    return decide(acme.database, books, own, kind, gbp(minor), by=by, now=acme.now(), **more)[0]


def test_a_discount_is_a_credit_note_with_its_share_of_the_tax(database: Database) -> None:
    acme = make_business(database)
    acme.put(taxed())
    note, applied = acme.plan(acme.again(let_go(acme, Remainder.DISCOUNT, 360)))
    assert (note.kind, note.amount, note.customer) == (EntryKind.CREDIT_NOTE, gbp(360), "bob")
    (line,) = note.lines
    assert (line.amount, line.tax, line.tax_code, line.account, line.item) == (
        gbp(360), gbp(60), "S20", "discounts", "item-d",
    )  # fmt: skip
    assert (applied.kind, applied.source) == (EntryKind.ALLOCATION, Target(kind="credit_note", entry=note.write_id))
    assert (applied.after, applied.lines[0].amount) == ((note.write_id,), gbp(360))


@pytest.mark.parametrize(
    ("kind", "role", "account"),
    [
        (Remainder.BANK_FEE, LineRole.FEE, "fees"), (Remainder.ROUNDING, LineRole.FEE, "rounded"),
        (Remainder.WITHHOLDING, LineRole.WITHHELD, "withheld"),
    ],
)  # fmt: skip
def test_fee_rounding_and_withholding_close_the_invoice_without_cash(
    database: Database, kind: Remainder, role: LineRole, account: str
) -> None:
    acme = make_business(database)
    acme.put(taxed(left=5))
    (entry,) = acme.plan(acme.again(let_go(acme, kind, 5)))
    assert (entry.kind, entry.amount, entry.account) == (EntryKind.RECEIPT, gbp(0), None)
    assert [(line.role, line.amount.minor, line.account) for line in entry.lines] == [
        (LineRole.PAYS, 5, None), (role, 5, account),
    ]  # fmt: skip


def test_a_bad_debt_is_a_credit_without_tax_and_leaves_a_dated_task(database: Database) -> None:
    acme = make_business(database)
    acme.put(taxed(left=12_000, status="open"))
    row = acme.again(let_go(acme, Remainder.BAD_DEBT, 12_000))
    note, _ = acme.plan(row)
    assert [(line.amount, line.tax, line.tax_code, line.account) for line in note.lines] == [
        (gbp(12_000), None, None, "bad")
    ]
    assert row.choices["task"]["on"] >= "2026-10-01"
    assert "VAT of GBP 20.00" in row.choices["task"]["sentence"]
    acme.stand(row, Standing(kind="CreditNote", external_id="CN-9"))
    with database.read() as connection:
        (one,) = tasks(connection, acme.organisation_id, acme.books.place.entity_id)
    assert (one.invoice, one.on.isoformat()) == ("INV-1", row.choices["task"]["on"])


def test_a_short_payment_posts_nothing(database: Database) -> None:
    acme = make_business(database)
    acme.put(taxed())
    with pytest.raises(Refused, match="stays owed"):
        let_go(acme, Remainder.SHORT_PAY, 360)


def test_more_than_is_open_or_twice_is_refused(database: Database) -> None:
    acme = make_business(database)
    acme.put(taxed(left=400))
    with pytest.raises(NotPosted) as refused:
        let_go(acme, Remainder.BANK_FEE, 401)
    assert refused.value.code == "paid_meanwhile"
    let_go(acme, Remainder.BANK_FEE, 400)
    with pytest.raises(NotPosted, match="other decisions wait to take GBP 4.00 of it"):
        let_go(acme, Remainder.REDUCTION, 1)
    with pytest.raises((Conflict, NotPosted)):
        let_go(acme, Remainder.BANK_FEE, 400)


def test_a_receipt_does_not_pay_what_was_let_go_of(database: Database) -> None:
    acme = make_business(database)
    acme.put(invoice("INV-1", 10_000))
    posting = acme.accept(acme.line("l1", 10_000), "INV-1")
    with pytest.raises(NotPosted, match="other decisions"):
        let_go(acme, Remainder.BANK_FEE, 1)
    assert acme.plan(posting)


def test_the_books_lock_and_a_chosen_day(database: Database) -> None:
    acme = make_business(database)
    acme.put(taxed())
    with acme.alone() as connection:
        connection.execute(update(entities).values(lock_date=date(2026, 12, 31)))
    with pytest.raises(NotPosted) as refused:
        let_go(acme, Remainder.BANK_FEE, 360)
    assert refused.value.choices == {"date": "2027-01-01"}
    row = acme.again(let_go(acme, Remainder.BANK_FEE, 360, on=date(2027, 1, 1)))
    assert [entry.on for entry in acme.plan(row)] == [date(2027, 1, 1)]


@pytest.mark.parametrize("per", ["user", "customer", "month"])
def test_a_limit_of_the_month_counts_what_stands(database: Database, per: str) -> None:
    acme = make_business(database)
    acme.put(taxed("INV-1"), taxed("INV-2"), taxed("INV-3", customer_external_id="eve"))
    acme.rule(limits=(Limit(currency="GBP", most=5, per=per),))
    first = let_go(acme, Remainder.BANK_FEE, 300)
    with pytest.raises(NotPosted) as refused:
        let_go(acme, Remainder.BANK_FEE, 300, number="INV-2")
    assert refused.value.code == "over_limit"
    if per == "user":
        let_go(acme, Remainder.BANK_FEE, 300, number="INV-2", by=OTHER)
    elif per == "customer":
        let_go(acme, Remainder.BANK_FEE, 300, number="INV-3")
    else:
        withdraw(acme.database, acme.organisation_id, first, by=PERSON, now=acme.now())
        let_go(acme, Remainder.BANK_FEE, 300, number="INV-2")


def test_a_rounding_is_small_and_capped(database: Database) -> None:
    acme = make_business(database)
    acme.put(*(taxed(f"INV-{n}", left=6) for n in range(3)))
    acme.rule(settings={"rounding_month_minor": "8"})
    with pytest.raises(NotPosted) as refused:
        let_go(acme, Remainder.ROUNDING, 6, number="INV-0")
    assert refused.value.code == "not_rounding"
    let_go(acme, Remainder.ROUNDING, 5, number="INV-1")
    with pytest.raises(NotPosted) as refused:
        let_go(acme, Remainder.ROUNDING, 5, number="INV-2")
    assert refused.value.code == "rounding_cap"


def test_above_a_sum_a_second_person_agrees(database: Database) -> None:
    acme = make_business(database)
    acme.put(taxed(left=5_000))
    acme.rule(second_above=(Limit(currency="GBP", most=20),))
    own = let_go(acme, Remainder.BANK_FEE, 5_000)
    assert acme.again(own).state == "awaiting"
    with pytest.raises(Refused, match="You have decided this already"):
        second(acme.database, acme.organisation_id, own, by=PERSON, now=acme.now())
    second(acme.database, acme.organisation_id, own, by=OTHER, now=acme.now())
    row = acme.again(own)
    assert (row.state, row.choices["seconded_by"]) == ("ready", OTHER)
    with pytest.raises(Refused):
        second(acme.database, acme.organisation_id, own, by=OTHER, now=acme.now())
    with acme.database.read() as connection:
        verbs = [one.verb for one in audited(connection, acme.organisation_id, limit=2)]
        assert first_broken(connection, acme.organisation_id) is None
    assert verbs == ["remainder.second", "remainder.decide"]


@pytest.mark.parametrize("kept", ["limits", "second_above"])
def test_a_currency_that_no_limit_names_takes_a_second_person_for_every_sum(database: Database, kept: str) -> None:
    """Where limits are named at all: a foreign sum would slip below each of them."""
    acme = make_business(database)
    eur = Money(10_000, "EUR")
    acme.put(
        invoice(
            "INV-9",
            10_000,
            total=eur,
            tax_total=Money(0, "EUR"),
            open_amount=Money(40, "EUR"),
            exchange_rate=Decimal("0.8"),
        )
    )
    own = acme.books.invoice_id(acme.books.xero, "INV-9")

    def decided(kind: Remainder, minor: int) -> Any:
        with acme.database.read() as connection:
            books = acme.written(connection)
        return decide(acme.database, books, own, kind, Money(minor, "EUR"), by=PERSON, now=acme.now())

    acme.rule(**{kept: (Limit(currency="GBP", most=500),)})
    with acme.database.read() as connection:
        offered = preview(connection, acme.written(connection), own, Remainder.BANK_FEE, Money(30, "EUR"), by=PERSON)
    assert offered.second_because == "the rules name no limit in EUR, so"
    posting, state = decided(Remainder.BANK_FEE, 30)
    assert state is PostingState.AWAITING
    second(acme.database, acme.organisation_id, posting, by=OTHER, now=acme.now())
    assert acme.again(posting).state == "ready"
    assert decided(Remainder.ROUNDING, 5)[1] is PostingState.READY, "roundings have a bound in every currency"
    acme.rule(**{kept: (Limit(currency="GBP", most=500), Limit(currency="EUR", most=100))})
    assert decided(Remainder.WITHHOLDING, 1)[1] is PostingState.READY


def test_an_invoice_whose_tax_changed_since_is_decided_anew(database: Database) -> None:
    acme = make_business(database)
    acme.put(taxed())
    row = acme.again(let_go(acme, Remainder.DISCOUNT, 360))
    lines = (InvoiceLine(position=1, description="Work", amount=gbp(12_000), tax=gbp(0), tax_code="Z"),)
    acme.put(invoice("INV-1", 12_000, left=360, lines=lines))
    with pytest.raises(NotPosted) as refused:
        acme.plan(row)
    assert refused.value.code == "tax_changed"


def test_offers_say_each_kind_with_its_tax_and_why_not(database: Database) -> None:
    acme = make_business(database)
    acme.put(taxed())
    own = acme.books.invoice_id(acme.books.xero, "INV-1")
    with acme.database.read() as connection:
        books = acme.written(connection)
        offers = {one.kind: one for one in options(connection, books, own, by=PERSON)}
        bad = preview(connection, books, own, Remainder.BAD_DEBT, gbp(360), by=PERSON)
        more = preview(connection, books, own, Remainder.WITHHOLDING, gbp(999_900), by=PERSON)
    assert set(offers) == set(Remainder)
    assert more.refusal is not None
    assert "Only GBP 3.60 of invoice INV-1 is open. Give at most that." in f"{more.refusal} {more.refusal.remedy}"
    assert [part.tax.minor for part in offers[Remainder.DISCOUNT].tax] == [60]
    assert offers[Remainder.ROUNDING].refusal is not None
    assert offers[Remainder.SHORT_PAY].entries == ()
    assert [entry.kind for entry in offers[Remainder.REDUCTION].entries] == [
        EntryKind.CREDIT_NOTE,
        EntryKind.ALLOCATION,
    ]
    assert bad.task is not None
    assert "VAT of GBP 0.60" in bad.task[1]


def test_a_sum_that_is_split_by_kinds_is_one_sum_for_the_second_person(database: Database) -> None:
    acme = make_business(database)
    acme.put(taxed(left=5_000))
    acme.rule(second_above=(Limit(currency="GBP", most=20),))
    assert acme.again(let_go(acme, Remainder.BANK_FEE, 1_500)).state == "ready"
    rest = let_go(acme, Remainder.REDUCTION, 1_500)
    assert acme.again(rest).state == "awaiting"
    withdraw(acme.database, acme.organisation_id, rest, by=PERSON, now=acme.now())
    assert acme.again(let_go(acme, Remainder.REDUCTION, 500)).state == "ready"


def undone(acme: Business, own: UUID) -> None:
    """As if it had stood in the books and been taken back."""
    with acme.alone() as connection:
        outbox.move(
            connection, acme.organisation_id, [own], PostingState.UNDONE, expected=(PostingState.READY,), by=PERSON,
            reason="Undone.", now=acme.now(),
        )  # fmt: skip


def test_what_is_let_go_of_again_is_so_by_the_limits_and_with_a_second_person(database: Database) -> None:
    acme = make_business(database)
    acme.put(taxed("INV-1", left=5_000), taxed("INV-2", left=5_000))
    acme.rule(limits=(Limit(currency="GBP", most=50, per="user"),), second_above=(Limit(currency="GBP", most=20),))
    first = let_go(acme, Remainder.BANK_FEE, 3_000)
    second(acme.database, acme.organisation_id, first, by=OTHER, now=acme.now())
    undone(acme, first)
    other = let_go(acme, Remainder.BANK_FEE, 3_000, number="INV-2")
    with pytest.raises(NotPosted) as refused:
        redo(acme.database, acme.organisation_id, first, by=PERSON, now=acme.now())
    assert refused.value.code == "over_limit"
    withdraw(acme.database, acme.organisation_id, other, by=PERSON, now=acme.now())
    row = acme.again(redo(acme.database, acme.organisation_id, first, by=PERSON, now=acme.now()))
    assert (row.state, "seconded_by" in row.choices) == ("awaiting", False)
