"""Customers and the running account of their credit."""

from __future__ import annotations

from sandbox.stripe.shapes.parts import Record, address


def customer(
    customer_id: str, *, created: int, name: str | None, email: str | None, currency: str | None, invoice_prefix: str
) -> Record:
    return {
        "id": customer_id,
        "object": "customer",
        "address": address(),
        "balance": 0,
        "created": created,
        "currency": currency,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": email,
        "invoice_prefix": invoice_prefix,
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": name,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def deleted_customer(customer_id: str) -> Record:
    return {"id": customer_id, "object": "customer", "deleted": True}


def balance_entry(
    entry_id: str,
    *,
    created: int,
    customer_id: str,
    currency: str,
    amount: int,
    ending_balance: int,
    kind: str,
    invoice: str | None = None,
    credit_note: str | None = None,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
) -> Record:
    """A customer balance transaction; a negative amount is credit for the customer."""
    return {
        "id": entry_id,
        "object": "customer_balance_transaction",
        "amount": amount,
        "checkout_session": None,
        "created": created,
        "credit_note": credit_note,
        "currency": currency,
        "customer": customer_id,
        "customer_account": None,
        "description": description,
        "ending_balance": ending_balance,
        "invoice": invoice,
        "livemode": False,
        "metadata": metadata or {},
        "type": kind,
    }
