"""Taking back what was posted: the books are as they were before, and what is reconciled stays."""

from __future__ import annotations

import pytest

from ledger.entry import Entry, EntryKind, LineRole, Target
from ledger.faults import Refused
from ledger.payment import Payment
from sandbox.quickbooks.api import REPORTS
from tests.connectors.quickbooks.writing.desk import ON, Desk, line, pays, usd


def test_a_receipt_is_voided_and_its_invoice_is_open_again(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "50.00")
    entry = desk.receipt(customer, usd("50.00"), pays(invoice, usd("50.00")))
    [standing] = desk.post(entry).values()

    [outcome] = desk.end(entry)

    assert outcome.standing is not None
    assert outcome.standing.ended
    assert desk.left("Invoice", invoice) == 50
    assert desk.one(standing, Payment).status == "void"
    assert desk.writer.find([entry], since=ON)[entry.write_id][0].ended
    assert desk.balance(desk.role("bank")) == usd("0")


def test_a_deposit_goes_before_its_payments(desk: Desk) -> None:
    customers = [desk.customer() for _ in range(2)]
    invoices = [desk.invoice(customer, "20.00") for customer in customers]
    lines = [pays(own, usd("20.00"), customer=who) for own, who in zip(invoices, customers, strict=True)]
    entry = desk.receipt(None, usd("40.00"), *lines)
    posted = desk.post(entry)

    outcomes = desk.end(entry)

    assert outcomes[0].write_id == list(posted)[-1]
    assert len(outcomes) == 3
    assert [desk.left("Invoice", invoice) for invoice in invoices] == [20, 20]
    assert desk.balance(desk.role("bank")) == desk.balance(desk.role("undeposited")) == usd("0")


def test_the_application_of_a_payment_is_taken_out_again(desk: Desk) -> None:
    customer = desk.customer()
    first, second = desk.invoice(customer, "40.00"), desk.invoice(customer, "60.00")
    payment = desk.change("pay_customer", customer=customer, amount="100.00", reference="CHEQUE 7", on="2026-11-01")
    desk.change("apply_payment", payment=payment, invoice=first, amount="25.00")
    entry = Entry(
        kind=EntryKind.ALLOCATION, write_id=desk.own(), on=ON, amount=usd("75.00"), customer=customer,
        source=Target(kind="payment", external_id=payment), lines=(pays(first, usd("15.00")), pays(second, usd("60.00"))),
    )  # fmt: skip
    [standing] = desk.post(entry).values()

    [outcome] = desk.end(entry)

    assert outcome.standing is not None
    assert outcome.standing.ended
    assert desk.paid(standing) == {first: usd("25")}
    assert desk.one(standing, Payment).unapplied == usd("75")
    assert desk.writer.find([entry], since=ON) == {}


def test_a_refund_goes_after_its_application(desk: Desk) -> None:
    customer = desk.customer()
    memo = desk.change("credit", customer=customer, amount="30.00", on="2026-10-02")
    entry = Entry(
        kind=EntryKind.REFUND, write_id=desk.own(), on=ON, amount=usd("30.00"), account=desk.role("clearing"),
        customer=customer, source=Target(kind="credit_note", external_id=memo),
    )  # fmt: skip
    desk.post(entry)

    assert len(desk.end(entry)) == 2

    assert desk.left("CreditMemo", memo) == 30
    assert desk.balance(desk.role("clearing")) == usd("0")


def test_a_refund_of_unapplied_money_gives_it_back_to_the_payment(desk: Desk) -> None:
    customer = desk.customer()
    payment = desk.change("pay_customer", customer=customer, amount="50.00", on="2026-11-01")
    entry = Entry(
        kind=EntryKind.REFUND, write_id=desk.own(), on=ON, amount=usd("20.00"), account=desk.role("bank"),
        customer=customer, source=Target(kind="payment", external_id=payment),
    )  # fmt: skip
    _, application = desk.post(entry).values()

    assert len(desk.end(entry)) == 2

    assert desk.one(application, Payment).unapplied == usd("50")


def test_expenses_transfers_and_journals_go(desk: Desk) -> None:
    spent = (line(LineRole.ACCOUNT, usd("3.00"), account=desk.role("fees")),)
    sides = (
        line(LineRole.ACCOUNT, usd("3.00"), account=desk.role("fees")),
        line(LineRole.ACCOUNT, usd("-3.00"), account=desk.role("clearing")),
    )
    given = {"on": ON, "amount": usd("3.00"), "account": desk.role("clearing")}
    entries = [
        Entry(kind=EntryKind.SPEND, write_id=desk.own(), lines=spent, **given),  # type: ignore[arg-type]
        Entry(kind=EntryKind.RECEIVE, write_id=desk.own(), lines=spent, **given),  # type: ignore[arg-type]
        Entry(kind=EntryKind.TRANSFER, write_id=desk.own(), to_account=desk.role("bank"), **given),  # type: ignore[arg-type]
        Entry(kind=EntryKind.JOURNAL, write_id=desk.own(), lines=sides, **given),  # type: ignore[arg-type]
    ]
    desk.post(*entries)
    before = desk.calls()
    standing = desk.stands(entries)
    before = desk.calls()

    outcomes = desk.send(desk.writer.endings(entries, standing))

    assert desk.calls() - before == 1
    assert all(one.standing is not None and one.standing.ended for one in outcomes)
    assert desk.writer.find(entries, since=ON) == {}
    assert desk.balance(desk.role("clearing")) == usd("0")


def test_what_the_bank_reconciliation_has_ticked_is_not_taken_back(desk: Desk) -> None:
    customer = desk.customer()
    ticked, plain = (desk.receipt(customer, usd("5.00"), line(LineRole.UNAPPLIED, usd("5.00"))) for _ in range(2))
    posted = desk.post(ticked, plain)
    desk.change("reconcile", transaction=posted[ticked.write_id].external_id)
    ids = [one.external_id for one in posted.values()]
    before = desk.calls()

    now = desk.writer.standing("Payment", [*ids, "999999"])

    assert desk.calls() - before == 2  # the list of ids, and the report of what is ticked
    assert [now[own].reconciled for own in ids] == [True, False]
    assert now["999999"].ended
    with pytest.raises(Refused, match="reconciled with the bank"):
        desk.writer.endings([ticked], {ticked.write_id: now[ids[0]]})


def test_whether_it_is_ticked_stays_open_where_quickbooks_does_not_say(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = desk.customer()
    entry = desk.receipt(customer, usd("5.00"), line(LineRole.UNAPPLIED, usd("5.00")))
    [standing] = desk.post(entry).values()
    monkeypatch.delitem(REPORTS, "TransactionList")

    now = desk.writer.standing("Payment", [standing.external_id])

    assert now[standing.external_id].reconciled is None
