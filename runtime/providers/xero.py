"""Xero from the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from connectors.figures import Figures
from connectors.limits import Rule
from connectors.message import Timeouts
from connectors.port import Connector
from connectors.tokens import Consent, TokenSource
from connectors.writing import Writer
from connectors.xero import webhooks
from connectors.xero.client import read_left, read_limits
from connectors.xero.connector import XeroConnector
from connectors.xero.consent import READ_SCOPES, XeroApp, XeroConsent
from connectors.xero.consent import writing as scopes_for_writing
from connectors.xero.figures import XeroFigures
from connectors.xero.limits import IN_FLIGHT, rules
from connectors.xero.writing.writer import XeroWriter
from ledger.account import Account
from receivables.tie import RateBasis
from runtime.providers.parts import Event, Parts, needed

_WRITING = Timeouts(read=80.0, total=85.0)  # fifty records take their time
RATE_BASIS = RateBasis.DAY  # its ageing and control account are revalued at the rate of the day asked for


def consent(parts: Parts, *, writing: bool = False) -> Consent:
    """writing: asks for leave to post besides, which Xero then shows on its page."""
    settings = parts.settings.xero
    scopes = settings.scopes or READ_SCOPES
    app = XeroApp(
        client_id=needed(settings.client_id, "TIEOUT_XERO_CLIENT_ID", "Xero"),
        client_secret=needed(settings.client_secret, "TIEOUT_XERO_CLIENT_SECRET", "Xero"),
        login_base=settings.login_base,
        identity_base=settings.identity_base,
        api_base=settings.api_base,
        scopes=scopes_for_writing(scopes) if writing else scopes,
    )
    return XeroConsent(app, parts.transport("Xero", limits=read_limits), parts.now)


def connector(parts: Parts, company_id: str, tokens: TokenSource) -> Connector:
    transport = parts.transport("Xero", limits=read_limits, left=read_left)
    return XeroConnector(
        api_base=parts.settings.xero.api_base, tenant_id=company_id, transport=transport, tokens=tokens
    )


def figures(parts: Parts, company_id: str, tokens: TokenSource) -> Figures:
    transport = parts.transport("Xero", limits=read_limits, left=read_left)
    return XeroFigures(api_base=parts.settings.xero.api_base, tenant_id=company_id, transport=transport, tokens=tokens)


def writer(
    parts: Parts, company_id: str, tokens: TokenSource, *, home_currency: str, country: str, accounts: Sequence[Account]
) -> Writer:
    return XeroWriter(
        api_base=parts.settings.xero.api_base,
        tenant_id=company_id,
        transport=parts.transport("Xero", limits=read_limits, left=read_left, timeouts=_WRITING),
        tokens=tokens,
        home_currency=home_currency,
        country=country,
        accounts=accounts,
    )


def receive(parts: Parts, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> list[Event]:
    """Xero signs with the app's one key. An intent to receive holds no events. Raises SignatureWrong, BadInput."""
    del secrets
    key = needed(parts.settings.xero.webhook_key, "TIEOUT_XERO_WEBHOOK_KEY", "Xero")
    webhooks.verify(raw, headers.get("x-xero-signature", ""), key)
    return [
        Event(
            event_id=notice.event_id,
            type=notice.type,
            company_id=notice.tenant_id,
            body=msgspec.json.encode({"kind": notice.kind, "external_id": notice.external_id}),
            sequence=notice.sequence,
        )
        for notice in webhooks.parse(raw)
    ]


def limits(*, live: bool) -> tuple[tuple[Rule, ...], int]:
    """What a company's calls keep to, and how many of them may be under way."""
    del live  # demo companies have the same
    return rules(), IN_FLIGHT
