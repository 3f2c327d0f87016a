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
    """Under 10 calls a second, 500 a minute and 40 batches a minute for a company, sandbox companies too; 10 in flight.

    Calls go three at a time: nine at once that arrive late, and the next nine, would be eighteen in one second of theirs.
    Batches are spread, so that a long run waits seconds and is not sent away for the rest of a minute.
    """
    del live
    rules = (
        Rule(calls=3, per_seconds=0.34, scope="second"),
        Rule(calls=480, per_seconds=60, scope="minute"),
        Rule(calls=3, per_seconds=5, scope="second", only="batch"),
    )
    return rules, 10
