"""Stripe from the settings: Connect where the app has a platform key and a client id; else a key that the owner pastes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.figures import Figures
from connectors.limits import Rule
from connectors.port import Connector
from connectors.stripe import webhooks
from connectors.stripe.connector import StripeConnector
from connectors.stripe.consent import StripeConsent, StripePlatform
from connectors.stripe.figures import StripeFigures
from connectors.stripe.limits import IN_FLIGHT, read_limit, rules
from connectors.stripe.writing.writer import StripeWriter
from connectors.tokens import Consent, TokenSource
from connectors.writing import Writer
from ledger.faults import BadInput
from runtime.providers.parts import Event, Parts, needed


def consent(parts: Parts, *, writing: bool = False) -> Consent:
    del writing  # one scope, for reading and writing
    settings = parts.settings.stripe
    platform = StripePlatform(
        client_id=needed(settings.client_id, "TIEOUT_STRIPE_CLIENT_ID", "Stripe"),
        secret_key=needed(settings.secret_key, "TIEOUT_STRIPE_SECRET_KEY", "Stripe"),
        connect_base=settings.connect_base,
        api_base=settings.api_base,
    )
    return StripeConsent(platform, parts.transport("Stripe", limits=read_limit))


def connector(parts: Parts, company_id: str, tokens: TokenSource) -> Connector:
    """company_id is the account; only a platform's key needs it named on each call, and such tokens carry it."""
    del company_id
    transport = parts.transport("Stripe", limits=read_limit)
    return StripeConnector(
        parts.settings.stripe.api_base,
        tokens,
        account=tokens.current().account,
        transport=transport,
        clock=parts.now,
    )


def figures(parts: Parts, company_id: str, tokens: TokenSource) -> Figures:
    del company_id
    return StripeFigures(
        api_base=parts.settings.stripe.api_base, account=tokens.current().account,
        transport=parts.transport("Stripe", limits=read_limit), tokens=tokens,
    )  # fmt: skip


def writer(parts: Parts, company_id: str, tokens: TokenSource, *, time_zone: str) -> Writer:
    """Only where Stripe is the books. time_zone: the entity's."""
    del company_id
    return StripeWriter(
        api_base=parts.settings.stripe.api_base, account=tokens.current().account, tokens=tokens, time_zone=time_zone,
        transport=parts.transport("Stripe", limits=read_limit),
    )  # fmt: skip


def receive(parts: Parts, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> list[Event]:
    """One event a delivery. Several secrets while an endpoint's is rolled: comma-separated in the setting."""
    own = parts.settings.stripe.webhook_secret
    known = [*secrets, *(own.reveal().split(",") if own is not None else ())]
    if not known:
        raise BadInput("No signing secret is known for this address; set TIEOUT_STRIPE_WEBHOOK_SECRET.")
    notice = webhooks.verify(raw, headers.get("stripe-signature", ""), known, parts.now())
    return [Event(event_id=notice.event_id, type=notice.type, company_id=notice.account, body=raw)]


def limits(*, live: bool) -> tuple[tuple[Rule, ...], int]:
    """What a company's calls keep to, and how many of them may be under way."""
    return rules(live=live), IN_FLIGHT
