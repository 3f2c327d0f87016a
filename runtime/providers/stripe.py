"""Stripe from the settings: Connect where the app has a platform key and a client id, else keys that a customer pastes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.port import Connector
from connectors.stripe import webhooks
from connectors.stripe.connector import StripeConnector
from connectors.stripe.consent import StripeConsent
from connectors.stripe.limits import read_limits
from connectors.tokens import Consent, TokenSource
from ledger.faults import BadInput
from runtime.providers.parts import Event, Parts, needed


def consent(parts: Parts) -> Consent:
    settings = parts.settings.stripe
    return StripeConsent(
        client_id=needed(settings.client_id, "TIEOUT_STRIPE_CLIENT_ID", "Stripe"),
        secret_key=needed(settings.secret_key, "TIEOUT_STRIPE_SECRET_KEY", "Stripe"),
        api_base=settings.api_base,
        connect_base=settings.connect_base,
        transport=parts.transport("Stripe"),
    )
