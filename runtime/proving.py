"""Verifying from the outside: figures, ageing and the store put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from connectors.port import Context
from ledger.faults import Fault, Refused
from ledger.money import Money
from proving import clearing
from proving.verify.mine import Mine
from proving.verify.run import Verified, Verifying, refused, verify
from receivables.load import Ledger, load_ledger
from receivables.open_items import by_customer, open_on
from receivables.tie import RateBasis, position_on
from runtime import budget
from runtime.anchoring import anchor
from runtime.passes import load_row, refuse_parked
from runtime.wiring import App, provider_module
from store.queries import proving
from store.queries.exports.parts import Reader
from store.queries.processor import books_connection
from store.scope import Scope
from sync.apply import load_context


def verify_connection(
    app: App, organisation_id: UUID, connection_id: UUID, *, by: str, on: date | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> Verified:  # fmt: skip
    """Holds what stands here of a connection against the provider's own figures. Faults pass through.

    on: the day of the control account; today in the entity's zone without it. Raises Refused before the first sync.
    """
    row = load_row(app, organisation_id, connection_id)
    scope = Scope(organisation_id, connection_id)
    context = load_context(app.database, scope)
    day = on or app.clock.today(ZoneInfo(context.time_zone))
    try:
        what = _prepared(app, row, scope, context, day, by, report)
    except Fault as fault:
        refused(app.database, scope, row.entity_id, day, by=by, fault=fault, now=app.clock.now())
        raise
    try:
        return verify(what)
    finally:
        app.keep_calls()


def _prepared(
    app: App, row: Any, scope: Scope, context: Context, day: date, by: str, report: Callable[[str], None]
) -> Verifying:
    refuse_parked(app, row)
    if row.last_synced_at is None:
        raise Refused(f"{row.company_name} was not synced to its end yet; run `tieout sync` first.")
    budget.check(app.database, app.settings, row.provider, app.clock.now(), large=False)
    anchored = anchor(app, row.organisation_id, "verifying")

    def ours() -> dict[str, Any]:
        return _ours(app, row, scope, context, day)

    return Verifying(
        database=app.database, scope=scope, entity_id=row.entity_id, connector=app.connector(row),
        figures=app.figures(row), context=context, on=day, by=by, since=row.since, now=app.clock.now, report=report,
        anchor=None if anchored is None else anchored.told(), renewed=ours, **ours(),
    )  # fmt: skip


def _ours(app: App, row: Any, scope: Scope, context: Context, day: date) -> dict[str, Any]:
    """What the store has. When a record was last written down is read first: what comes after it is noticed."""
    with app.database.read() as connection:
        newest = proving.newest_record(connection, scope)
        proofs = clearing.proofs(connection, row.organisation_id, row.entity_id, day)
    if row.role == "processor":
        proofs = [one for one in proofs if one.connection_id == row.id]
        with app.database.read() as connection:
            is_book = books_connection(connection, row.organisation_id, row.entity_id) is None
        return {"newest": newest, "proofs": proofs, "mine": None, "is_book": is_book}
    return {"newest": newest, "proofs": proofs, "mine": mine_of(app, row, day, context.home_currency)}


def mine_of(app: App, row: Any, day: date, home: str) -> Mine:
    """Our own receivables of a ledger's entity."""
    with app.database.read() as connection:
        ledger = load_ledger(Reader(connection, row.organisation_id, row.entity_id))
        names = proving.customer_names(connection, Scope(row.organisation_id, row.id))
    return figured(ledger, day, home, provider_module(row.provider).RATE_BASIS, names)


def figured(ledger: Ledger, day: date, home: str, basis: RateBasis, names: Mapping[str, str]) -> Mine:
    position = position_on(ledger.items, ledger.applications, day, home, basis=basis, rates=ledger.rates_on(day))
    standing = open_on(ledger.items, ledger.applications, date.max)
    owed: dict[str, dict[str, Money]] = defaultdict(dict)
    for (customer, currency), money in by_customer(standing).items():
        owed[customer][currency] = money
    return Mine(
        home=home, on=day, total=position.total, customers=position.customers, standing=owed, names=names,
        unpriced=position.unpriced,
        currencies=frozenset(item.total.currency for item in ledger.items),
    )  # fmt: skip
