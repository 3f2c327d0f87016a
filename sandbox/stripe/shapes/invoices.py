"""Invoices, their lines, and the payments set against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.stripe.shapes.parts import Record, address, first_rows


@dataclass(frozen=True)
class Billed:
    """Who is billed, as an invoice copies it from the customer."""

    id: str
    name: str | None
    email: str | None


def tax(amount: int, taxable: int, rate_id: str) -> Record:
    return {
        "amount": amount,
        "tax_behavior": "exclusive",
        "tax_rate_details": {"tax_rate": rate_id},
        "taxability_reason": "standard_rated",
        "taxable_amount": taxable,
        "type": "tax_rate_details",
    }


def line(
    line_id: str, *, invoice: str, item: str, at: int, currency: str, description: str, amount: int, taxes: list[Record]
) -> Record:
    """A line from an invoice item. `amount` is without tax."""
    return {
        "id": line_id,
        "object": "line_item",
        "amount": amount,
        "currency": currency,
        "description": description,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice,
        "livemode": False,
        "metadata": {},
        "parent": {
            "invoice_item_details": {
                "invoice_item": item,
                "proration": False,
                "proration_details": None,
                "subscription": None,
            },
            "subscription_item_details": None,
            "type": "invoice_item_details",
        },
        "period": {"end": at, "start": at},
        "pretax_credit_amounts": [],
        "pricing": {"type": "price_details", "unit_amount_decimal": str(amount)},
        "quantity": 1,
        "quantity_decimal": "1",
        "subscription": None,
        "subtotal": amount,
        "taxes": taxes,
    }


def invoice(
    invoice_id: str,
    *,
    created: int,
    currency: str,
    billed: Billed,
    account: tuple[str, str],
    lines: Sequence[Record],
    due_date: int | None,
    description: str | None,
    custom_fields: list[Record] | None,
    metadata: dict[str, str],
) -> Record:
    """A draft. `account` is (country, name) of the one who bills."""
    country, account_name = account
    subtotal = sum(row["amount"] for row in lines)
    taxes = [entry for row in lines for entry in row["taxes"]]
    total = subtotal + sum(entry["amount"] for entry in taxes)
    return {
        "id": invoice_id,
        "object": "invoice",
        "account_country": country,
        "account_name": account_name,
        "account_tax_ids": None,
        "amount_due": total,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": total,
        "amount_shipping": 0,
        "application": None,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        "automatically_finalizes_at": None,
        "billing_reason": "manual",
        "collection_method": "charge_automatically" if due_date is None else "send_invoice",
        "created": created,
        "currency": currency,
        "custom_fields": custom_fields,
        "customer": billed.id,
        "customer_account": None,
        "customer_address": address(),
        "customer_email": billed.email,
        "customer_name": billed.name,
        "customer_phone": None,
        "customer_shipping": None,
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": description,
        "discounts": [],
        "due_date": due_date,
        "effective_at": None,
        "ending_balance": None,
        "footer": None,
        "from_invoice": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "last_finalization_error": None,
        "latest_revision": None,
        "lines": first_rows(lines, f"/v1/invoices/{invoice_id}/lines"),
        "livemode": False,
        "metadata": metadata,
        "next_payment_attempt": None,
        "number": None,
        "on_behalf_of": None,
        "parent": None,
        "payment_settings": {"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        "period_end": created,
        "period_start": created,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": None,
        "rendering": None,
        "shipping_cost": None,
        "shipping_details": None,
        "starting_balance": 0,
        "statement_descriptor": None,
        "status": "draft",
        "status_transitions": {
            "finalized_at": None,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal,
        "test_clock": None,
        "total": total,
        "total_discount_amounts": [],
        "total_excluding_tax": subtotal,
        "total_pretax_credit_amounts": [],
        "total_taxes": taxes,
        "webhooks_delivered_at": None,
    }


def deleted_invoice(invoice_id: str) -> Record:
    return {"id": invoice_id, "object": "invoice", "deleted": True}


def invoice_payment(
    payment_id: str,
    *,
    created: int,
    invoice_id: str,
    currency: str,
    amount_requested: int,
    is_default: bool,
    payment_kind: str,
    payment: str,
) -> Record:
    """An open allocation. payment_kind: payment_intent, charge or payment_record; `payment` is its id."""
    return {
        "id": payment_id,
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": amount_requested,
        "created": created,
        "currency": currency,
        "invoice": invoice_id,
        "is_default": is_default,
        "livemode": False,
        "payment": {payment_kind: payment, "type": payment_kind},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
