"""Stripe-like objects from a seed, in the shapes that Stripe documents, as the bytes that it would send.

A business with customers, invoices of some lines, their payments, charges and balance transactions; newest first.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

SHARES = {
    "customers": 10,
    "invoices": 30,
    "invoice_payments": 12,
    "charges": 20,
    "payment_intents": 14,
    "balance_transactions": 14,
}
"""Of a hundred objects. The other kinds are empty: one call each tells so."""

EMPTY = ("refunds", "credit_notes", "disputes", "payouts", "events")
NEWEST = 1_790_000_000  # a moment in September 2026
SPAN_SECONDS = 4 * 365 * 86_400
_CURRENCIES = ("usd", "eur", "gbp")
_WORDS = (
    "annual monthly seat licence support onboarding workshop audit review hosting storage traffic design print cable"
    " freight repair lease training migration archive gateway sensor panel valve filter pump bearing harness module"
).split()


@dataclass(slots=True)
class Objects:
    """One kind's objects, newest first."""

    ids: list[str] = field(default_factory=list)
    stamps: list[int] = field(default_factory=list)
    raws: list[bytes] = field(default_factory=list)


def world(rows: int, seed: int) -> dict[str, Objects]:
    """`rows` objects over all kinds."""
    rng = random.Random(seed)
    found = {kind: Objects() for kind in (*SHARES, *EMPTY)}
    counts = {kind: rows * share // 100 for kind, share in SHARES.items()}
    counts["invoices"] += rows - sum(counts.values())
    for kind, count in counts.items():
        make = _MAKERS[kind]
        for number in range(count):
            created = NEWEST - (SPAN_SECONDS * number) // max(count, 1) - rng.randrange(30)
            made = make(rng, number, created, counts)
            found[kind].ids.append(made["id"])
            found[kind].stamps.append(created)
            found[kind].raws.append(json.dumps(made, separators=(",", ":")).encode())
        _sort(found[kind])
    return found


def _sort(objects: Objects) -> None:
    order = sorted(range(len(objects.ids)), key=lambda place: (-objects.stamps[place], objects.ids[place]))
    objects.ids = [objects.ids[place] for place in order]
    objects.raws = [objects.raws[place] for place in order]
    objects.stamps = [objects.stamps[place] for place in order]


def _name(prefix: str, number: int) -> str:
    return f"{prefix}_{number:06d}Bench{(number * 2_654_435_761) % 2**32:08x}"


def _words(rng: random.Random, count: int) -> str:
    return " ".join(rng.choice(_WORDS) for _ in range(count))


def _address(rng: random.Random) -> dict[str, Any]:
    return {
        "city": rng.choice(("Leeds", "Lyon", "Austin", "Ghent", "Porto")),
        "country": rng.choice(("GB", "FR", "US", "BE", "PT")),
        "line1": f"{rng.randrange(1, 200)} {rng.choice(_WORDS).title()} Street",
        "line2": None,
        "postal_code": f"{rng.randrange(10_000, 99_999)}",
        "state": None,
    }


def _customer(rng: random.Random, number: int, created: int, counts: dict[str, int]) -> dict[str, Any]:
    del counts
    name = f"{_words(rng, 2).title()} {rng.choice(('Ltd', 'GmbH', 'Inc', 'SA'))}"
    return {
        "id": _name("cus", number), "object": "customer", "address": _address(rng), "balance": 0, "business_name": name,
        "created": created, "currency": rng.choice(_CURRENCIES), "customer_account": None, "default_source": None,
        "delinquent": rng.random() < 0.1, "description": _words(rng, 6), "discount": None,
        "email": f"accounts{number}@example.com", "individual_name": None, "invoice_prefix": f"{number:08X}",
        "invoice_settings": {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None},
        "livemode": False, "metadata": {"erp_id": str(rng.randrange(10**8)), "region": rng.choice(("emea", "us"))},
        "name": name, "next_invoice_sequence": rng.randrange(1, 90), "phone": f"+44{rng.randrange(10**9, 10**10)}",
        "preferred_locales": [], "shipping": {"address": _address(rng), "name": name, "phone": None},
        "tax_exempt": "none", "test_clock": None,
    }  # fmt: skip


def _line(rng: random.Random, number: int, place: int, currency: str, created: int) -> dict[str, Any]:
    amount = rng.randrange(100, 90_000)
    return {
        "id": f"il_{number:06d}{place}Bench", "object": "line_item", "amount": amount, "currency": currency,
        "description": _words(rng, 5), "discount_amounts": [], "discountable": True, "discounts": [],
        "invoice": _name("in", number), "livemode": False, "metadata": {},
        "parent": {"invoice_item_details": {"invoice_item": f"ii_{number:06d}{place}", "proration": False,
            "proration_details": {"credited_items": None}, "subscription": None},
            "subscription_item_details": None, "type": "invoice_item_details"},
        "period": {"end": created + 2_592_000, "start": created}, "pretax_credit_amounts": [],
        "pricing": {"price_details": {"price": f"price_{rng.randrange(10**6)}", "product": f"prod_{rng.randrange(10**4)}"},
            "type": "price_details", "unit_amount_decimal": str(amount)},
        "quantity": 1, "taxes": [{"amount": amount // 5, "tax_behavior": "exclusive",
            "tax_rate_details": {"tax_rate": "txr_1Bench"}, "taxability_reason": "standard_rated",
            "taxable_amount": amount, "type": "tax_rate_details"}],
    }  # fmt: skip


def _invoice(rng: random.Random, number: int, created: int, counts: dict[str, int]) -> dict[str, Any]:
    currency = rng.choice(_CURRENCIES)
    lines = [_line(rng, number, place, currency, created) for place in range(rng.choice((1, 2, 2, 3, 4)))]
    subtotal = sum(line["amount"] for line in lines)
    tax = sum(line["taxes"][0]["amount"] for line in lines)
    status = rng.choices(("paid", "open", "void", "draft"), (80, 14, 3, 3))[0]
    left = subtotal + tax if status != "paid" else 0
    own = _name("in", number)
    return {
        "id": own, "object": "invoice", "account_country": "GB", "account_name": "Bench Ltd", "account_tax_ids": None,
        "amount_due": subtotal + tax, "amount_overpaid": 0, "amount_paid": subtotal + tax - left,
        "amount_remaining": left, "amount_shipping": 0, "application": None, "attempt_count": 1, "attempted": True,
        "auto_advance": False, "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_reason": "manual", "collection_method": "send_invoice", "created": created, "currency": currency,
        "custom_fields": [{"name": "PO number", "value": f"PO-{rng.randrange(10**6)}"}] if rng.random() < 0.3 else None,
        "customer": _name("cus", rng.randrange(max(counts["customers"], 1))), "customer_account": None,
        "customer_address": _address(rng), "customer_email": f"accounts{number}@example.com",
        "customer_name": _words(rng, 2).title(), "customer_phone": None, "customer_shipping": None,
        "customer_tax_exempt": "none", "customer_tax_ids": [], "default_payment_method": None, "default_source": None,
        "default_tax_rates": [], "description": _words(rng, 8), "discounts": [], "due_date": created + 2_592_000,
        "effective_at": None if status == "draft" else created + 60, "ending_balance": 0, "footer": None,
        "from_invoice": None, "hosted_invoice_url": f"https://invoice.example.com/i/acct_1Bench/test_{own}?s=ap",
        "invoice_pdf": f"https://pay.example.com/invoice/acct_1Bench/test_{own}/pdf?s=ap",
        "issuer": {"type": "self"}, "last_finalization_error": None, "latest_revision": None,
        "lines": {"object": "list", "data": lines, "has_more": False, "total_count": len(lines),
            "url": f"/v1/invoices/{own}/lines"},
        "livemode": False, "metadata": {"order": f"SO-{rng.randrange(10**6)}"}, "next_payment_attempt": None,
        "number": f"BENCH-{number:06d}", "on_behalf_of": None, "parent": None,
        "payment_settings": {"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        "period_end": created, "period_start": created, "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0, "receipt_number": None, "rendering": None, "shipping_cost": None,
        "shipping_details": None, "starting_balance": 0, "statement_descriptor": None, "status": status,
        "status_transitions": {"finalized_at": None if status == "draft" else created + 60,
            "marked_uncollectible_at": None, "paid_at": created + 86_400 if status == "paid" else None,
            "voided_at": created + 7200 if status == "void" else None},
        "subtotal": subtotal, "subtotal_excluding_tax": subtotal, "test_clock": None, "total": subtotal + tax,
        "total_discount_amounts": [], "total_excluding_tax": subtotal, "total_pretax_credit_amounts": [],
        "total_taxes": [{"amount": tax, "tax_behavior": "exclusive", "tax_rate_details": {"tax_rate": "txr_1Bench"},
            "taxability_reason": "standard_rated", "taxable_amount": subtotal, "type": "tax_rate_details"}],
        "webhooks_delivered_at": created + 61,
    }  # fmt: skip


def _invoice_payment(rng: random.Random, number: int, created: int, counts: dict[str, int]) -> dict[str, Any]:
    amount = rng.randrange(100, 500_000)
    intent = _name("pi", number % max(counts["payment_intents"], 1))
    return {
        "id": _name("inpay", number), "object": "invoice_payment", "amount_paid": amount, "amount_requested": amount,
        "created": created, "currency": "usd", "invoice": _name("in", number % max(counts["invoices"], 1)),
        "is_default": True, "livemode": False, "payment": {"payment_intent": intent, "type": "payment_intent"},
        "status": "paid", "status_transitions": {"canceled_at": None, "paid_at": created + 86_400},
    }  # fmt: skip


def _card(rng: random.Random) -> dict[str, Any]:
    return {
        "card": {"amount_authorized": rng.randrange(10**6), "authorization_code": f"{rng.randrange(10**6):06d}",
            "brand": "visa", "checks": {"address_line1_check": "pass", "address_postal_code_check": "pass",
            "cvc_check": "pass"}, "country": "US", "exp_month": rng.randrange(1, 13), "exp_year": 2029,
            "extended_authorization": {"status": "disabled"}, "fingerprint": f"{rng.randrange(2**60):015x}",
            "funding": "credit", "incremental_authorization": {"status": "unavailable"}, "installments": None,
            "last4": f"{rng.randrange(10**4):04d}", "mandate": None, "multicapture": {"status": "unavailable"},
            "network": "visa", "network_token": {"used": False}, "network_transaction_id": f"{rng.randrange(10**14)}",
            "overcapture": {"maximum_amount_capturable": 0, "status": "unavailable"},
            "regulated_status": "unregulated", "three_d_secure": None, "wallet": None},
        "type": "card",
    }  # fmt: skip


def _charge(rng: random.Random, number: int, created: int, counts: dict[str, int]) -> dict[str, Any]:
    amount, own = rng.randrange(100, 500_000), _name("ch", number)
    return {
        "id": own, "object": "charge", "amount": amount, "amount_captured": amount, "amount_refunded": 0,
        "application": None, "application_fee": None, "application_fee_amount": None,
        "balance_transaction": _name("txn", number % max(counts["balance_transactions"], 1)),
        "billing_details": {"address": _address(rng), "email": f"payer{number}@example.com",
            "name": _words(rng, 2).title(), "phone": None, "tax_id": None},
        "calculated_statement_descriptor": "BENCH LTD", "captured": True, "created": created,
        "currency": rng.choice(_CURRENCIES), "customer": _name("cus", rng.randrange(max(counts["customers"], 1))),
        "description": f"Invoice BENCH-{number:06d}", "disputed": False, "failure_balance_transaction": None,
        "failure_code": None, "failure_message": None, "fraud_details": {}, "livemode": False,
        "metadata": {"cart": str(rng.randrange(10**9))}, "on_behalf_of": None,
        "outcome": {"advice_code": None, "network_advice_code": None, "network_decline_code": None,
            "network_status": "approved_by_network", "reason": None, "risk_level": "normal",
            "risk_score": rng.randrange(60), "seller_message": "Payment complete.", "type": "authorized"},
        "paid": True, "payment_intent": _name("pi", number % max(counts["payment_intents"], 1)),
        "payment_method": f"pm_{number:06d}Bench", "payment_method_details": _card(rng), "radar_options": {},
        "receipt_email": None, "receipt_number": None,
        "receipt_url": f"https://pay.example.com/receipts/payment/CAcaFwoVYWNjdF8x{own}", "refunded": False,
        "review": None, "shipping": None, "source": None, "source_transfer": None, "statement_descriptor": None,
        "statement_descriptor_suffix": None, "status": "succeeded", "transfer_data": None, "transfer_group": None,
    }  # fmt: skip


def _intent(rng: random.Random, number: int, created: int, counts: dict[str, int]) -> dict[str, Any]:
    amount, own = rng.randrange(100, 500_000), _name("pi", number)
    return {
        "id": own, "object": "payment_intent", "amount": amount, "amount_capturable": 0, "amount_details": {"tip": {}},
        "amount_received": amount, "application": None, "application_fee_amount": None,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True}, "canceled_at": None,
        "cancellation_reason": None, "capture_method": "automatic", "client_secret": None,
        "confirmation_method": "automatic", "created": created, "currency": rng.choice(_CURRENCIES),
        "customer": _name("cus", rng.randrange(max(counts["customers"], 1))), "customer_account": None,
        "description": _words(rng, 6), "excluded_payment_method_types": None, "last_payment_error": None,
        "latest_charge": _name("ch", number % max(counts["charges"], 1)), "livemode": False,
        "metadata": {"cart": str(rng.randrange(10**9)), "channel": rng.choice(("web", "shop", "phone"))},
        "next_action": None, "on_behalf_of": None,
        "payment_details": {"customer_reference": None, "order_reference": f"{rng.randrange(10**10)}"},
        "payment_method": f"pm_{number:06d}Bench", "payment_method_configuration_details": {"id": "pmc_1Bench",
            "parent": None}, "payment_method_options": {"card": {"installments": None, "mandate_options": None,
            "network": None, "request_three_d_secure": "automatic"}, "link": {"persistent_token": None}},
        "payment_method_types": ["card", "link", "sepa_debit", "us_bank_account"], "processing": None,
        "receipt_email": None, "review": None, "setup_future_usage": None, "shipping": None, "source": None,
        "statement_descriptor": None, "statement_descriptor_suffix": None, "status": "succeeded",
        "transfer_data": None, "transfer_group": None,
    }  # fmt: skip


def _transaction(rng: random.Random, number: int, created: int, counts: dict[str, int]) -> dict[str, Any]:
    amount = rng.randrange(1000, 500_000)
    fee = amount * 29 // 1000 + 30
    return {
        "id": _name("txn", number), "object": "balance_transaction", "amount": amount, "available_on": created + 172_800,
        "balance_type": "payments", "created": created, "currency": "usd", "description": f"Invoice BENCH-{number:06d}",
        "exchange_rate": None, "fee": fee, "fee_details": [{"amount": fee, "application": None, "currency": "usd",
            "description": "Stripe processing fees", "type": "stripe_fee"}],
        "net": amount - fee, "reporting_category": "charge",
        "source": _name("ch", number % max(counts["charges"], 1)), "status": "available", "type": "charge",
    }  # fmt: skip


_MAKERS: dict[str, Callable[[random.Random, int, int, dict[str, int]], dict[str, Any]]] = {
    "customers": _customer,
    "invoices": _invoice,
    "invoice_payments": _invoice_payment,
    "charges": _charge,
    "payment_intents": _intent,
    "balance_transactions": _transaction,
}
