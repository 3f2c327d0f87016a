"""Closing a period from the outside: verified first, then aged, put together and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from ledger.faults import BadInput, Conflict, NotFound
from ledger.money import Money
from proving import clearing
from proving.close import signing
from proving.close.pack import build, processor_part
from proving.close.parts import Credit, CustomerLine, SubLedger, Whose
from proving.verify.differences import PROVIDERS, Cause, Check, Difference
from proving.verify.run import Verified
from receivables.ageing import age, bucket_names
from receivables.load import load_ledger
from receivables.open_items import OpenItem, home_at, home_at_document_rate, open_on
from receivables.tie import RateBasis, position_on
from runtime.anchoring import anchor
from runtime.proving import verify_connection
from runtime.wiring import App, provider_module
from store import closes, tenancy
from store.database import Connection
from store.queries import closing, proving
from store.queries.exports.parts import Reader
from store.scope import Scope

RATES = {
    RateBasis.DOCUMENT: "Foreign documents stand at their own exchange rates, as the ledger has them.",
    RateBasis.DAY: "Foreign documents stand at the exchange rates of the period's last day, as the ledger revalues them.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A pack that was kept. differs: how many differences it names."""

    id: UUID
    pack: Mapping[str, Any]
    digest: str

    @property
    def differs(self) -> int:
        return len(self.pack["differences"])


def prepare_close(
    app: App,
    organisation_id: UUID,
    entity_id: UUID,
    through: date,
    *,
    by: str,
    report: Callable[[str], None] = lambda _: None,
) -> Prepared:
    """Verifies every connection as of the day, and keeps the pack. Faults of providers pass through.

    Raises BadInput for a day that is not over, Conflict where the period is signed.
    """
    entity = _entity(app, organisation_id, entity_id)
    today = app.clock.today(ZoneInfo(entity.time_zone))
    if through > today:
        raise BadInput(f"{through:%d %b %Y} is not over yet; close a period once its last day has come.")
    with app.database.read() as connection:
        if closes.standing(connection, organisation_id, entity_id, through) is not None:
            raise Conflict(f"The period through {through:%d %b %Y} is signed; reopen it first, with a reason.")
        books = closing.books_of(connection, organisation_id, entity_id)
        processors = closing.processors(connection, organisation_id, entity_id)
        before = closes.last_signed(connection, organisation_id, entity_id, through)
    first = through.replace(day=1) if before is None else before.through + timedelta(days=1)
    found: list[tuple[Any, Verified]] = []
    for row in [*([] if books is None else [books]), *processors]:
        report(f"verifying {row.company_name}")
        found.append((row, verify_connection(app, organisation_id, row.id, by=by, on=through, report=report)))
    report("putting the pack together")
    whose = Whose(
        entity_id=entity_id, entity=entity.name, country=entity.country, home=entity.home_currency, zone=entity.time_zone,
        first=first, through=through, prepared_by=by, prepared_at=app.clock.now(),
    )  # fmt: skip
    anchored = anchor(app, organisation_id, "closing")
    with app.database.read() as connection:
        pack = _pack(connection, organisation_id, whose, books, processors, found, today=today)
    pack["audit"] = {"anchor": None if anchored is None else anchored.told()}
    own = signing.keep(app.database, organisation_id, entity_id, through, pack, by=by, now=app.clock.now())
    with app.database.read() as connection:
        row = closes.find(connection, organisation_id, own)
    return Prepared(id=own, pack=pack, digest=row.digest)


def _entity(app: App, organisation_id: UUID, entity_id: UUID) -> Any:
    with app.database.read() as connection:
        rows = tenancy.list_entities(connection, organisation_id)
    found = next((row for row in rows if row.id == entity_id), None)
    if found is None:
        raise NotFound("This entity does not exist any more.")
    return found


