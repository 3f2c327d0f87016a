"""Receipts: written by each recipe and read back as they were meant."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ledger.allocation import Allocation
from ledger.bank_entry import BankEntry
from ledger.entry import EntryKind, LineRole
from ledger.faults import Refused
from ledger.money import Money
from ledger.payment import Payment
from tests.connectors.xero.writing.desk import Desk, eur, gbp, remainder
from tests.sandbox.xero.office import TODAY


def test_one_invoice_is_one_payment(desk: Desk) -> None:
    entry = desk.receipt(gbp(15_050), desk.pays("inv-2", gbp(15_050)))
    held = desk.post(entry)[entry.write_id]
    assert (held.kind, held.amount, held.on) == ("Payments", gbp(15_050), TODAY)
    assert (held.account, held.reconciled, held.ended) == (desk.account("090"), False, False)
    payment = desk.one("Payments", held.external_id, Payment)
    assert (payment.amount, payment.paid_on, payment.deposit_account) == (gbp(15_050), TODAY, desk.account("090"))
    assert payment.reference == entry.write_id
    allocation = desk.one("Payments", held.external_id, Allocation)
    assert (allocation.target_external_id, allocation.amount) == (desk.office.id("inv-2"), gbp(15_050))
    assert desk.invoice("inv-2")["Status"] == "PAID"


def test_several_invoices_are_one_line_of_the_bank(desk: Desk) -> None:
    entry = desk.receipt(
        gbp(7_000), desk.pays("inv-2", gbp(5_000)), desk.pays("inv-8", gbp(1_500)), desk.pays("inv-3", gbp(500))
    )
    held = desk.post(entry)[entry.write_id]
    assert (held.kind, held.amount, held.account) == ("BatchPayments", gbp(7_000), desk.account("090"))
    deposit = desk.one("BatchPayments", held.external_id, BankEntry)
    assert (deposit.amount, deposit.moved_on, deposit.reference) == (gbp(7_000), TODAY, entry.write_id)
    assert [("Payments", part) for part in deposit.groups] == list(held.parts)
    paid = {
        one.target_external_id: one.amount for _, part in held.parts for one in desk.read("Payments", part, Allocation)
    }
    assert paid == {
        desk.office.id("inv-2"): gbp(5_000), desk.office.id("inv-8"): gbp(1_500), desk.office.id("inv-3"): gbp(500)
    }  # fmt: skip


def test_a_remainder_is_one_overpayment_put_to_its_invoices(desk: Desk) -> None:
    entry = desk.receipt(
        gbp(30_000), desk.pays("inv-2", gbp(15_050)), desk.pays("inv-8", gbp(10_000)), remainder(gbp(4_950))
    )
    standing = desk.post(entry)
    held = standing[entry.write_id]
    assert (held.kind, held.amount, [kind for kind, _ in held.parts]) == (
        "Overpayments", gbp(30_000), ["BankTransactions"]
    )  # fmt: skip
    assert len(standing) == 3
    payment = desk.one("Overpayments", held.external_id, Payment)
    assert (payment.amount, payment.unapplied, payment.paid_on) == (gbp(30_000), gbp(4_950), TODAY)
    assert payment.customer_external_id == desk.contact("ash")
    allocations = desk.read("Overpayments", held.external_id, Allocation)
    assert {one.target_external_id: one.amount for one in allocations} == {
        desk.office.id("inv-2"): gbp(15_050), desk.office.id("inv-8"): gbp(10_000)
    }  # fmt: skip
    made = {f"{held.external_id}/{one.external_id}" for one in allocations}
    assert made == {one.external_id for write_id, one in standing.items() if write_id != entry.write_id}
    assert all(one.applied_on == TODAY for one in allocations)


def test_money_for_no_invoice_yet_is_an_overpayment(desk: Desk) -> None:
    entry = desk.receipt(gbp(999), remainder(gbp(999)))
    held = desk.post(entry)[entry.write_id]
    assert desk.one("Overpayments", held.external_id, Payment).unapplied == gbp(999)


def test_a_fee_is_a_second_payment_of_the_invoice(desk: Desk) -> None:
    entry = desk.receipt(gbp(14_800), desk.pays("inv-2", gbp(15_050)), desk.kept(LineRole.FEE, gbp(250), "405"))
    standing = desk.post(entry)
    main, fee = desk.writer.shape(entry)
    assert (standing[main.write_id].amount, standing[fee.write_id].amount) == (gbp(14_800), gbp(250))
    assert standing[fee.write_id].account == desk.account("405")
    assert desk.invoice("inv-2")["AmountDue"] == 0
    assert main.write_id == entry.write_id
    assert fee.after == (entry.write_id,)


def test_a_batch_short_by_a_fee_and_a_withheld_tax(desk: Desk) -> None:
    entry = desk.receipt(
        gbp(34_050),
        desk.pays("inv-2", gbp(15_050)),
        desk.pays("inv-8", gbp(21_000)),
        desk.kept(LineRole.FEE, gbp(1_000), "405"),
        desk.kept(LineRole.WITHHELD, gbp(1_000), "611"),
    )
    standing = desk.post(entry)
    assert [(one.kind, one.amount) for one in standing.values()] == [
        ("BatchPayments", gbp(34_050)), ("Payments", gbp(1_000)), ("Payments", gbp(1_000))
    ]  # fmt: skip
    assert (desk.invoice("inv-2")["AmountDue"], desk.invoice("inv-8")["AmountDue"]) == (0, 0)


def test_a_fee_found_later_is_a_payment_alone(desk: Desk) -> None:
    entry = desk.receipt(gbp(0), desk.pays("inv-2", gbp(50)), desk.kept(LineRole.FEE, gbp(50), "405"), account="090")
    (only,) = desk.writer.shape(entry)
    assert (only.write_id, only.account, only.amount, only.after) == (entry.write_id, desk.account("405"), gbp(50), ())
    assert desk.post(entry)[entry.write_id].amount == gbp(50)


def test_several_customers_are_one_batch(desk: Desk) -> None:
    entry = desk.receipt(
        gbp(2_000),
        desk.pays("inv-2", gbp(1_000), customer=desk.contact("ash")),
        desk.pays("inv-3", gbp(1_000), customer=desk.contact("birch")),
        customer=None,
    )
    assert desk.post(entry)[entry.write_id].kind == "BatchPayments"


@pytest.mark.parametrize("rate", ["0.8812345", "0.87", "0.900001"])
def test_a_foreign_invoice_into_an_account_of_its_currency(desk: Desk, rate: str) -> None:
    entry = desk.receipt(eur(12_345), desk.pays("inv-7", eur(12_345)), account="092", rate=Decimal(rate))
    held = desk.post(entry)[entry.write_id]
    assert held.amount == eur(12_345)
    payment = desk.one("Payments", held.external_id, Payment)
    assert (payment.amount, payment.bank_amount) == (eur(12_345), eur(12_345))
    assert payment.exchange_rate is not None
    home = (payment.exchange_rate * Decimal("123.45")).quantize(Decimal("0.01"))
    assert home == (Decimal(rate) * Decimal("123.45")).quantize(Decimal("0.01"))


def test_a_foreign_invoice_paid_in_home_currency_to_the_penny(desk: Desk) -> None:
    entry = desk.receipt(gbp(51_234), desk.pays("inv-7", eur(60_000)), rate=Decimal("0.8539"))
    held = desk.post(entry)[entry.write_id]
    assert (held.amount, held.account) == (gbp(51_234), desk.account("090"))
    payment = desk.one("Payments", held.external_id, Payment)
    assert (payment.amount, payment.bank_amount) == (eur(60_000), gbp(51_234))
    assert payment.exchange_rate is not None
    assert (payment.exchange_rate * 600).quantize(Decimal("0.01")) == Decimal("512.34")


def test_a_batch_of_foreign_invoices_keeps_its_rate(desk: Desk) -> None:
    second = _foreign(desk, "50.00")
    lines = (desk.pays("inv-7", eur(10_000)), desk.pays(second, eur(5_000)))
    entry = desk.receipt(eur(15_000), *lines, account="092", rate=Decimal("0.88"))
    held = desk.post(entry)[entry.write_id]
    assert (held.kind, held.amount) == ("BatchPayments", eur(15_000))
    payments = [desk.one("Payments", part, Payment) for _, part in held.parts]
    assert [one.amount for one in payments] == [eur(10_000), eur(5_000)]
    rates = {one.exchange_rate.quantize(Decimal("0.00001")) for one in payments if one.exchange_rate}
    assert rates == {Decimal("0.88000")}


def test_foreign_invoices_paid_in_home_currency_are_payments_that_sum_to_the_line(desk: Desk) -> None:
    second = _foreign(desk, "50.01")
    lines = (desk.pays("inv-7", eur(33_333)), desk.pays(second, eur(5_001)))
    entry = desk.receipt(gbp(33_001), *lines)
    standing = desk.post(entry)
    assert [one.kind for one in standing.values()] == ["Payments", "Payments"]
    assert sum(one.amount.minor for one in standing.values() if one.amount) == 33_001
    assert {one.amount.currency for one in standing.values() if one.amount} == {"GBP"}


def test_a_fee_of_a_foreign_invoice_is_in_home_currency(desk: Desk) -> None:
    entry = desk.receipt(
        eur(9_900), desk.pays("inv-7", eur(10_000)), desk.kept(LineRole.FEE, eur(100), "405"), account="092",
        rate=Decimal("0.88"),
    )  # fmt: skip
    standing = desk.post(entry)
    fee = desk.writer.shape(entry)[1]
    assert (fee.amount, standing[fee.write_id].amount) == (gbp(88), gbp(88))


def test_the_marker_stands_in_the_reference_of_a_batch_in_new_zealand(desk: Desk) -> None:
    there = Desk(desk.office, country="NZ")
    entry = there.receipt(gbp(200), there.pays("inv-2", gbp(100)), there.pays("inv-8", gbp(100)))
    (batch,) = there.batches(entry)
    assert f'"Reference":"{entry.write_id}"'.encode() in batch.body
    assert b"Details" not in batch.body
    held = there.post(entry)[entry.write_id]
    found = there.writer.find([entry], since=TODAY)
    assert [one.external_id for one in found[entry.write_id]] == [held.external_id]
    there.close()


@pytest.mark.parametrize(
    ("account", "amount", "paid", "words"),
    [
        ("092", eur(100), gbp(88), "from an account in GBP or GBP"),
        ("092", eur(100), Money(110, "USD"), "from an account in USD or GBP"),
    ],
)
def test_a_third_currency_is_refused_with_the_steps(
    desk: Desk, account: str, amount: Money, paid: Money, words: str
) -> None:
    entry = desk.receipt(amount, desk.pays("inv-2", paid), account=account)
    with pytest.raises(Refused, match=words):
        desk.writer.shape(entry)


def test_what_one_record_cannot_hold_is_refused(desk: Desk) -> None:
    pays = desk.pays("inv-7", eur(100))
    cases = {
        "A remainder in another currency": desk.receipt(gbp(200), pays, remainder(eur(100))),
        "pays in EUR, GBP": desk.receipt(gbp(200), pays, desk.pays("inv-2", gbp(100))),
        "several customers": desk.receipt(
            gbp(300), desk.pays("inv-2", gbp(100), customer="a"), desk.pays("inv-3", gbp(100), customer="b"),
            remainder(gbp(100)), customer=None,
        ),
        "planned wrongly": desk.receipt(gbp(300), desk.pays("inv-2", gbp(100))),
        "more than the invoice": desk.receipt(
            gbp(0), desk.pays("inv-2", gbp(10)), desk.kept(LineRole.FEE, gbp(11), "405")
        ),
        "needs the rate": desk.receipt(
            eur(90), desk.pays("inv-7", eur(100)), desk.kept(LineRole.FEE, eur(10), "405"), account="092"
        ),
    }  # fmt: skip
    for words, entry in cases.items():
        with pytest.raises(Refused, match=words):
            desk.writer.shape(entry)


def test_shaping_twice_gives_the_same(desk: Desk) -> None:
    entry = desk.receipt(gbp(30_000), desk.pays("inv-2", gbp(15_050)), remainder(gbp(14_950)))
    assert desk.writer.shape(entry) == desk.writer.shape(entry)
    assert [one.kind for one in desk.writer.shape(entry)] == [EntryKind.RECEIPT, EntryKind.ALLOCATION]
    again = [one for shaped in desk.writer.shape(entry) for one in desk.writer.shape(shaped)]
    assert tuple(again) == desk.writer.shape(entry)


def _foreign(desk: Desk, amount: str) -> str:
    desk.office.change("new_invoice", contact="chêne", amount=amount, key="inv-eur", due_on="2026-12-01")
    return "inv-eur"
