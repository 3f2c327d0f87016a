"""Payments that came elsewhere, on Stripe's invoices: read back to the cent, once only, found again, and refused by name."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from connectors.message import OutcomeUnknown
from connectors.port import Context, Value
from connectors.retry import RetryPolicy
from connectors.stripe.connector import StripeConnector
from connectors.stripe.limits import read_limit
from connectors.stripe.writing.writer import StripeWriter
from connectors.transport import Transport
from connectors.writing import Outcome, Result, Standing
from ledger.allocation import Allocation
from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.faults import BadInput, PermissionMissing, RateLimited, Refused, Unreachable
from ledger.ids import derived
from ledger.invoice import Invoice
from ledger.money import Money
from ledger.payment import Payment
from sandbox.core.clock import SandboxClock
from sandbox.core.server import serve
from sandbox.stripe.stand import StripeStand
from sandbox.world import plan
from tests.connectors.stripe.shop import Key

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
ON = date(2026, 11, 19)
ZONE = "America/New_York"
COMPANY = plan.Company("us", "Maple Street Supply", "US", "USD", ZONE)


@dataclass
class Shop:
    stand: StripeStand
    tenant: str
    url: str
    clock: SandboxClock
    count: int = 0
    transport: Transport = field(init=False)
    writer: StripeWriter = field(init=False)
    connector: StripeConnector = field(init=False)

    def __post_init__(self) -> None:
        self.transport = Transport(
            "Stripe", clock=self.clock.now, sleep=lambda _: None, random=random.random, limits=read_limit,
            policy=RetryPolicy(tries=2),
        )  # fmt: skip
        key = Key(self.stand.api_key(self.tenant))
        self.writer = self.writer_with(key)
        self.connector = StripeConnector(self.url, key, account=None, transport=self.transport, clock=self.clock.now)

    def writer_with(self, key: Key) -> StripeWriter:
        return StripeWriter(api_base=self.url, tokens=key, account=None, transport=self.transport, time_zone=ZONE)

    def change(self, verb: str, **fields: Any) -> str:
        return str(self.stand.change(self.tenant, verb, fields)["id"])

    def customer(self) -> str:
        self.count += 1
        return self.change("new_customer", name=f"Customer {self.count}")

    def invoice(self, customer: str, amount: int, currency: str = "usd") -> str:
        return self.change("new_invoice", customer=customer, amount=amount, currency=currency)

    def receipt(self, customer: str, *lines: EntryLine) -> Entry:
        self.count += 1
        amount = Money(sum(line.amount.minor for line in lines), lines[0].amount.currency)
        return Entry(
            kind=EntryKind.RECEIPT, write_id=derived(f"posting {self.count}", "0"), on=ON, amount=amount,
            customer=customer, lines=lines, memo="WIRE 88",
        )  # fmt: skip

    def send(self, *records: Entry, standing: dict[str, Standing] | None = None) -> list[Outcome]:
        batches = self.writer.batches(records, standing or {})
        return [outcome for batch in batches for outcome in self.writer.send(batch, str(uuid4()))]

    def post(self, entry: Entry) -> dict[str, Standing]:
        known: dict[str, Standing] = {}
        for record in self.writer.shape(entry):
            [outcome] = self.send(record, standing=known)
            assert outcome.result is Result.POSTED, outcome
            assert outcome.standing is not None
            known[outcome.write_id] = outcome.standing
        return known

    def values(self, kind: str, external_id: str) -> list[Value]:
        context = Context(provider="stripe", company_id=self.tenant, home_currency="USD", time_zone=ZONE)
        [page] = self.connector.read(kind, [external_id])
        return [value for record in page.records for value in self.connector.map(record, context).values]

    def left(self, invoice: str) -> Money:
        [found] = [value for value in self.values("invoices", invoice) if isinstance(value, Invoice)]
        return found.open_amount


def pays(invoice: str, amount: Money) -> EntryLine:
    return EntryLine(role=LineRole.PAYS, amount=amount, document=Target(kind="invoice", external_id=invoice))


def usd(minor: int) -> Money:
    return Money(minor, "USD")


@pytest.fixture
def shop() -> Iterator[Shop]:
    clock = SandboxClock(NOW)
    stand = StripeStand(clock, 1)
    tenant = stand.add_company(COMPANY)
    stand.limits.configure({})
    stand.account_limits.configure({})
    served = serve(stand.app, 0)
    made = Shop(stand, tenant, served.url, clock)
    yield made
    made.transport.close()
    served.close()
    stand.webhooks.close()


def test_a_receipt_is_a_reported_payment_and_its_attachment(shop: Shop) -> None:
    customer = shop.customer()
    invoice = shop.invoice(customer, 12_000)
    entry = shop.receipt(customer, pays(invoice, usd(12_000)))

    record, link = shop.post(entry).values()

    [payment] = [value for value in shop.values(record.kind, record.external_id) if isinstance(value, Payment)]
    assert (payment.amount, payment.paid_on, payment.customer_external_id) == (usd(12_000), ON, customer)
    assert (payment.reference, payment.memo) == (entry.write_id, "WIRE 88")
    [put] = [value for value in shop.values(link.kind, link.external_id) if isinstance(value, Allocation)]
    assert (put.source_external_id, put.target_external_id, put.amount) == (record.external_id, invoice, usd(12_000))
    assert shop.left(invoice) == usd(0)
    assert (record.amount, record.on) == (usd(12_000), ON)


def test_part_of_an_invoice_leaves_the_rest_open(shop: Shop) -> None:
    customer = shop.customer()
    first, second = shop.invoice(customer, 12_000), shop.invoice(customer, 5_000)

    standing = shop.post(shop.receipt(customer, pays(first, usd(7_001)), pays(second, usd(5_000))))

    assert len(standing) == 4
    assert (shop.left(first), shop.left(second)) == (usd(4_999), usd(0))


def test_a_currency_that_stripe_counts_otherwise(shop: Shop) -> None:
    customer = shop.customer()
    invoice = shop.invoice(customer, 500_000, currency="isk")  # Stripe counts krónur in hundredths

    [record, _] = shop.post(shop.receipt(customer, pays(invoice, Money(5_000, "ISK")))).values()

    assert record.amount == Money(5_000, "ISK")
    assert shop.left(invoice) == Money(0, "ISK")


def test_a_charge_that_paid_nothing_is_attached_by_its_intent(shop: Shop) -> None:
    customer = shop.customer()
    charge = shop.change("charge", amount=4_400, customer=customer)
    invoice = shop.invoice(customer, 10_000)
    entry = Entry(
        kind=EntryKind.ALLOCATION, write_id=derived("x", "0"), on=ON, amount=usd(4_400), customer=customer,
        source=Target(kind="charge", external_id=charge), lines=(pays(invoice, usd(4_400)),),
    )  # fmt: skip

    [link] = shop.post(entry).values()

    assert link.parts[0][0] == "payment_intents"
    assert shop.left(invoice) == usd(5_600)
    assert shop.writer.find([entry], since=ON) == {entry.write_id: [link]}


def test_the_same_call_under_one_key_stands_once(shop: Shop) -> None:
    customer = shop.customer()
    entry = shop.receipt(customer, pays(shop.invoice(customer, 900), usd(900)))
    [report, attachment] = shop.writer.shape(entry)
    [batch] = shop.writer.batches([report], {})
    key = str(uuid4())

    first, again = shop.writer.send(batch, key), shop.writer.send(batch, key)

    assert first == again
    [known] = first
    assert known.standing is not None
    assert shop.writer.find([report, attachment], since=ON) == {report.write_id: [known.standing]}


def test_a_lost_reply_is_not_repeated_and_what_stands_is_found(shop: Shop) -> None:
    customer = shop.customer()
    entry = shop.receipt(customer, pays(shop.invoice(customer, 900), usd(900)))
    [report, attachment] = shop.writer.shape(entry)
    shop.stand.mishaps.add("cut", "report_payment")
    calls = shop.connector.calls
    with pytest.raises(Unreachable):
        shop.send(report)
    assert shop.connector.calls - calls == 1

    [standing] = shop.writer.find([report], since=ON)[report.write_id]
    shop.stand.mishaps.add("cut", "attach_payment")
    with pytest.raises(Unreachable):
        shop.send(attachment, standing={report.write_id: standing})

    found = shop.writer.find([report, attachment], since=ON)
    assert [one.kind for own in (report, attachment) for one in found[own.write_id]] == [
        "payment_records", "invoice_payments"
    ]  # fmt: skip


def test_a_server_that_fell_over_is_looked_up(shop: Shop) -> None:
    customer = shop.customer()
    [report, _] = shop.writer.shape(shop.receipt(customer, pays(shop.invoice(customer, 900), usd(900))))
    shop.stand.mishaps.add("500", "report_payment")
    with pytest.raises(OutcomeUnknown):
        shop.send(report)
    assert shop.writer.find([report], since=ON) == {}


def test_a_throttle_says_so(shop: Shop) -> None:
    customer = shop.customer()
    [report, _] = shop.writer.shape(shop.receipt(customer, pays(shop.invoice(customer, 900), usd(900))))
    shop.stand.mishaps.add("429", "report_payment", times=None)
    with pytest.raises(RateLimited):
        shop.send(report)


@pytest.mark.parametrize("verb", ["void_invoice", "pay_out_of_band"])
def test_an_invoice_that_is_open_no_more(shop: Shop, verb: str) -> None:
    customer = shop.customer()
    invoice = shop.invoice(customer, 900)
    [report, attachment] = shop.writer.shape(shop.receipt(customer, pays(invoice, usd(900))))
    [reported] = shop.send(report)
    assert reported.standing is not None
    shop.change(verb, invoice=invoice)

    [outcome] = shop.send(attachment, standing={report.write_id: reported.standing})

    assert (outcome.result, outcome.code) == (Result.REFUSED, "invoice_closed")
    assert outcome.sentence.endswith(".")


def test_a_customer_or_an_invoice_that_is_gone(shop: Shop) -> None:
    customer = shop.customer()
    [report, attachment] = shop.writer.shape(shop.receipt("cus_gone", pays("in_gone", usd(900))))
    [outcome] = shop.send(report)
    assert (outcome.result, outcome.code) == (Result.REFUSED, "customer_gone")
    [kept, _] = shop.writer.shape(shop.receipt(customer, pays("in_gone", usd(900))))
    [reported] = shop.send(kept)
    assert reported.standing is not None
    [outcome] = shop.send(attachment, standing={report.write_id: reported.standing})
    assert (outcome.result, outcome.code) == (Result.REFUSED, "document_gone")


def test_an_invoice_in_another_currency(shop: Shop) -> None:
    customer = shop.customer()
    invoice = shop.invoice(customer, 900, currency="eur")
    [report, attachment] = shop.writer.shape(shop.receipt(customer, pays(invoice, usd(900))))
    [reported] = shop.send(report)
    assert reported.standing is not None
    [outcome] = shop.send(attachment, standing={report.write_id: reported.standing})
    assert (outcome.result, outcome.code) == (Result.REFUSED, "currency_unfit")


def test_a_payment_of_which_nothing_is_left(shop: Shop) -> None:
    customer = shop.customer()
    first, second = shop.invoice(customer, 900), shop.invoice(customer, 900)
    entry = shop.receipt(customer, pays(first, usd(900)))
    standing = shop.post(entry)
    other = Entry(
        kind=EntryKind.ALLOCATION, write_id=derived("y", "0"), on=ON, amount=usd(900), customer=customer,
        source=Target(kind="payment", external_id=standing[entry.write_id].external_id), lines=(pays(second, usd(900)),),
    )  # fmt: skip
    [outcome] = shop.send(other)
    assert (outcome.result, outcome.code) == (Result.REFUSED, "over_applied")


def test_a_key_that_may_not_write_names_the_permission(shop: Shop) -> None:
    customer = shop.customer()
    [report, _] = shop.writer.shape(shop.receipt(customer, pays(shop.invoice(customer, 900), usd(900))))
    shop.stand.change(shop.tenant, "restrict_key", {"permissions": ["invoice_read", "payment_records_read"]})
    with pytest.raises(PermissionMissing, match="payment_records_write"):
        shop.send(report)


def test_an_attachment_waits_for_its_payment(shop: Shop) -> None:
    [_, attachment] = shop.writer.shape(shop.receipt("cus_1", pays("in_1", usd(900))))
    with pytest.raises(BadInput, match="has to be written first"):
        shop.writer.batches([attachment], {})


def test_what_stripe_keeps_no_books_of_is_refused_with_the_way(shop: Shop) -> None:
    rest = EntryLine(role=LineRole.UNAPPLIED, amount=usd(100))
    with pytest.raises(Refused, match="Credit balance"):
        shop.writer.shape(shop.receipt("cus_1", pays("in_1", usd(900)), rest))
    for kind in (EntryKind.TRANSFER, EntryKind.CREDIT_NOTE, EntryKind.JOURNAL, EntryKind.REFUND):
        with pytest.raises(Refused, match="cannot be written to Stripe"):
            shop.writer.shape(Entry(kind=kind, write_id=derived("z", "0"), on=ON, amount=usd(1)))


def test_what_stripe_cannot_take_back_is_said(shop: Shop) -> None:
    customer = shop.customer()
    entry = shop.receipt(customer, pays(shop.invoice(customer, 900), usd(900)))
    posted = shop.post(entry)
    records = shop.writer.shape(entry)
    now = {own: shop.writer.standing(one.kind, [one.external_id])[one.external_id] for own, one in posted.items()}
    assert not any(one.ended for one in now.values())
    with pytest.raises(Refused, match="cannot take a payment off an invoice"):
        shop.writer.endings(records, now)
    assert shop.writer.standing("payment_records", ["pr_none"])["pr_none"].ended


def test_the_day_of_a_payment_is_never_in_the_future(shop: Shop) -> None:
    customer = shop.customer()
    today = NOW.date()
    invoice = shop.invoice(customer, 900)
    entry = shop.receipt(customer, pays(invoice, usd(900)))
    shop.clock.advance(timedelta(hours=1))
    [report, _] = shop.writer.shape(Entry(
        kind=entry.kind, write_id=entry.write_id, on=today, amount=entry.amount, customer=customer, lines=entry.lines
    ))  # fmt: skip
    [outcome] = shop.send(report)
    assert outcome.result is Result.POSTED
