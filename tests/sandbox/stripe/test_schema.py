"""Every record against Stripe's own classes: no field that they do not know, none missing that they always have."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterator
from typing import Any, ForwardRef

import pytest
import stripe
from stripe._payment_record import PaymentRecord

from tests.sandbox.stripe.conftest import Site

CLASSES: dict[str, type] = {
    "customers": stripe.Customer,
    "invoices": stripe.Invoice,
    "invoice_payments": stripe.InvoicePayment,
    "charges": stripe.Charge,
    "payment_intents": stripe.PaymentIntent,
    "payment_records": PaymentRecord,
    "refunds": stripe.Refund,
    "credit_notes": stripe.CreditNote,
    "disputes": stripe.Dispute,
    "balance_transactions": stripe.BalanceTransaction,
    "payouts": stripe.Payout,
    "events": stripe.Event,
}


def complaints(name: str, record: dict[str, Any], shape: type) -> Iterator[str]:
    hints = {field: hint for field, hint in shape.__annotations__.items() if field != "OBJECT_NAME"}
    hints.pop("_inner_class_types", None)
    for field in record.keys() - hints.keys():
        yield f"{name}.{field} is not known"
    for field, hint in hints.items():
        inner, optional = opened(hint)
        if field not in record:
            if not optional:
                yield f"{name}.{field} is missing"
            continue
        value = record[field]
        if value is None:
            if not optional:
                yield f"{name}.{field} is null"
            continue
        rows = value if isinstance(value, list) else [value]
        for row in rows:
            if isinstance(row, dict) and inner is not None:
                yield from complaints(f"{name}.{field}", row, inner)


def opened(hint: Any) -> tuple[type | None, bool]:
    """The class inside a hint, if it is one of ours to look into, and whether null may stand there."""
    args = typing.get_args(hint)
    optional = type(None) in args
    for one in (hint, *args, *(deeper for arg in args for deeper in typing.get_args(arg))):
        if isinstance(one, (str, ForwardRef, types.GenericAlias)):
            continue
        if (
            inspect.isclass(one)
            and issubclass(one, stripe.StripeObject)
            and one.__annotations__
            and "." in one.__qualname__
        ):
            return one, optional
    return None, optional


@pytest.mark.parametrize("kind", sorted(CLASSES))
def test_records_have_exactly_the_fields_that_stripe_knows(site: Site, kind: str) -> None:
    rows = site.get(f"/v1/{kind}?limit=100")["data"]
    assert rows
    assert sorted({problem for row in rows for problem in complaints(kind, row, CLASSES[kind])}) == []


def test_lines_and_balances_too(site: Site) -> None:
    lines = site.get(f"/v1/invoices/{site.id('whole')}/lines")["data"]
    credit = site.get(f"/v1/credit_notes/{site.id('less')}/lines")["data"]
    entries = site.get(f"/v1/customers/{site.id('bob')}/balance_transactions")["data"]
    pairs: list[tuple[dict[str, Any], type]] = [(row, stripe.InvoiceLineItem) for row in lines]
    pairs += [(row, stripe.CreditNoteLineItem) for row in credit]
    pairs += [(row, stripe.CustomerBalanceTransaction) for row in entries]
    pairs += [(site.get("/v1/account"), stripe.Account), (site.get("/v1/balance"), stripe.Balance)]
    assert sorted({problem for row, shape in pairs for problem in complaints(shape.__name__, row, shape)}) == []
