"""Payments and their attachments as Stripe holds them."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.decode import Loose, loosely
from connectors.stripe import wire
from connectors.stripe.currency import money
from connectors.stripe.markers import day_of
from connectors.writing import Standing

RECORDS = "payment_records"
LINKS = "invoice_payments"


class _Links(Loose):
    data: list[wire.InvoicePayment] | None = None
    has_more: bool | None = None


class _Invoice(Loose):
    id: str = ""
    payments: _Links | None = None


def record_standing(record: wire.PaymentRecord) -> Standing:
    """A reported payment. One that failed or was canceled counts as ended."""
    sure = record.amount_guaranteed or record.amount_requested
    amount = money(sure.value, sure.currency) if sure is not None else None
    return Standing(
        kind=RECORDS, external_id=record.id, amount=amount, on=day_of(record.metadata), ended=amount is not None and not amount
    )  # fmt: skip


def link_standing(link: wire.InvoicePayment) -> Standing:
    """A payment set against an invoice; of a payment of Stripe's own, its intent is named as a part."""
    paid = link.amount_paid if link.amount_paid is not None else link.amount_requested
    payment = payment_of(link)
    return Standing(
        kind=LINKS,
        external_id=link.id,
        amount=money(paid or 0, link.currency),
        parts=(("payment_intents", payment),) if payment.startswith("pi_") else (),
        ended=link.status == "canceled",
    )


def payment_of(link: wire.InvoicePayment) -> str:
    with_what = link.payment or wire.PaidWith()
    found = wire.ref(with_what.payment_record) or wire.ref(with_what.payment_intent) or wire.ref(with_what.charge)
    return found or ""


def links_of(invoice: bytes) -> list[wire.InvoicePayment]:
    """The payments inside an invoice: at most its first page of them."""
    found = loosely(invoice, _Invoice)
    return list(found.payments.data or ()) if found.payments else []


def newest(links: Iterable[wire.InvoicePayment], payment: str) -> wire.InvoicePayment | None:
    """Lists come newest first."""
    return next((link for link in links if payment_of(link) == payment and link.status != "canceled"), None)
