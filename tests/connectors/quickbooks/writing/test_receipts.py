"""Receipts of every shape: what stands afterwards equals the entry to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ledger.bank_entry import BankEntry
from ledger.entry import Entry, EntryKind, LineRole, Target
from ledger.faults import Refused
from ledger.ids import derived
from ledger.payment import Payment
from tests.connectors.quickbooks.writing.desk import ON, Desk, eur, line, pays, usd


def test_one_customer_is_one_payment_straight_to_the_bank(desk: Desk) -> None:
    customer = desk.customer()
    first, second = desk.invoice(customer, "120.00"), desk.invoice(customer, "80.50")
    entry = desk.receipt(customer, usd("150.00"), pays(first, usd("120.00")), pays(second, usd("30.00")))

    [standing] = desk.post(entry).values()

    payment = desk.one(standing, Payment)
    assert (payment.amount, payment.unapplied, payment.paid_on) == (usd("150"), usd("0"), ON)
    assert (payment.deposit_account, payment.reference) == (desk.role("bank"), entry.write_id)
    assert payment.memo == "WIRE 88 · their words"
    assert desk.paid(standing) == {first: usd("120"), second: usd("30")}
    assert desk.left("Invoice", first) == 0
    assert desk.left("Invoice", second) == Decimal("50.50")
    assert (standing.amount, standing.on, standing.account) == (usd("150"), ON, desk.role("bank"))
    assert desk.balance(desk.role("bank")) == usd("150")


def test_what_no_invoice_takes_stays_the_customers_credit(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "70.00")
    rest = line(LineRole.UNAPPLIED, usd("30.00"))
    entry = desk.receipt(customer, usd("100.00"), pays(invoice, usd("70.00")), rest)

    [standing] = desk.post(entry).values()

    payment = desk.one(standing, Payment)
    assert (payment.amount, payment.unapplied) == (usd("100"), usd("30"))


def test_several_customers_are_one_line_of_the_bank(desk: Desk) -> None:
    customers = [desk.customer() for _ in range(3)]
    invoices = [desk.invoice(customer, "40.00") for customer in customers]
    lines = [
        pays(invoice, usd("40.00"), customer=customer) for customer, invoice in zip(customers, invoices, strict=True)
    ]
    entry = desk.receipt(None, usd("120.00"), *lines)

    *payments, deposit = desk.post(entry).values()

    assert [desk.one(one, Payment).deposit_account for one in payments] == [desk.role("undeposited")] * 3
    banked = desk.one(deposit, BankEntry)
    assert (banked.amount, banked.account, banked.moved_on) == (usd("120"), desk.role("bank"), ON)
    assert banked.groups == tuple(one.external_id for one in payments)
    assert desk.balance(desk.role("undeposited")) == usd("0")
    assert all(desk.left("Invoice", invoice) == 0 for invoice in invoices)
    shaped = desk.writer.shape(entry)
    assert [one.write_id for one in shaped] == [
        entry.write_id, *(derived(entry.write_id, str(number)) for number in (1, 2, 3))
    ]  # fmt: skip


def test_a_fee_that_the_bank_kept_lowers_the_deposit_and_not_the_invoice(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "500.00")
    fee = line(LineRole.FEE, usd("15.00"), account=desk.role("expense"), text="wire fee")
    entry = desk.receipt(customer, usd("485.00"), pays(invoice, usd("500.00")), fee)

    payment, deposit = desk.post(entry).values()

    assert desk.one(payment, Payment).amount == usd("500")
    assert desk.one(deposit, BankEntry).amount == usd("485")
    assert desk.left("Invoice", invoice) == 0
    assert desk.balance(desk.role("bank")) == usd("485")


def test_withheld_tax_is_a_payment_of_its_own(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "1000.00")
    document = Target(kind="invoice", external_id=invoice)
    kept = line(LineRole.WITHHELD, usd("100.00"), account=desk.role("withheld"), document=document)
    entry = desk.receipt(customer, usd("900.00"), pays(invoice, usd("1000.00")), kept)

    cash, withheld = desk.post(entry).values()

    assert desk.one(cash, Payment).amount == usd("900")
    assert desk.one(withheld, Payment).deposit_account == desk.role("withheld")
    assert desk.paid(cash) | desk.paid(withheld) == {invoice: usd("100")}
    assert desk.left("Invoice", invoice) == 0


def test_withheld_tax_is_taken_from_the_largest_where_no_document_is_named(desk: Desk) -> None:
    customer = desk.customer()
    small, large = desk.invoice(customer, "50.00"), desk.invoice(customer, "200.00")
    kept = line(LineRole.WITHHELD, usd("20.00"), account=desk.role("withheld"))
    entry = desk.receipt(customer, usd("230.00"), pays(small, usd("50.00")), pays(large, usd("200.00")), kept)

    cash, withheld = desk.post(entry).values()

    assert desk.paid(cash) == {small: usd("50"), large: usd("180")}
    assert desk.paid(withheld) == {large: usd("20")}


def closed_later(desk: Desk, customer: str, invoice: str, account: str) -> Entry:
    fee = line(LineRole.FEE, usd("4.00"), account=account)
    return desk.receipt(customer, usd("0"), pays(invoice, usd("4.00")), fee, account=None)


def test_a_fee_decided_later_closes_the_invoice_by_a_journal(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "4.00")

    journal, application = desk.post(closed_later(desk, customer, invoice, desk.role("expense"))).values()

    assert (journal.kind, application.kind, application.amount) == ("JournalEntry", "Payment", usd("0"))
    assert desk.paid(application) == {invoice: usd("4")}
    assert desk.left("Invoice", invoice) == 0


def test_what_closes_into_a_current_asset_is_a_payment_to_it(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "4.00")

    [payment] = desk.post(closed_later(desk, customer, invoice, desk.role("withheld"))).values()

    assert desk.one(payment, Payment).deposit_account == desk.role("withheld")


def test_a_foreign_invoice_paid_in_home_currency_takes_the_settlements_rate(desk: Desk) -> None:
    customer = desk.customer("EUR")
    invoice = desk.invoice(customer, "100.00")
    entry = desk.receipt(customer, usd("108.37"), pays(invoice, eur("100.00")), rate=Decimal("1.0837"))

    [standing] = desk.post(entry).values()

    payment = desk.one(standing, Payment)
    assert (payment.amount, payment.exchange_rate) == (eur("100"), Decimal("1.0837"))
    assert desk.balance(desk.role("bank")) == usd("108.37")
    assert desk.left("Invoice", invoice) == 0


def test_a_fee_on_foreign_documents_is_in_their_currency(desk: Desk) -> None:
    customer = desk.customer("EUR")
    invoice = desk.invoice(customer, "100.00")
    fee = line(LineRole.FEE, eur("2.00"), account=desk.role("expense"))
    entry = desk.receipt(customer, usd("107.80"), pays(invoice, eur("100.00")), fee, rate=Decimal("1.1"))

    payment, deposit = desk.post(entry).values()

    assert desk.one(payment, Payment).amount == eur("100")
    banked = desk.one(deposit, BankEntry)
    assert (banked.amount, banked.home_amount) == (eur("98"), usd("107.80"))
    assert desk.balance(desk.role("bank")) == usd("107.80")


def test_money_in_another_currency_than_home_or_the_documents_is_refused_with_the_way(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "100.00")
    with pytest.raises(Refused, match="transfer it"):
        desk.writer.shape(desk.receipt(customer, eur("90.00"), pays(invoice, usd("100.00")), rate=Decimal("1.1")))


def test_lines_that_do_not_come_to_the_money_are_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="come to USD 100.00"):
        desk.writer.shape(desk.receipt("1", usd("99.00"), pays("7", usd("100.00"))))


def test_shaping_twice_gives_the_same(desk: Desk) -> None:
    entry = desk.receipt(
        None, usd("20.00"), pays("7", usd("10.00"), customer="1"), pays("8", usd("10.00"), customer="2")
    )
    assert desk.writer.shape(entry) == desk.writer.shape(entry)


def test_a_journals_debit_is_paid_like_an_invoice(desk: Desk) -> None:
    customer = desk.customer()
    owed = line(LineRole.ACCOUNT, usd("25.00"), account=desk.role("ar:USD"), customer=customer)
    came = line(LineRole.ACCOUNT, usd("-25.00"), account=desk.role("bank"))
    journal = Entry(kind=EntryKind.JOURNAL, write_id=desk.own(), on=ON, amount=usd("25.00"), lines=(owed, came))
    [standing] = desk.post(journal).values()
    target = Target(kind="journal", external_id=f"JournalEntry/{standing.external_id}/0")

    entry = desk.receipt(customer, usd("25.00"), line(LineRole.PAYS, usd("25.00"), document=target))

    [payment] = desk.post(entry).values()
    assert desk.paid(payment) == {target.external_id: usd("25")}
