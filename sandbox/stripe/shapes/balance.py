"""Balance transactions, payouts, the bank account that payouts go to, and the balance itself."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.stripe.shapes.parts import Record


def balance_transaction(
    transaction_id: str,
    *,
    created: int,
    available_on: int,
    currency: str,
    amount: int,
    fee: int,
    kind: str,
    category: str,
    source: str | None,
    description: str | None,
    exchange_rate: float | None = None,
    fee_tax: int = 0,
) -> Record:
    """`amount` is gross in the settlement currency; `kind` is Stripe's type, `category` its reporting_category.

    fee_tax: what of the fee is tax on it.
    """
    charged = {
        "amount": fee - fee_tax,
        "application": None,
        "currency": currency,
        "description": "Dispute fee" if category == "dispute" else "Stripe processing fees",
        "type": "stripe_fee",
    }
    taxed = {**charged, "amount": fee_tax, "description": "VAT", "type": "tax"}
    return {
        "id": transaction_id,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": created,
        "currency": currency,
        "description": description,
        "exchange_rate": exchange_rate,
        "fee": fee,
        "fee_details": [one for one in (charged, taxed) if one["amount"]],
        "net": amount - fee,
        "reporting_category": category,
        "source": source,
        "status": "pending",
        "type": kind,
    }


def payout(
    payout_id: str, *, created: int, arrival_date: int, currency: str, amount: int, automatic: bool, destination: str
) -> Record:
    """A payout on its way."""
    return {
        "id": payout_id,
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": arrival_date,
        "automatic": automatic,
        "balance_transaction": None,
        "created": created,
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": destination,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "in_progress" if automatic else "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "pending",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
    }


def bank_account(bank_id: str, *, country: str, currency: str, holder: str, fingerprint: str) -> Record:
    return {
        "id": bank_id,
        "object": "bank_account",
        "account_holder_name": holder,
        "account_holder_type": "company",
        "account_type": None,
        "bank_name": "STRIPE TEST BANK",
        "country": country,
        "currency": currency,
        "customer": None,
        "fingerprint": fingerprint,
        "last4": "6789",
        "metadata": {},
        "routing_number": "110000000",
        "status": "new",
    }


def balance(available: Mapping[str, int], pending: Mapping[str, int]) -> Record:
    """Both by currency; a currency without money in it still stands there with 0."""
    currencies = sorted({*available, *pending})
    return {
        "object": "balance",
        "available": [_funds(currency, available.get(currency, 0)) for currency in currencies],
        "connect_reserved": [{"amount": 0, "currency": currency} for currency in currencies],
        "livemode": False,
        "pending": [_funds(currency, pending.get(currency, 0)) for currency in currencies],
    }


def _funds(currency: str, amount: int) -> Record:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}
