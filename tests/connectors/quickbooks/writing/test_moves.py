"""Money that moves without a payment of an invoice: fees, other income, transfers, journals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.quickbooks.writing.chart import Chart
from connectors.quickbooks.writing.shaping import shape
from ledger.account import Account
from ledger.bank_entry import BankEntry
from ledger.entry import Entry, EntryKind, LineRole
from ledger.faults import Refused
from ledger.journal import JournalLine
from ledger.money import Money
from tests.connectors.quickbooks.writing.desk import ON, Desk, eur, line, usd


def move(desk: Desk, kind: EntryKind, amount: Money, account: str, *lines: tuple[str, Money], **more: object) -> Entry:
    parts = tuple(line(LineRole.ACCOUNT, each, account=desk.role(role)) for role, each in lines)
    given = {"memo": "po_123", **more}
    return Entry(
        kind=kind, write_id=desk.own(), on=ON, amount=amount, account=desk.role(account), lines=parts,
        **given,  # type: ignore[arg-type]
    )  # fmt: skip


def test_processor_fees_are_an_expense_from_clearing(desk: Desk) -> None:
    entry = move(desk, EntryKind.SPEND, usd("12.34"), "clearing", ("fees", usd("10.00")), ("expense", usd("2.34")))

    [standing] = desk.post(entry).values()

    spent = desk.one(standing, BankEntry)
    assert (spent.kind, spent.amount, spent.account) == ("spend", usd("-12.34"), desk.role("clearing"))
    assert (spent.moved_on, spent.reference) == (ON, entry.write_id)
    assert spent.memo == f"po_123 [{entry.write_id}]"
    assert desk.balance(desk.role("clearing")) == usd("-12.34")


def test_tax_is_written_where_a_code_is_given_and_goes_into_the_total(british: Desk) -> None:
    desk = british
    gbp = Money.of("12.00", "GBP")
    fee = line(
        LineRole.ACCOUNT, gbp, account=desk.role("fees"), tax_code=desk.role("tax_code"), tax=Money.of("2.00", "GBP")
    )
    entry = Entry(
        kind=EntryKind.SPEND, write_id=desk.own(), on=ON, amount=gbp, account=desk.role("clearing"), lines=(fee,)
    )

    [standing] = desk.post(entry).values()

    assert desk.one(standing, BankEntry).amount == -gbp
    record = desk.stand.desks[desk.realm].books.need("Purchase", standing.external_id)
    assert record["TxnTaxDetail"]["TotalTax"] == Decimal(2)
    assert record["Line"][0]["AccountBasedExpenseLineDetail"]["TaxCodeRef"] == {"value": desk.role("tax_code")}


def test_without_a_code_the_document_says_that_no_tax_applies(british: Desk) -> None:
    desk = british
    gbp = Money.of("12.00", "GBP")
    fee = line(LineRole.ACCOUNT, gbp, account=desk.role("fees"))
    entry = Entry(
        kind=EntryKind.SPEND, write_id=desk.own(), on=ON, amount=gbp, account=desk.role("clearing"), lines=(fee,)
    )

    [standing] = desk.post(entry).values()

    record = desk.stand.desks[desk.realm].books.need("Purchase", standing.external_id)
    assert record["GlobalTaxCalculation"] == "NotApplicable"
    assert "TaxCodeRef" not in record["Line"][0]["AccountBasedExpenseLineDetail"]


def test_a_won_dispute_is_a_deposit_from_disputed_funds(desk: Desk) -> None:
    entry = move(desk, EntryKind.RECEIVE, usd("75.00"), "clearing", ("disputed", usd("75.00")))

    [standing] = desk.post(entry).values()

    back = desk.one(standing, BankEntry)
    assert (back.kind, back.amount, back.account) == ("deposit", usd("75"), desk.role("clearing"))
    assert desk.balance(desk.role("disputed")) == usd("-75")


def test_a_payout_is_a_transfer(desk: Desk) -> None:
    entry = move(desk, EntryKind.TRANSFER, usd("900.00"), "clearing", to_account=desk.role("bank"))

    [standing] = desk.post(entry).values()

    moved = desk.one(standing, BankEntry)
    assert (moved.kind, moved.amount) == ("transfer", usd("-900"))
    assert (moved.account, moved.other_account) == (desk.role("clearing"), desk.role("bank"))
    assert standing.account == desk.role("clearing")


def test_a_journal_of_receivables_and_the_bank(desk: Desk) -> None:
    customer = desk.customer()
    owed = line(LineRole.ACCOUNT, usd("40.00"), account=desk.role("ar:USD"), customer=customer)
    came = line(LineRole.ACCOUNT, usd("-40.00"), account=desk.role("bank"))
    entry = Entry(
        kind=EntryKind.JOURNAL, write_id=desk.own(), on=ON, amount=usd("40.00"), lines=(owed, came), memo="reversal"
    )

    [standing] = desk.post(entry).values()

    assert desk.one(standing, JournalLine).amount == usd("40")
    assert desk.one(standing, BankEntry).amount == usd("-40")
    assert desk.balance(desk.role("bank")) == usd("-40")


def test_a_foreign_expense_stands_at_its_own_rate(desk: Desk) -> None:
    entry = move(desk, EntryKind.SPEND, eur("10.00"), "clearing", ("fees", eur("10.00")), rate=Decimal("1.25"))

    [standing] = desk.post(entry).values()

    spent = desk.one(standing, BankEntry)
    assert (spent.amount, spent.exchange_rate) == (eur("-10"), Decimal("1.25"))
    assert desk.balance(desk.role("clearing")) == usd("-12.50")


def test_a_transfer_between_two_foreign_currencies_is_refused_with_the_way(desk: Desk) -> None:
    euros = Account(external_id="901", name="EUR", kind="bank", provider_type="Bank", currency="EUR")
    pounds = Account(external_id="902", name="GBP", kind="bank", provider_type="Bank", currency="GBP")
    entry = Entry(
        kind=EntryKind.TRANSFER, write_id=desk.own(), on=ON, amount=eur("9.00"), account="901", to_account="902"
    )
    with pytest.raises(Refused, match="through an account in USD"):
        shape(entry, Chart.of("USD", "US", [euros, pounds]))
