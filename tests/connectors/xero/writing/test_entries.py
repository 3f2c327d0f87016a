"""What is no receipt: spent, received, moved, credited, refunded and turned back; written and read back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.allocation import Allocation
from ledger.bank_entry import BankEntry
from ledger.credit import CreditNote
from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.faults import BadInput, Refused
from ledger.invoice import Invoice
from ledger.money import Money
from ledger.payment import Payment
from sandbox.core.server import Served
from sandbox.xero.organisations import XeroStand
from tests.connectors.xero.writing.desk import DAY_BEFORE, Desk, eur, gbp, marker
from tests.sandbox.xero.office import COMPANY, SMALL, TODAY, Office


def entry(desk: Desk, kind: EntryKind, amount: Money, *lines: EntryLine, **more: object) -> Entry:
    made = Entry(kind=kind, write_id=marker(), on=TODAY, amount=amount, lines=lines)
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "sign"), [(EntryKind.SPEND, -1), (EntryKind.RECEIVE, 1)])
def test_money_spent_and_received_by_lines(desk: Desk, kind: EntryKind, sign: int) -> None:
    lines = desk.coded(gbp(450), "404", text="Fees"), desk.coded(gbp(50), "429")
    made = entry(desk, kind, gbp(500), *lines, account=desk.account("091"))
    held = desk.post(made)[made.write_id]
    assert (held.kind, held.amount, held.account) == ("BankTransactions", gbp(500), desk.account("091"))
    moved = desk.one("BankTransactions", held.external_id, BankEntry)
    assert (moved.amount, moved.moved_on, moved.reference) == (gbp(sign * 500), TODAY, made.write_id)
    record = desk.office.get(f"BankTransactions/{held.external_id}").body["BankTransactions"][0]
    assert (record["TotalTax"], record["LineAmountTypes"]) == (0, "NoTax")  # 429 has a tax of its own: never taken
    assert [line["AccountCode"] for line in record["LineItems"]] == ["404", "429"]
    assert record["Contact"]["Name"] == "Stripe"


def test_a_tax_code_that_is_given_lies_within_the_amount(desk: Desk) -> None:
    lines = desk.coded(gbp(6_000), "404", tax_code="INPUT2", tax=gbp(1_000)), desk.coded(gbp(500), "404")
    made = entry(desk, EntryKind.SPEND, gbp(6_500), *lines, account=desk.account("091"), customer=desk.contact("birch"))
    held = desk.post(made)[made.write_id]
    record = desk.office.get(f"BankTransactions/{held.external_id}").body["BankTransactions"][0]
    assert (record["Total"], record["TotalTax"]) == (65, 10)
    assert [line["TaxType"] for line in record["LineItems"]] == ["INPUT2", "NONE"]
    assert record["Contact"]["ContactID"] == desk.contact("birch")


def test_a_transfer_moves_the_amount(desk: Desk) -> None:
    made = entry(desk, EntryKind.TRANSFER, gbp(950), account=desk.account("091"), to_account=desk.account("090"))
    held = desk.post(made)[made.write_id]
    assert (held.kind, held.amount, held.account, held.reconciled) == (
        "BankTransfers", gbp(950), desk.account("091"), False
    )  # fmt: skip
    moved = desk.one("BankTransfers", held.external_id, BankEntry)
    assert (moved.amount, moved.account, moved.other_account) == (gbp(-950), desk.account("091"), desk.account("090"))
    assert moved.reference == made.write_id


def test_a_credit_note_with_the_invoices_tax_is_put_to_it(desk: Desk) -> None:
    note = entry(
        desk, EntryKind.CREDIT_NOTE, gbp(1_200),
        desk.coded(gbp(1_200), "200", tax_code="OUTPUT2", tax=gbp(200), text="Settlement discount"),
        customer=desk.contact("ash"),
    )  # fmt: skip
    put = entry(
        desk, EntryKind.ALLOCATION, gbp(1_200), desk.pays("inv-2", gbp(1_200)),
        source=Target(kind="credit_note", entry=note.write_id), after=(note.write_id,),
    )  # fmt: skip
    standing = desk.post(note, put)
    held = standing[note.write_id]
    read = desk.one("CreditNotes", held.external_id, CreditNote)
    assert (read.total, read.tax_total, read.open_amount, read.reference) == (
        gbp(1_200),
        gbp(200),
        gbp(0),
        note.write_id,
    )
    allocation = desk.one("CreditNotes", held.external_id, Allocation)
    assert (allocation.amount, allocation.applied_on) == (gbp(1_200), TODAY)
    assert standing[put.write_id].external_id == f"{held.external_id}/{allocation.external_id}"
    assert standing[put.write_id].kind == "CreditNotes"


def test_a_bad_debt_is_a_credit_without_tax(desk: Desk) -> None:
    note = entry(desk, EntryKind.CREDIT_NOTE, gbp(300), desk.coded(gbp(300), "429"), customer=desk.contact("ash"))
    held = desk.post(note)[note.write_id]
    assert desk.one("CreditNotes", held.external_id, CreditNote).tax_total == gbp(0)


def test_a_credit_that_stands_is_put_to_several(desk: Desk) -> None:
    source = Target(kind="overpayment", external_id=desk.office.id("pay-5"))
    made = entry(
        desk, EntryKind.ALLOCATION, gbp(2_000), desk.pays("inv-3", gbp(1_500)), desk.pays("inv-3", gbp(500)), source=source
    )  # fmt: skip
    batches = desk.batches(made)
    assert [len(batch.members) for batch in batches] == [2]
    standing = desk.post(made)
    assert len(standing) == 2
    payment = desk.one("Overpayments", desk.office.id("pay-5"), Payment)
    assert payment.unapplied == gbp(5_000)


@pytest.mark.parametrize(
    ("kind", "key", "pence"),
    [("credit_note", "cn-1", 2_000), ("overpayment", "pay-5", 7_000), ("prepayment", "pay-6", 1)],
)
def test_a_refund_settles_its_source(desk: Desk, kind: str, key: str, pence: int) -> None:
    source = Target(kind=kind, external_id=desk.office.id(key))
    made = entry(desk, EntryKind.REFUND, gbp(pence), source=source, account=desk.account("091"))
    held = desk.post(made)[made.write_id]
    assert (held.kind, held.amount, held.account) == ("Payments", gbp(pence), desk.account("091"))
    refund = desk.one("Payments", held.external_id, Payment)
    assert (refund.kind, refund.amount, refund.reference) == ("refund", gbp(pence), made.write_id)
    assert desk.one("Payments", held.external_id, Allocation).source_external_id == source.external_id


def test_an_old_payment_is_turned_back_through_suspense(desk: Desk) -> None:
    made = entry(
        desk, EntryKind.JOURNAL, gbp(10_000),
        desk.coded(gbp(10_000), "610", customer=desk.contact("ash")), desk.coded(gbp(-10_000), "091"),
        to_account=desk.account("850"), memo="Returned unpaid",
    )  # fmt: skip
    owed, spent = desk.writer.shape(made)
    standing = desk.post(made)
    invoice = desk.one("Invoices", standing[owed.write_id].external_id, Invoice)
    assert (invoice.total, invoice.tax_total, invoice.open_amount) == (gbp(10_000), gbp(0), gbp(10_000))
    assert (invoice.customer_external_id, invoice.status, invoice.reference) == (
        desk.contact("ash"), "open", owed.write_id
    )  # fmt: skip
    moved = desk.one("BankTransactions", standing[spent.write_id].external_id, BankEntry)
    assert (moved.amount, moved.account) == (gbp(-10_000), desk.account("091"))


def test_a_foreign_fee_keeps_its_rate(desk: Desk) -> None:
    made = entry(
        desk, EntryKind.SPEND, eur(1_234), desk.coded(eur(1_234), "404"), account=desk.account("092"),
        rate=Decimal("0.8765432"), on=DAY_BEFORE,
    )  # fmt: skip
    held = desk.post(made)[made.write_id]
    moved = desk.one("BankTransactions", held.external_id, BankEntry)
    assert (moved.amount, moved.moved_on) == (eur(-1_234), DAY_BEFORE)
    assert moved.exchange_rate is not None
    assert (moved.exchange_rate * Decimal("12.34")).quantize(Decimal("0.01")) == Decimal("10.82")


def test_what_xero_cannot_hold_is_refused_with_the_steps(desk: Desk) -> None:
    ar, bank = desk.coded(gbp(5), "610", customer="c"), desk.coded(gbp(-5), "091")
    credit = Target(kind="credit_note", external_id="x")
    pays = desk.pays("inv-2", gbp(1))
    cases = [
        (entry(desk, EntryKind.DEPOSIT, gbp(1)), "straight to the bank account"),
        (entry(desk, EntryKind.JOURNAL, gbp(5), desk.coded(gbp(5), "404"), bank, to_account="s"), "Enter it there by hand"),
        (entry(desk, EntryKind.JOURNAL, gbp(5), ar, bank), "suspense account"),
        (entry(desk, EntryKind.ALLOCATION, gbp(1), pays, source=Target(kind="payment", external_id="p")), "plain payment"),
        (entry(desk, EntryKind.ALLOCATION, gbp(1), desk.coded(gbp(1), "404"), source=credit), "invoices alone"),
        (entry(desk, EntryKind.REFUND, gbp(1), account="a"), "Make the credit note first"),
        (entry(desk, EntryKind.REFUND, gbp(1), source=credit), "account that the money left"),
        (entry(desk, EntryKind.TRANSFER, gbp(1), account="a"), "both bank accounts"),
        (entry(desk, EntryKind.TRANSFER, gbp(1), account="a", to_account="a"), "two different"),
        (entry(desk, EntryKind.SPEND, gbp(1), desk.coded(gbp(1), "404")), "needs the bank account"),
        (entry(desk, EntryKind.SPEND, gbp(2), desk.coded(gbp(1), "404"), account="a"), "planned wrongly"),
        (entry(desk, EntryKind.SPEND, gbp(1), account="a"), "nothing that Xero can hold"),
        (entry(desk, EntryKind.CREDIT_NOTE, gbp(1), desk.coded(gbp(1), "404")), "needs its customer"),
        (entry(desk, EntryKind.CREDIT_NOTE, gbp(1), EntryLine(role=LineRole.ACCOUNT, amount=gbp(1)), customer="c"), "account of"),
    ]  # fmt: skip
    for made, words in cases:
        with pytest.raises(Refused, match=words):
            desk.writer.shape(made)


def test_a_third_digit_is_never_rounded_away(desk: Desk) -> None:
    made = entry(
        desk, EntryKind.TRANSFER, Money(1_001, "KWD"), account=desk.account("091"), to_account=desk.account("090")
    )
    with pytest.raises(Refused, match="two digits"):
        desk.writer.shape(made)


def test_what_is_not_there_yet_cannot_be_used(desk: Desk) -> None:
    source = Target(kind="overpayment", entry=marker())
    made = entry(desk, EntryKind.ALLOCATION, gbp(1), desk.pays("inv-2", gbp(1)), source=source)
    with pytest.raises(BadInput, match="does not stand"):
        desk.batches(made)


def test_a_transfer_in_another_currency_is_read_back_in_it(stand: XeroStand, served: Served) -> None:
    tenant = stand.add_company(replace(COMPANY, key="weir", settles=("EUR",)))
    stand.load(tenant, SMALL)
    office = Office(stand, served, tenant)
    desk = Desk(office)
    made = entry(desk, EntryKind.TRANSFER, eur(1_234), account=desk.account("0911"), to_account=desk.account("092"))
    held = desk.post(made)[made.write_id]
    assert held.amount == eur(1_234)
    assert desk.writer.same_money(desk.account("092"), eur(1_234), TODAY, days=1)[0].amount == eur(1_234)
    moved = desk.one("BankTransfers", held.external_id, BankEntry)
    assert (moved.amount, moved.other_account) == (eur(-1_234), desk.account("092"))
    desk.close()
    office.close()
