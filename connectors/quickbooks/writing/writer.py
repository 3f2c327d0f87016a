"""One QuickBooks company as a writer. See connectors/writing.py for what each method promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from connectors.authorised import Authorised
from connectors.message import Request
from connectors.quickbooks.client import QuickBooksClient
from connectors.quickbooks.writing import ending, finding
from connectors.quickbooks.writing.applying import applied, missing
from connectors.quickbooks.writing.batching import Item, batches_of, outcomes_of
from connectors.quickbooks.writing.bodies import body_of
from connectors.quickbooks.writing.chart import Chart
from connectors.quickbooks.writing.parts import external_id, stands
from connectors.quickbooks.writing.reconciled import ticked
from connectors.quickbooks.writing.records import by_values, own_ids, part_of, standing_of
from connectors.quickbooks.writing.same_money import same_money
from connectors.quickbooks.writing.shaping import is_update, shape
from connectors.tokens import TokenSource
from connectors.transport import Transport
from connectors.writing import Batch, Outcome, Standing
from ledger.account import Account
from ledger.entry import Entry
from ledger.money import Money

_BANKED = frozenset({"Payment", "Deposit", "Purchase", "Transfer", "JournalEntry"})


class QuickBooksWriter:
    """accounts: the company's chart as it was pulled. country: ISO code; it decides how tax is written."""

    provider = "quickbooks"

    def __init__(
        self,
        *,
        api_base: str,
        realm_id: str,
        transport: Transport,
        tokens: TokenSource,
        home_currency: str,
        country: str = "",
        accounts: Sequence[Account] = (),
    ) -> None:
        self._base = api_base.rstrip("/")
        self._realm_id = realm_id
        self._authorised = Authorised(transport, tokens)
        self._client = QuickBooksClient(api_base, realm_id, self._authorised)
        self._chart = Chart.of(home_currency, country, accounts)
        self._home = home_currency

    @property
    def key_seconds(self) -> float:
        """QuickBooks gives a repeated request its first reply, and does not say for how long."""
        return 0.0

    def shape(self, entry: Entry) -> tuple[Entry, ...]:
        return shape(entry, self._chart)

    def batches(self, entries: Sequence[Entry], standing: Mapping[str, Standing]) -> list[Batch]:
        """Raises BadInput for an entry that refers to one which does not stand. Applications of Payments read them."""
        for entry in entries:
            for needed in entry.after:
                stands(needed, standing)
        sources = {entry.write_id: _source(entry, standing) for entry in entries if is_update(entry)}
        raws = {held.id or "": raw for held, raw in by_values(self._client, "Payment", "Id", sources.values())}
        items = []
        for entry in entries:
            if entry.write_id in sources:
                raw = raws.get(sources[entry.write_id])
                body = missing(sources[entry.write_id]) if raw is None else applied(entry, raw, standing)
                items.append(Item(write_id=entry.write_id, kind="Payment", operation="update", body=body))
            else:
                kind, body = body_of(entry, standing, self._chart)
                items.append(Item(write_id=entry.write_id, kind=kind, operation="create", body=body))
        return batches_of(items, self._realm_id)

    def send(self, batch: Batch, key: str) -> list[Outcome]:
        query = urlencode([*batch.query, ("requestid", key)])
        request = Request(
            method=batch.method,
            url=f"{self._base}{batch.path}?{query}",
            kind="write",
            endpoint="batch",
            headers={"accept": "application/json", "content-type": batch.content_type},
            body=batch.body,
            idempotent=False,
        )
        return self._authorised.fetch(request, lambda reply: outcomes_of(batch, reply, self._home))

    def find(self, entries: Sequence[Entry], *, since: date) -> dict[str, list[Standing]]:
        return finding.find(self._client, entries, since, self._home)

    def same_money(self, account: str, amount: Money, on: date, *, days: int) -> list[Standing]:
        return same_money(self._client, account, amount, on, days, self._home)

    def endings(self, entries: Sequence[Entry], standing: Mapping[str, Standing]) -> list[Batch]:
        """Only those that may go now: call it again with fresh standing until nothing is left."""
        return batches_of(ending.endings(self._client, entries, standing), self._realm_id)

    def standing(self, kind: str, external_ids: Sequence[str]) -> dict[str, Standing]:
        rows = {held.id or "": held for held, _ in by_values(self._client, kind, "Id", own_ids(external_ids))}
        found = {own: standing_of(kind, held, self._home) for own, held in rows.items()}
        living = [one.on for one in found.values() if one.on is not None and not one.ended]
        marks = ticked(self._client, living) if kind in _BANKED and living else None
        known: dict[str, Standing] = {}
        for wanted in external_ids:
            own, _, write_id = wanted.partition("/")
            if own not in rows:
                known[wanted] = Standing(kind=kind, external_id=wanted, ended=True)
            elif write_id:
                known[wanted] = part_of(kind, rows[own], write_id, self._home)
            else:
                known[wanted] = replace(found[own], reconciled=None if marks is None else own in marks)
        return known


def _source(entry: Entry, standing: Mapping[str, Standing]) -> str:
    """The Payment that an allocation applies."""
    return "" if entry.source is None else external_id(entry.source, standing).partition("/")[0]
