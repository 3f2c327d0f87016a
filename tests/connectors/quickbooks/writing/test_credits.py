"""Credits: made, put to invoices, applied out of payments that stand, and paid back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.writing import Result
from ledger.bank_entry import BankEntry
from ledger.credit import CreditNote
from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.faults import BadInput, Refused
from ledger.money import Money
from ledger.payment import Payment
from tests.connectors.quickbooks.writing.desk import ON, Desk, line, pays, usd


def allocation(desk: Desk, customer: str, source: Target, *lines: EntryLine) -> Entry:
    amount = Money(sum(one.amount.minor for one in lines), "USD")
    return Entry(
        kind=EntryKind.ALLOCATION, write_id=desk.own(), on=ON, amount=amount, customer=customer, source=source, lines=lines
    )  # fmt: skip


def credit_note(desk: Desk, customer: str, *lines: EntryLine, currency: str = "USD", reference: str = "") -> Entry:
    amount = Money(sum(one.amount.minor for one in lines), currency)
    return Entry(
        kind=EntryKind.CREDIT_NOTE, write_id=desk.own(), on=ON, amount=amount, customer=customer, lines=lines,
        reference=reference,
    )  # fmt: skip


def unapplied(desk: Desk, customer: str, amount: str) -> str:
    return desk.change("pay_customer", customer=customer, amount=amount, reference="CHEQUE 7", on="2026-11-01")


def test_a_credit_memo_is_put_to_an_invoice_by_a_payment_of_nothing(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "100.00")
    memo = desk.change("credit", customer=customer, amount="30.00", on="2026-10-02")
    source = Target(kind="credit_note", external_id=memo)

    [standing] = desk.post(allocation(desk, customer, source, pays(invoice, usd("30.00")))).values()

    assert desk.one(standing, Payment).amount == usd("0")
    assert desk.paid(standing) == {invoice: usd("30")}
    assert desk.left("Invoice", invoice) == Decimal(70)
    assert desk.left("CreditMemo", memo) == 0


def test_a_credit_note_of_ours_and_its_application_go_one_after_the_other(british: Desk) -> None:
    desk = british
    customer = desk.customer("GBP")
    invoice = desk.invoice(customer, "120.00")
    tax, net = Money.of("2.00", "GBP"), Money.of("12.00", "GBP")
    given = line(
        LineRole.ACCOUNT, net, item=desk.role("item"), tax_code=desk.role("tax_code"), tax=tax, text="early payment"
    )
    note = credit_note(desk, customer, given, currency="GBP")
    put = Entry(
        kind=EntryKind.ALLOCATION, write_id=desk.own(), on=ON, amount=net, customer=customer,
        source=Target(kind="credit_note", entry=note.write_id), lines=(pays(invoice, net),), after=(note.write_id,),
    )  # fmt: skip
    with pytest.raises(BadInput, match="has to be written first"):
        desk.writer.batches([put], {})

    memo, application = desk.post(note, put).values()

    held = desk.one(memo, CreditNote)
    assert (held.total, held.tax_total, held.number, held.issued_on) == (net, tax, note.write_id, ON)
    assert held.open_amount == Money.zero("GBP")
    assert desk.paid(application) == {invoice: net}


def test_two_credit_notes_of_one_invoice_have_numbers_of_their_own_and_are_found_by_them(desk: Desk) -> None:
    customer = desk.customer()
    given = line(LineRole.ACCOUNT, usd("5.00"), item=desk.role("item"))
    notes = [credit_note(desk, customer, given, reference="INV-1007") for _ in range(2)]

    posted = desk.post(*notes)

    first, second = posted.values()
    assert desk.one(first, CreditNote).number != desk.one(second, CreditNote).number
    assert desk.one(first, CreditNote).reference == f"INV-1007 [{notes[0].write_id}]"
    assert desk.writer.find(notes, since=ON) == {own: [standing] for own, standing in posted.items()}


def test_a_credit_note_without_a_product_is_refused_with_the_way(desk: Desk) -> None:
    line_of_account = line(LineRole.ACCOUNT, usd("5.00"), account=desk.role("bad_debt"))
    with pytest.raises(Refused, match="Products and services"):
        desk.writer.shape(credit_note(desk, "1", line_of_account))


def test_an_unapplied_payment_is_applied_and_keeps_the_lines_it_has(desk: Desk) -> None:
    customer = desk.customer()
    first, second = desk.invoice(customer, "40.00"), desk.invoice(customer, "60.00")
    payment = unapplied(desk, customer, "100.00")
    desk.change("apply_payment", payment=payment, invoice=first, amount="25.00")
    source = Target(kind="payment", external_id=payment)
    entry = allocation(desk, customer, source, pays(first, usd("15.00")), pays(second, usd("60.00")))

    [standing] = desk.post(entry).values()

    assert (standing.kind, standing.external_id) == ("Payment", f"{payment}/{entry.write_id}")
    held = desk.one(standing, Payment)
    assert (held.amount, held.unapplied, held.reference) == (usd("100"), usd("0"), "CHEQUE 7")
    assert desk.paid(standing) == {first: usd("40"), second: usd("60")}


def test_applying_it_again_changes_nothing(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "90.00")
    payment = unapplied(desk, customer, "100.00")
    entry = allocation(desk, customer, Target(kind="payment", external_id=payment), pays(invoice, usd("30.00")))

    [once] = desk.post(entry).values()
    [twice] = desk.post(entry).values()

    assert desk.paid(twice) == {invoice: usd("30")}
    assert once.external_id == twice.external_id
    assert desk.writer.find([entry], since=ON)[entry.write_id][0].external_id == once.external_id


def test_a_payment_whose_note_is_full_can_still_be_applied(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "90.00")
    entry = desk.receipt(customer, usd("90.00"), line(LineRole.UNAPPLIED, usd("90.00")), memo="w" * 9000)
    [payment] = desk.post(entry).values()
    put = allocation(
        desk, customer, Target(kind="payment", external_id=payment.external_id), pays(invoice, usd("90.00"))
    )

    [standing] = desk.post(put).values()

    assert desk.paid(standing) == {invoice: usd("90")}
    assert put.write_id in desk.writer.find([put], since=ON)


def test_an_application_made_from_an_old_reading_comes_later(desk: Desk) -> None:
    customer = desk.customer()
    invoice, other = desk.invoice(customer, "90.00"), desk.invoice(customer, "10.00")
    payment = unapplied(desk, customer, "100.00")
    entry = allocation(desk, customer, Target(kind="payment", external_id=payment), pays(invoice, usd("90.00")))
    [batch] = desk.writer.batches([entry], {})
    desk.change("apply_payment", payment=payment, invoice=other, amount="10.00")

    [outcome] = desk.send([batch])

    assert (outcome.result, outcome.code) == (Result.LATER, "document_changed")
    [standing] = desk.post(entry).values()
    assert desk.paid(standing) == {invoice: usd("90"), other: usd("10")}


def test_a_payment_that_is_gone_is_refused_by_name(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "90.00")
    payment = unapplied(desk, customer, "100.00")
    desk.change("delete_payment", payment=payment)
    entry = allocation(desk, customer, Target(kind="payment", external_id=payment), pays(invoice, usd("90.00")))

    outcome = desk.try_one(entry)

    assert (outcome.result, outcome.code) == (Result.REFUSED, "document_gone")


def test_a_refund_of_a_credit_memo_is_an_expense_and_its_application(desk: Desk) -> None:
    customer = desk.customer()
    memo = desk.change("credit", customer=customer, amount="30.00", on="2026-10-02")
    entry = Entry(
        kind=EntryKind.REFUND, write_id=desk.own(), on=ON, amount=usd("30.00"), account=desk.role("clearing"),
        customer=customer, source=Target(kind="credit_note", external_id=memo), memo="re_1",
    )  # fmt: skip

    spent, application = desk.post(entry).values()

    assert desk.one(spent, BankEntry).amount == usd("-30")
    assert desk.one(application, Payment).amount == usd("0")
    assert desk.left("CreditMemo", memo) == 0
    assert desk.balance(desk.role("clearing")) == usd("-30")


def test_a_refund_of_unapplied_money_lowers_it(desk: Desk) -> None:
    customer = desk.customer()
    payment = unapplied(desk, customer, "50.00")
    entry = Entry(
        kind=EntryKind.REFUND, write_id=desk.own(), on=ON, amount=usd("20.00"), account=desk.role("bank"),
        customer=customer, source=Target(kind="payment", external_id=payment),
    )  # fmt: skip

    _, application = desk.post(entry).values()

    assert desk.one(application, Payment).unapplied == usd("30")
