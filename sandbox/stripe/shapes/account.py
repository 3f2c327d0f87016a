"""The account itself, and events."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.shapes.parts import API_VERSION, Record, address, listing


def account(
    account_id: str, *, created: int, country: str, currency: str, name: str, email: str, time_zone: str
) -> Record:
    return {
        "id": account_id,
        "object": "account",
        "business_profile": _business_profile(name),
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {"type": "account"},
        "country": country,
        "created": created,
        "default_currency": currency,
        "details_submitted": True,
        "email": email,
        "external_accounts": listing([], f"/v1/accounts/{account_id}/external_accounts"),
        "future_requirements": _requirements(),
        "metadata": {},
        "payouts_enabled": True,
        "requirements": _requirements(),
        "settings": _settings(name, time_zone),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": "standard",
    }


def _business_profile(name: str) -> Record:
    return {
        "annual_revenue": None,
        "estimated_worker_count": None,
        "mcc": None,
        "minority_owned_business_designation": None,
        "name": name,
        "product_description": None,
        "support_address": address(),
        "support_email": None,
        "support_phone": None,
        "support_url": None,
        "url": None,
    }


def _requirements() -> Record:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": [],
        "disabled_reason": None,
        "errors": [],
        "eventually_due": [],
        "past_due": [],
        "pending_verification": [],
    }


def _settings(name: str, time_zone: str) -> Record:
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {
            "decline_on": {"avs_failure": True, "cvc_failure": True},
            "statement_descriptor_prefix": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {"display_name": name, "timezone": time_zone},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": None},
        "payments": {
            "statement_descriptor": None,
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }


def event(
    event_id: str, *, created: int, kind: str, data: Any, request: str | None, idempotency_key: str | None
) -> Record:
    """`data` is {"object": snapshot} with previous_attributes where there are any."""
    return {
        "id": event_id,
        "object": "event",
        "api_version": API_VERSION,
        "created": created,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": request, "idempotency_key": idempotency_key},
        "type": kind,
    }
