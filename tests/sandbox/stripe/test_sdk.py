"""The stand-in as Stripe's own package sees it."""

from __future__ import annotations

import pytest
import stripe

from tests.sandbox.stripe.conftest import Site


def test_lists_are_walked_to_their_end(site: Site) -> None:
    charges = list(site.client().v1.charges.list({"limit": 2}).auto_paging_iter())
    assert len(charges) == site.stand.counts(site.tenant)["charges"]


def test_records_and_what_they_expand_to_are_typed(site: Site) -> None:
    invoice = site.client().v1.invoices.retrieve(site.id("whole"), {"expand": ["payments.data.payment.payment_intent"]})
    assert invoice.payments is not None
    intent = invoice.payments.data[0].payment.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert intent.latest_charge == site.id("card")


def test_an_unknown_parameter_raises_its_error(site: Site) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        site.client().raw_request("get", "/v1/charges", colour="red")
    assert (refused.value.code, refused.value.param) == ("parameter_unknown", "colour")
    assert str(refused.value.request_id).startswith("req_")


def test_an_invoice_is_settled_by_a_reported_payment(site: Site) -> None:
    client = site.client()
    record = client.v1.payment_records.report_payment(
        {
            "amount_requested": {"value": 7000, "currency": "usd"},
            "initiated_at": 1_790_000_000,
            "outcome": "guaranteed",
            "guaranteed": {"guaranteed_at": 1_790_000_000},
            "payment_method_details": {"type": "custom", "custom": {"display_name": "Wire"}},
            "customer_details": {"customer": site.id("eve")},
        }
    )
    invoice = client.v1.invoices.attach_payment(site.id("open"), {"payment_record": record.id})
    assert (invoice.status, invoice.amount_remaining) == ("paid", 0)
