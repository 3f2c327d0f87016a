"""What QuickBooks says no to, each with a code that stays and a sentence that says what to do."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from connectors.quickbooks.writing.refusals import problem_of, refusal_of
from connectors.writing import Outcome, Result
from ledger.entry import Entry, EntryKind, LineRole
from tests.connectors.quickbooks.writing.desk import ON, Desk, eur, line, pays, usd


def refused(outcome: Outcome, code: str) -> None:
    assert (outcome.result, outcome.code) == (Result.REFUSED, code)
    assert outcome.sentence.endswith((".", "there"))
    assert outcome.standing is None


def plain(desk: Desk) -> Entry:
    customer = desk.customer()
    return desk.receipt(customer, usd("10.00"), pays(desk.invoice(customer, "10.00"), usd("10.00")))


def test_closed_books_are_no_stale_token(desk: Desk) -> None:
    entry = plain(desk)
    desk.change("close_books", on="2026-11-30")
    refused(desk.try_one(entry), "period_locked")


def test_an_account_that_was_archived(desk: Desk) -> None:
    entry = plain(desk)
    desk.change("deactivate_account", account=desk.role("bank"))
    refused(desk.try_one(entry), "account_archived")


def test_a_customer_who_was_deleted(desk: Desk) -> None:
    entry = plain(desk)
    desk.change("deactivate_customer", customer=entry.customer)
    refused(desk.try_one(entry), "customer_gone")


def test_an_invoice_that_was_deleted(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "10.00")
    desk.change("delete_invoice", invoice=invoice)
    refused(desk.try_one(desk.receipt(customer, usd("10.00"), pays(invoice, usd("10.00")))), "document_gone")


def test_an_invoice_that_was_voided_takes_no_payment(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "10.00")
    desk.change("void_invoice", invoice=invoice)
    refused(desk.try_one(desk.receipt(customer, usd("10.00"), pays(invoice, usd("10.00")))), "not_linked")


def test_an_invoice_that_somebody_paid_meanwhile(desk: Desk) -> None:
    customer = desk.customer()
    invoice = desk.invoice(customer, "10.00")
    desk.change("pay_invoice", invoice=invoice, amount="4.00")
    refused(desk.try_one(desk.receipt(customer, usd("10.00"), pays(invoice, usd("10.00")))), "over_applied")


def test_another_currency_than_the_customers(desk: Desk) -> None:
    customer = desk.customer("EUR")
    refused(
        desk.try_one(desk.receipt(customer, usd("10.00"), line(LineRole.UNAPPLIED, usd("10.00")))), "currency_unfit"
    )
    dollars = desk.customer()
    entry = desk.receipt(dollars, eur("10.00"), line(LineRole.UNAPPLIED, eur("10.00")))
    refused(desk.try_one(entry), "currency_unfit")


def test_an_account_that_takes_no_payments(desk: Desk) -> None:
    refused(desk.try_one(replace(plain(desk), account=desk.role("income"))), "account_unfit")


def test_a_number_that_is_taken(desk: Desk) -> None:
    said = {"Error": [{"Message": "Duplicate Document Number Error", "Detail": "taken", "code": "6140"}]}
    assert refusal_of(problem_of(msgspec.json.encode(said))).code == "number_taken"


def test_a_payment_inside_a_deposit_is_taken_back_after_it(desk: Desk) -> None:
    customer = desk.customer()
    entry = desk.receipt(customer, usd("10.00"), line(LineRole.UNAPPLIED, usd("10.00")), account=None)
    [standing] = desk.post(entry).values()
    desk.change("deposit", payments=[standing.external_id], on="2026-11-19")
    now = desk.writer.standing("Payment", [standing.external_id])[standing.external_id]

    [outcome] = desk.send(desk.writer.endings([entry], {entry.write_id: now}))

    assert now.in_deposit
    refused(outcome, "in_deposit")


def test_a_deposit_of_a_payment_that_another_deposit_holds(desk: Desk) -> None:
    customer = desk.customer()
    entry = desk.receipt(customer, usd("10.00"), line(LineRole.UNAPPLIED, usd("10.00")), account=None)
    posted = desk.post(entry)
    desk.change("deposit", payments=[posted[entry.write_id].external_id], on="2026-11-19")
    deposit = Entry(
        kind=EntryKind.DEPOSIT, write_id=desk.own(), on=ON, amount=usd("10.00"), account=desk.role("bank"),
        lines=(line(LineRole.ENTRY, usd("10.00"), entry=entry.write_id),), after=(entry.write_id,),
    )  # fmt: skip
    refused(desk.try_one(deposit, posted), "in_deposit")


@pytest.mark.parametrize(
    ("code", "words", "result", "name"),
    [
        ("6210", "Account Period Closed, Cannot Update Through Services", Result.REFUSED, "period_locked"),
        ("5010", "Stale Object Error : You and somebody were working on this", Result.LATER, "document_changed"),
        ("5010", "Account Period Closed, Cannot Update Through Services.", Result.REFUSED, "period_locked"),
        ("003001", "message=ThrottleExceeded; errorCode=003001; statusCode=429", Result.LATER, "throttled"),
        ("600", "Duplicate Request Id", Result.UNKNOWN, "key_used"),
        ("6190", "Invalid Company Status: subscription period has ended", Result.REFUSED, "subscription_ended"),
        ("10000", "An application error has occurred", Result.UNKNOWN, "provider_failed"),
        ("6000", "Make sure all your transactions have a VAT rate before you save.", Result.REFUSED, "tax_unfit"),
        ("2050", "Length of the field exceeds 21 chars", Result.REFUSED, "refused"),
        ("6000", "Something new that nobody has seen", Result.REFUSED, "refused"),
    ],
)
def test_words_and_codes(code: str, words: str, result: Result, name: str) -> None:
    fault = msgspec.json.encode(
        {"Error": [{"Message": words, "Detail": words, "code": code}], "type": "ValidationFault"}
    )
    said = refusal_of(problem_of(fault))
    assert (said.result, said.code) == (result, name)


def test_a_fault_that_cannot_be_read_leaves_it_open() -> None:
    assert refusal_of(problem_of(b"{")).result is Result.UNKNOWN
