"""QuickBooks from the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from connectors.figures import Figures
from connectors.limits import Rule
from connectors.message import Timeouts
from connectors.port import Connector
from connectors.quickbooks import webhooks
from connectors.quickbooks.connector import QuickBooksConnector
from connectors.quickbooks.consent import QuickBooksApp, QuickBooksConsent
from connectors.quickbooks.faults import read_limits
from connectors.quickbooks.figures import QuickBooksFigures
from connectors.quickbooks.limits import IN_FLIGHT, rules
from connectors.quickbooks.writing.writer import QuickBooksWriter
from connectors.tokens import Consent, TokenSource
from connectors.writing import Writer
from ledger.account import Account
from receivables.tie import RateBasis
from runtime.providers.parts import Event, Parts, needed

_WRITING = Timeouts(read=110.0, total=115.0)  # thirty records take their time; QuickBooks itself gives up after 120 s
RATE_BASIS = RateBasis.DOCUMENT  # its ageing and control account stand at each document's own rate


def consent(parts: Parts, *, writing: bool = False) -> Consent:
    del writing  # Intuit has one scope, for reading and writing
    settings = parts.settings.quickbooks
    app = QuickBooksApp(
        client_id=needed(settings.client_id, "TIEOUT_QUICKBOOKS_CLIENT_ID", "QuickBooks"),
        client_secret=needed(settings.client_secret, "TIEOUT_QUICKBOOKS_CLIENT_SECRET", "QuickBooks"),
        discovery_url=settings.discovery_url,
    )
    return QuickBooksConsent(app, parts.transport("QuickBooks", limits=read_limits), parts.now)


def connector(parts: Parts, company_id: str, tokens: TokenSource) -> Connector:
    transport = parts.transport("QuickBooks", limits=read_limits)
    return QuickBooksConnector(
        api_base=parts.settings.quickbooks.api_base, realm_id=company_id, transport=transport, tokens=tokens
    )


def figures(parts: Parts, company_id: str, tokens: TokenSource) -> Figures:
    transport = parts.transport("QuickBooks", limits=read_limits)
    return QuickBooksFigures(
        api_base=parts.settings.quickbooks.api_base, realm_id=company_id, transport=transport, tokens=tokens
    )


def writer(
    parts: Parts, company_id: str, tokens: TokenSource, *, home_currency: str, country: str, accounts: Sequence[Account]
) -> Writer:
    """accounts: the company's chart, as the store holds it."""
    return QuickBooksWriter(
        api_base=parts.settings.quickbooks.api_base, realm_id=company_id, tokens=tokens, home_currency=home_currency,
        transport=parts.transport("QuickBooks", limits=read_limits, timeouts=_WRITING), country=country, accounts=accounts,
    )  # fmt: skip


def receive(parts: Parts, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> list[Event]:
    """Intuit signs with the app's one verifier token; one body may speak of several companies.

    Raises SignatureWrong, BadInput.
    """
    del secrets
    verifier = needed(parts.settings.quickbooks.webhook_verifier, "TIEOUT_QUICKBOOKS_WEBHOOK_VERIFIER", "QuickBooks")
    webhooks.verify(raw, headers.get("intuit-signature", ""), verifier)
    return [
        Event(
            event_id=notice.event_id,
            type=notice.type,
            company_id=notice.realm_id,
            body=msgspec.json.encode({"kind": notice.kind, "external_id": notice.external_id, "op": notice.op}),
        )
        for notice in webhooks.parse(raw)
    ]


def limits(*, live: bool) -> tuple[tuple[Rule, ...], int]:
    """What a company's calls keep to, and how many of them may be under way."""
    del live  # demo companies have the same
    return rules(), IN_FLIGHT
