"""Stripe's own figures: the account's balance by currency, and the list of what is owed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from connectors.figures import Balances, Control
from connectors.port import Page
from connectors.stripe.api import Api, Params
from connectors.stripe.currency import money
from connectors.stripe.full import FEED
from connectors.stripe.records import records_of
from connectors.tokens import TokenSource
from connectors.transport import Transport
from ledger.money import Money


class StripeFigures:
    """See connectors/figures.py for what each method promises. Stripe keeps no receivables account and counts nothing."""

    provider = "stripe"
    feeds: tuple[str, ...] = (FEED,)
    bank_feeds: tuple[str, ...] = ()

    def __init__(self, *, api_base: str, account: str | None, transport: Transport, tokens: TokenSource) -> None:
        self._transport = transport
        self._api = Api(api_base, tokens, account, transport)

    @property
    def calls(self) -> int:
        return self._transport.meter.calls

    def control(self, on: date, home: str) -> Control | None:
        del on, home
        return None

    def customers(self, on: date) -> Balances | None:
        del on
        return None

    def counts(self) -> dict[str, int]:
        return {}

    def funds(self) -> dict[str, Money] | None:
        """One call. What the present balance is: Stripe has no figure of the past."""
        sums: dict[str, Money] = {}
        balance = self._api.balance()
        for part in (*(balance.available or ()), *(balance.pending or ())):
            own = money(part.amount, part.currency)
            sums[own.currency] = sums.get(own.currency, Money(0, own.currency)) + own
        return sums

    def owed(self) -> Iterator[Page]:
        """A call for each hundred open invoices."""
        after: Params = ()
        more = True
        while more:
            batch = self._api.list("invoices", (("status", "open"), *after))
            made = records_of("invoices", batch.raws, batch.at)
            yield Page(feed="invoices", records=made.records, findings=made.findings, state={}, done=not batch.has_more)
            last = records_of("invoices", batch.raws[-1:], batch.at).records
            more = batch.has_more and bool(last)
            after = tuple(("starting_after", one.external_id) for one in last)

    def documents(self, customers: Sequence[str]) -> Iterator[Page]:
        """None: what a customer owes at Stripe is compared with nothing."""
        del customers
        yield from ()