def _pack(
    connection: Connection, organisation_id: UUID, whose: Whose, books: Any, processors: Sequence[Any],
    found: Sequence[tuple[Any, Verified]], *, today: date,
) -> dict[str, Any]:  # fmt: skip
    ledger = None if books is None else sub_ledger(connection, books, whose)
    control = next((own.control for row, own in found if books is not None and row.id == books.id), None)
    proofs = clearing.proofs(connection, organisation_id, whose.entity_id, whose.through, since=whose.first)
    differences = [(_name(row), one) for row, own in found for one in own.rows]
    if whose.through == today:
        differences.append(("", _not_over(whose.through)))
    parts = []
    for row in processors:
        opening = closing.opening(connection, organisation_id, row.id, whose.first)
        moved = closing.movements(connection, organisation_id, row.id, whose.first, whose.through)
        transit = closing.in_transit(connection, organisation_id, row.id, whose.through)
        for currency in sorted({*opening, *(one.currency for one in moved)}):
            proof = next((one for one in proofs if (one.connection_id, one.currency) == (row.id, currency)), None)
            parts.append(processor_part(row, currency, opening.get(currency, 0), moved, transit, proof))
    return build(
        whose, ledger, control, books=None if books is None else _books(books), differences=differences,
        waiting=closing.waiting_receipts(connection, organisation_id, whose.entity_id, whose.through), processors=parts,
        not_compared=[words for _, own in found for words in own.not_compared],
    )  # fmt: skip


def _not_over(through: date) -> Difference:
    return Difference(
        check=Check.CONTROL, subject=through.isoformat(), name="The period's last day", cause=Cause.DATE_BASIS,
        words=f"{through:%d %b %Y} is today: what comes later in the day is not in these figures.",
        remedy="Prepare the pack again tomorrow.",
    )  # fmt: skip


def _books(row: Any) -> dict[str, Any]:
    return {
        "connection": _name(row), "provider": PROVIDERS[row.provider], "company": row.company_name,
        "last_synced_at": None if row.last_synced_at is None else row.last_synced_at.isoformat(timespec="seconds"),
    }  # fmt: skip


def _name(row: Any) -> str:
    return f"{row.provider}:{row.company_id}"


def sub_ledger(connection: Connection, books: Any, whose: Whose) -> SubLedger:
    """Receivables at the end of the period's last day, by customer and by currency."""
    ledger = load_ledger(Reader(connection, books.organisation_id, books.entity_id))
    names = proving.customer_names(connection, Scope(books.organisation_id, books.id))
    basis: RateBasis = provider_module(books.provider).RATE_BASIS
    standing = open_on(ledger.items, ledger.applications, whose.through)
    rates = ledger.rates_on(whose.through)
    position = position_on(ledger.items, ledger.applications, whose.through, whose.home, basis=basis, rates=rates)
    currencies: dict[str, tuple[Money, Money]] = {}
    for one in standing:
        own, home = currencies.get(one.open.currency, (Money(0, one.open.currency), Money(0, whose.home)))
        worth = (
            home_at_document_rate(one, whose.home) if basis is RateBasis.DOCUMENT else home_at(one, whose.home, rates)
        )
        currencies[one.open.currency] = (own + one.open, home + (worth or Money(0, whose.home)))
    return SubLedger(
        home=whose.home, buckets=bucket_names(), lines=_lines(standing, names, whose.through),
        credits=tuple(_credits(standing, names)), currencies=currencies, total=position.total, rates=RATES[basis],
    )  # fmt: skip


def _lines(standing: Sequence[OpenItem], names: Mapping[str, str], through: date) -> tuple[CustomerLine, ...]:
    return tuple(
        CustomerLine(
            customer=row.customer, name=names.get(row.customer, row.customer), buckets=tuple(row.buckets),
            unapplied=row.unapplied, total=row.total,
        )
        for row in age(standing, through)
    )  # fmt: skip


def _credits(standing: Sequence[OpenItem], names: Mapping[str, str]) -> list[Credit]:
    return [
        Credit(
            kind=one.item.key[0], number=one.item.number or one.item.document, customer=one.item.customer,
            name=names.get(one.item.customer, one.item.customer), on=one.item.on, left=abs(one.open),
        )
        for one in standing
        if one.item.sign < 0
    ]  # fmt: skip
