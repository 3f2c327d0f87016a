"""Walks the column of guards in its order: each case trips one guard, and no earlier one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest

from ledger.entry import Target
from ledger.money import Money
from posting.checks.column import GUARDS, check
from posting.planning.books import Books
from posting.planning.case import Before, Case, Who
from posting.refusal import NotPosted
from posting.remainders.limits import Used
from posting.rules import Booking, Kind, Limit, Place, Role
from tests.posting.planning.cases import (
    ACCOUNTS,
    BANK,
    RULES,
    STRIPE,
    account,
    books,
    case,
    cash,
    charge,
    gbp,
    nets,
    owed,
    pays,
)

BANK_ALONE = (Place(role=Role.BANK, account="bank", source=str(BANK)),)


def ruled(**changed: Any) -> Books:
    return books(rules=msgspec.structs.replace(RULES, **changed))


def one(**changed: Any) -> Case:
    """The usual case with its only invoice changed."""
    document = owed(**changed)
    return case(None, pays(document, 10_000))


HELD = Target(kind="payment", external_id="P-1")
EUR = Money(10_000, "EUR")
IN_DOLLARS = owed(total=Money(10_000, "USD"))

FEE = case(cash(8_500), pays(minor=8_500, closed=1_500, closes="fee"))

COLUMN: list[tuple[str, str, Case, Books]] = [
    ("taken_back", "taken_back", case(decision="undone"), books()),
    ("receipt_gone", "receipt_reversed", case(cash(trouble="It was refunded.")), books()),
    ("before_the_start", "before_start", case(cash(on=date(2025, 12, 31))), books()),
    ("another_poster", "poster_unknown", case(charge()), ruled(bookings=())),
    ("another_poster", "other_poster", case(charge()), ruled(
        bookings=(Booking(source=str(STRIPE), kind=Kind.CHARGE, poster="Acme Sync"),))),
    ("another_poster", "before_start", case(charge(on=date(2026, 1, 31))), books()),
    ("not_settled", "not_settled", case(charge(moved=None)), books()),
    ("outside_the_books", "outside_the_books", one(here=False), books()),
    ("gone", "document_gone", one(gone=True), books()),
    ("voided", "document_voided", one(status="void", open_minor=0), books()),
    ("not_issued", "document_draft", one(status="draft"), books()),
    ("changed", "document_changed", one(before=Before(total=gbp(9_999), customer="bob")), books()),
    ("other_customer", "customer_changed", one(before=Before(total=gbp(10_000), customer="eve")), books()),
    ("other_customer", "credit_of_another", case(cash(origin="books", source=HELD, customer="eve")), books()),
    ("paid_meanwhile", "paid_meanwhile", one(open_minor=0, status="paid"), books()),
    ("paid_meanwhile", "paid_meanwhile", one(taken_minor=1), books()),
    ("paid_meanwhile", "credit_used_meanwhile", case(cash(7_000), pays(), replace(
        nets(minor=3_000), owed=nets(minor=2_999).owed)), books()),
    ("source_spent", "source_spent", case(cash(origin="books", source=HELD, customer="bob", source_left=gbp(9_999))), books()),
    ("customer_merged", "customer_merged", case(customers={"bob": Who(external_id="bob", name="Bob", merged_into="x")}), books()),
    ("customer_inactive", "customer_inactive", case(customers={"bob": Who(external_id="bob", name="Bob", status="archived")}), books()),
    ("third_currency", "third_currency", case(cash(amount=EUR, moved=EUR), pays(IN_DOLLARS)), books()),
    ("account_missing", "account_missing", case(cash(amount=EUR, moved=EUR), pays(owed(total=EUR, open_minor=10_000))), books()),
    ("account_missing", "account_missing", case(cash(9_000), pays(minor=9_000, closed=1_000, closes="fee")), ruled(places=BANK_ALONE)),
    ("account_gone", "account_gone", case(), books(accounts={})),
    ("account_archived", "account_archived", case(), books(accounts={**ACCOUNTS, "bank": account("bank", active=False)})),
    ("account_unfit", "account_unfit", case(), books(accounts={**ACCOUNTS, "bank": account("bank", "expense")})),
    ("account_currency", "account_currency", case(), books(accounts={**ACCOUNTS, "bank": account("bank", currency="EUR")})),
    ("over_a_limit", "over_limit", FEE, ruled(limits=(Limit(currency="GBP", most=14, per="month"),))),
    ("second_person", "second_needed", FEE, ruled(second_above=(Limit(currency="GBP", most=14),))),
    ("second_person", "second_needed", FEE, ruled(limits=(Limit(currency="EUR", most=900),))),
    ("locked", "period_locked", case(), books(locks={"Acme Books": date(2026, 3, 2)})),
    ("locked", "period_locked", case(cash(origin="books", source=HELD, customer="bob"), choices={"date": "2026-03-05"}),
        books(locks={"Acme Books": date(2026, 3, 2)}, undated=True)),
    ("too_early", "date_unfit", case(choices={"date": "2026-03-01"}), books()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("guard", "code", "made", "where"), COLUMN, ids=[f"{row[0]}-{n}" for n, row in enumerate(COLUMN)]
)
def test_each_guard_speaks_first_in_its_case(guard: str, code: str, made: Case, where: Books) -> None:
    spoken = [(each.__name__, said) for each in GUARDS if (said := _said(each, made, where)) is not None]
    assert spoken[0][0] == guard
    with pytest.raises(NotPosted) as refused:
        check(made, where)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")
    assert refused.value.remedy.endswith(".")


def _said(guard: Any, made: Case, where: Books) -> NotPosted | None:
    try:
        return guard(made, where)  # type: ignore[no-any-return]
    except NotPosted as refusal:
        return refusal


def test_every_guard_has_its_case_and_in_the_same_order() -> None:
    assert list(dict.fromkeys(row[0] for row in COLUMN)) == [guard.__name__ for guard in GUARDS]


def test_what_is_well_passes() -> None:
    check(case(), books())
    check(case(charge()), books())
    check(case(cash(7_000), pays(), nets()), books())


def test_the_later_of_all_locks_holds_and_the_first_open_day_is_offered() -> None:
    where = books(locks={"Acme Books": date(2026, 2, 28), "Tieout": date(2026, 3, 5)})
    with pytest.raises(NotPosted) as refused:
        check(case(), where)
    assert refused.value.choices == {"date": "2026-03-06"}
    assert "Tieout is locked through 5 March 2026" in str(refused.value)
    check(case(choices=refused.value.choices), where)


def test_a_person_may_post_a_changed_invoice_as_it_is() -> None:
    document = owed(before=Before(total=gbp(12_000), customer="eve"))
    check(case(None, pays(document, 10_000), choices={"changed": "as_it_is"}), books())


def test_what_the_books_hold_already_needs_no_account_and_no_poster() -> None:
    held = cash(origin="books", source=HELD, customer="bob", source_left=gbp(10_000), on=date(2025, 6, 1))
    check(case(held), books(accounts={}))


def test_what_was_let_go_of_before_counts_and_two_people_may() -> None:
    used = Used(amount=gbp(100), kind="bank_fee", by="ann", customer="eve")
    limited = ruled(limits=(Limit(currency="GBP", most=15, per="month"),))
    check(FEE, limited)
    with pytest.raises(NotPosted) as refused:
        check(replace(FEE, let_go=(used,)), limited)
    assert refused.value.choices == {"remainder": "leave"}
    check(replace(FEE, seconded_by="eve"), ruled(second_above=(Limit(currency="GBP", most=14),)))
