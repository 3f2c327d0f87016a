"""Each recipe of a receipt, and what holds for all of them: sums to the cent, and nothing spent twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.entry import Entry, EntryKind, LineRole, Target
from ledger.money import Money, convert
from posting.planning.case import CREDIT_NOTE, Case, Line
from posting.planning.receiving import entries_of
from posting.refusal import NotPosted
from tests.posting.planning.cases import DAY, account, books, case, cash, charge, gbp, nets, owed, pays


def only(made: Case) -> Entry:
    (entry,) = entries_of(made, books())
    return entry


def roles(entry: Entry) -> list[tuple[str, int]]:
    return [(line.role.value, line.amount.minor) for line in entry.lines]


def test_a_bank_receipt_goes_straight_to_the_account_of_its_source() -> None:
    entry = only(case())
    assert (entry.kind, entry.account, entry.amount, entry.on) == (EntryKind.RECEIPT, "bank", gbp(10_000), DAY)
    assert (entry.customer, roles(entry), entry.rate) == ("bob", [("pays", 10_000)], None)
    assert entry.lines[0].document == Target(kind="invoice", external_id="INV-1")
    assert entry.memo == "Bob Ltd · INV-1 thanks"


def test_planning_twice_gives_the_same_markers() -> None:
    lines = (pays(owed("A", 5_000)), nets("CN", 1_000))
    made = case(cash(4_000), *lines)
    assert entries_of(made, books()) == entries_of(made, books())
    assert len({entry.write_id for entry in entries_of(made, books())}) == 2


def test_a_charge_goes_gross_into_clearing_and_names_itself() -> None:
    entry = only(case(charge()))
    assert (entry.account, entry.amount, entry.reference) == ("clearing", gbp(10_000), "ch_1")


def test_several_customers_are_one_record_and_each_line_says_whose() -> None:
    entry = only(case(cash(15_000), pays(), pays(owed("INV-2", 5_000, customer="eve"))))
    assert entry.customer is None
    assert [line.customer for line in entry.lines] == ["bob", "eve"]
    assert entry.amount == gbp(15_000)


def test_a_remainder_stays_the_customers_credit_in_the_same_record() -> None:
    entry = only(case(cash(12_500)))
    assert (entry.amount, roles(entry)) == (gbp(12_500), [("pays", 10_000), ("unapplied", 2_500)])


def test_a_remainder_of_several_customers_is_nobodys_until_said() -> None:
    lines = (pays(), pays(owed("INV-2", 5_000, customer="eve")))
    with pytest.raises(NotPosted) as refused:
        entries_of(case(cash(16_000), *lines), books())
    assert (refused.value.code, refused.value.choices) == ("whose_remainder", {"customer": ["bob", "eve"]})
    entry = only(case(cash(16_000), *lines, choices={"customer": "eve"}))
    assert (entry.lines[-1].role, entry.lines[-1].customer) == (LineRole.UNAPPLIED, "eve")


def test_a_bank_fee_is_an_expense_and_the_customer_is_credited_in_full() -> None:
    entry = only(case(cash(9_985), pays(minor=9_985, closed=15, closes="fee")))
    assert roles(entry) == [("pays", 10_000), ("fee", 15)]
    assert (entry.amount, entry.lines[1].account, entry.lines[1].tax_code) == (gbp(9_985), "bank-fees", "exempt")


def test_withheld_tax_goes_to_its_own_account() -> None:
    entry = only(case(cash(9_000), pays(minor=9_000, closed=1_000, closes="withholding")))
    assert (roles(entry), entry.lines[1].account) == ([("pays", 10_000), ("withheld", 1_000)], "withheld")


def test_a_credit_note_is_put_to_its_customers_invoice_first_and_cash_pays_the_rest() -> None:
    credit, receipt = entries_of(case(cash(7_000), pays(), nets(minor=3_000)), books())
    assert (credit.kind, credit.source) == (EntryKind.ALLOCATION, Target(kind=CREDIT_NOTE, external_id="CN-1"))
    assert (roles(credit), roles(receipt)) == ([("pays", 3_000)], [("pays", 7_000)])
    assert receipt.after == (credit.write_id,)


def test_a_credit_of_another_customer_is_refused() -> None:
    with pytest.raises(NotPosted) as refused:
        entries_of(case(cash(7_000), pays(), nets(customer="eve")), books())
    assert refused.value.code == "credit_unfit"


def test_money_that_the_books_hold_is_applied_and_moves_nothing() -> None:
    source = Target(kind="overpayment", external_id="OP-1")
    held = cash(
        10_000, origin="books", source=source, source_left=gbp(10_000), customer="bob", on=date(2026, 1, 15)
    )  # fmt: skip
    entry = only(case(held))
    assert (entry.kind, entry.source, entry.account) == (EntryKind.ALLOCATION, source, None)
    assert entry.on == date(2026, 2, 1)  # the later of the money's day and the invoice's


def test_the_rate_is_the_settlements_own() -> None:
    """Dollars of the payer, pounds on the balance: the read-back is the pounds to the cent."""
    invoice = owed("US-1", total=Money(10_001, "USD"), open_minor=10_001)
    entry = only(case(charge(amount=Money(10_001, "USD"), moved=gbp(7_913)), pays(invoice)))
    assert (entry.amount, entry.account, entry.rate) == (gbp(7_913), "clearing", Decimal("0.791221"))
    assert convert(Money(10_001, "USD"), Decimal("0.791221"), "GBP") == gbp(7_913)


def test_pounds_of_the_bank_for_an_invoice_in_dollars() -> None:
    invoice = owed("US-1", total=Money(10_000, "USD"), open_minor=10_000)
    entry = only(case(cash(8_000), pays(invoice)))
    assert (entry.amount, entry.rate, roles(entry)) == (gbp(8_000), Decimal("0.8"), [("pays", 10_000)])


def test_dollars_on_a_dollar_account_take_the_books_own_rate() -> None:
    invoice = owed("US-1", total=Money(10_000, "USD"), open_minor=10_000)
    dollars = Money(10_000, "USD")
    entry = only(case(cash(amount=dollars, moved=dollars), pays(invoice)))
    assert (entry.account, entry.rate) == ("bank-usd", None)


def test_a_chosen_date_and_a_missing_account() -> None:
    assert only(case(choices={"date": "2026-03-09"})).on == date(2026, 3, 9)
    with pytest.raises(NotPosted) as refused:
        entries_of(case(cash(amount=Money(1, "EUR"), moved=Money(1, "EUR"))), books())
    assert refused.value.code == "account_missing"


def test_where_the_processor_is_the_books_no_account_is_named() -> None:
    (entry,) = entries_of(case(), books(role="processor", accounts={}))
    assert (entry.account, roles(entry)) == (None, [("pays", 10_000)])


@st.composite
def settled(draw: st.DrawFn) -> Case:
    """Invoices of up to three customers, credits of theirs, and money for the rest and perhaps more."""
    lines: list[Line] = []
    for n in range(draw(st.integers(1, 5))):
        whose = draw(st.sampled_from(["ann", "bob", "eve"]))
        kind = draw(st.sampled_from(["", "", "fee", "withholding", "rounding"]))
        applied = draw(st.integers(1, 10**7))
        closed = draw(st.integers(1, 500)) if kind else 0
        document = owed(f"INV-{n}", applied + closed, customer=whose)
        lines.append(pays(document, applied, closed=closed, closes=kind))
    room = {line.owed.customer: 0 for line in lines}
    for line in lines:
        room[line.owed.customer] += line.applied.minor
    for n in range(draw(st.integers(0, 2))):
        whose = draw(st.sampled_from(sorted(one for one in room if one)))
        if room[whose] > 1:
            part = draw(st.integers(1, room[whose] - 1))
            room[whose] -= part
            lines.append(nets(f"CN-{n}", part, customer=whose))
    needed = sum(line.applied.minor for line in lines)
    return case(cash(needed + draw(st.sampled_from([0, 0, 1, 999]))), *lines, choices={"customer": "bob"})


@given(settled())
def test_every_recipe_sums_to_the_cent_and_overspends_nothing(made: Case) -> None:
    entries = entries_of(made, books())
    assert made.cash is not None
    paid: dict[str, int] = {}
    for entry in entries:
        for line in entry.lines:
            if line.role is LineRole.PAYS and line.document is not None:
                paid[line.document.external_id] = paid.get(line.document.external_id, 0) + line.amount.minor
        if entry.kind is EntryKind.ALLOCATION and entry.source is not None:
            credit = next(line for line in made.lines if line.owed.external_id == entry.source.external_id)
            assert entry.amount == -credit.applied
    for asked in made.lines:
        if asked.owed.kind != CREDIT_NOTE:
            assert paid[asked.owed.external_id] == asked.asked.minor <= asked.owed.open_minor
    (receipt,) = [entry for entry in entries if entry.kind is EntryKind.RECEIPT]
    signed = {LineRole.FEE: -1, LineRole.WITHHELD: -1}
    assert sum(signed.get(line.role, 1) * line.amount.minor for line in receipt.lines) == receipt.amount.minor
    assert receipt.amount == made.cash.amount


def test_an_account_is_a_value() -> None:
    assert account("bank").payable
    assert not account("bank-fees", "expense").payable
