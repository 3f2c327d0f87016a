"""Payment intents, charges, and records of payments made off Stripe."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.stripe.shapes.parts import Record, address


@dataclass(frozen=True)
class Payer:
    """Who pays, as Stripe knows it: a customer, or only a name and an email on the card, or nobody."""

    customer: str | None = None
    name: str | None = None
    email: str | None = None
    description: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)


def billing_details(payer: Payer) -> Record:
    return {"address": address(), "email": payer.email, "name": payer.name, "phone": None, "tax_id": None}


def payment_intent(
    intent_id: str, *, created: int, currency: str, amount: int, payer: Payer, method: str, secret: str
) -> Record:
    """An intent that waits for a way to pay."""
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": f"{intent_id}_secret_{secret}",
        "confirmation_method": "automatic",
        "created": created,
        "currency": currency,
        "customer": payer.customer,
        "customer_account": None,
        "description": payer.description,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "managed_payments": None,
        "metadata": dict(payer.metadata),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": [method],
        "processing": None,
        "receipt_email": payer.email,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def charge(
    charge_id: str,
    *,
    created: int,
    currency: str,
    amount: int,
    payer: Payer,
    intent: str,
    method: str,
    method_id: str,
    fingerprint: str,
) -> Record:
    """A charge that succeeded; its balance transaction is set when the money is booked."""
    return {
        "id": charge_id,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": billing_details(payer),
        "calculated_statement_descriptor": None,
        "captured": True,
        "created": created,
        "currency": currency,
        "customer": payer.customer,
        "description": payer.description,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(payer.metadata),
        "on_behalf_of": None,
        "outcome": {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network",
            "reason": None,
            "seller_message": "Payment complete.",
            "type": "authorized",
        },
        "paid": True,
        "payment_intent": intent,
        "payment_method": method_id,
        "payment_method_details": _method_details(method, fingerprint, amount),
        "receipt_email": payer.email,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    }


def _method_details(method: str, fingerprint: str, amount: int) -> Record:
    return {method: _card(fingerprint, amount) if method == "card" else {}, "type": method}


def _card(fingerprint: str, amount: int) -> Record:
    return {
        "amount_authorized": amount,
        "authorization_code": None,
        "brand": "visa",
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "exp_month": 8,
        "exp_year": 2030,
        "extended_authorization": {"status": "disabled"},
        "fingerprint": fingerprint,
        "funding": "credit",
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": "4242",
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": "visa",
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "transaction_link_id": None,
        "wallet": None,
    }


def payment_record(
    record_id: str, *, created: int, currency: str, amount: int, payer: Payer, display_name: str, reference: str | None
) -> Record:
    """A payment off Stripe that its seller reported as guaranteed."""
    nothing = {"currency": currency, "value": 0}
    whole = {"currency": currency, "value": amount}
    return {
        "id": record_id,
        "object": "payment_record",
        "amount": dict(whole),
        "amount_authorized": dict(whole),
        "amount_canceled": dict(nothing),
        "amount_failed": dict(nothing),
        "amount_guaranteed": dict(whole),
        "amount_refunded": dict(nothing),
        "amount_requested": dict(whole),
        "application": None,
        "created": created,
        "customer_details": {
            "customer": payer.customer,
            "email": payer.email,
            "name": payer.name,
            "phone": None,
        },
        "customer_presence": None,
        "description": payer.description,
        "latest_payment_attempt_record": None,
        "livemode": False,
        "metadata": dict(payer.metadata),
        "payment_method_details": {
            "billing_details": {"address": address(), "email": payer.email, "name": payer.name, "phone": None},
            "custom": {"display_name": display_name, "type": None},
            "payment_method": None,
            "type": "custom",
        },
        "processor_details": {"custom": {"payment_reference": reference}, "type": "custom"},
        "reported_by": "self",
        "shipping_details": {"address": address(), "name": None, "phone": None},
    }
