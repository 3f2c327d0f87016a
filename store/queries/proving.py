"""What verifying reads of the store: the values behind records, which records Tieout posted, payouts and their bank lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, exists, func, select

from store import bulk
from store.cursors import load_cursor
from store.incoming import Key
from store.intake import known_records
from store.scope import Scope
from store.sums import exact_sum
from store.tables.intake import records
from store.tables.matching import receipts
from store.tables.posting import entries, postings
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections
from store.values import from_row

_payouts = NOUN_NAMED["payouts"].table
_moves = NOUN_NAMED["balance_transactions"].table
_invoices = NOUN_NAMED["invoices"].table
_bank = NOUN_NAMED["bank_entries"].table


def values_of(connection: Connection, scope: Scope, keys: Sequence[Key]) -> dict[Key, list[Any]]:
    """By record the values that stand of it. Left out are those that we do not know, and those that stand and come to
    nothing of their own, as the bank transaction of an overpayment does.
    """
    known = known_records(connection, scope, keys)
    by_noun: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (kind, external_id), held in known.items():
        for noun in held.nouns:
            by_noun[noun, kind].append(external_id)
    found: dict[Key, list[Any]] = {key: [] for key, held in known.items() if held.nouns or held.deleted}
    for (noun, kind), ids in sorted(by_noun.items()):
        table = NOUN_NAMED[noun].table
        where = and_(scope.where(table), table.c.record_kind == kind, bulk.among(connection, table.c.record_id, ids))
        for row in connection.execute(
            select(table).where(where, table.c.gone_at.is_(None)).order_by(table.c.external_id)
        ):
            found[kind, row.record_id].append(from_row(NOUN_NAMED[noun].value, row._asdict()))
    return found


def newest_record(connection: Connection, scope: Scope) -> datetime | None:
    """When a record of this connection was last written down, by a sync or by a webhook's word."""
    found: datetime | None = connection.execute(
        select(func.max(records.c.recorded_at)).where(scope.where(records))
    ).scalar_one_or_none()
    return found


def records_of_customers(
    connection: Connection, scope: Scope, kinds: Sequence[str], customers: Sequence[str]
) -> list[Key]:
    """Standing records of these kinds that belong to one of the customers."""
    where = and_(scope.where(records), records.c.kind.in_(kinds), records.c.deleted.is_(False))
    query = select(records.c.kind, records.c.external_id).where(
        where, bulk.among(connection, records.c.customer_external_id, list(customers))
    )
    return [
        (row.kind, row.external_id) for row in connection.execute(query.order_by(records.c.kind, records.c.external_id))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecord:
    """A record that Tieout posted: the entry, and the words to find it by."""

    entry: Row[Any]
    write_id: str
    kind: str
    external_id: str
    receipt_id: UUID | None


def own_records(connection: Connection, scope: Scope) -> list[OwnRecord]:
    """What our entries made in these books and should stand there now, batch payments with their parts."""
    query = (
        select(entries, postings.c.receipt_id)
        .join_from(
            entries,
            postings,
            and_(postings.c.organisation_id == entries.c.organisation_id, postings.c.id == entries.c.posting_id),
        )
        .where(scope.where(entries), entries.c.external_id.is_not(None), entries.c.record_kind.is_not(None))
        .where(entries.c.state == "posted")
        .order_by(entries.c.posted_at, entries.c.id)
    )
    found = []
    for row in connection.execute(query):
        parts = (row.standing or {}).get("parts") or []
        for kind, external_id in [(row.record_kind, row.external_id), *((one[0], one[1]) for one in parts)]:
            found.append(
                OwnRecord(
                    entry=row, write_id=row.write_id, kind=kind, external_id=external_id, receipt_id=row.receipt_id
                )
            )
    return found


def write_ids(connection: Connection, scope: Scope) -> frozenset[str]:
    """The markers of everything that Tieout ever sent there, answered or not."""
    query = select(entries.c.write_id).where(scope.where(entries))
    return frozenset(connection.execute(query).scalars())


def document_names(connection: Connection, scope: Scope, external_ids: Sequence[str]) -> dict[str, str]:
    """What people call invoices, by their external ids."""
    if not external_ids:
        return {}
    table = NOUN_NAMED["invoices"].table
    query = select(table.c.external_id, table.c.number).where(
        scope.where(table), bulk.among(connection, table.c.external_id, list(external_ids)), table.c.number.is_not(None)
    )
    return {row.external_id: f"invoice {row.number}" for row in connection.execute(query)}


def customer_names(connection: Connection, scope: Scope) -> dict[str, str]:
    table = NOUN_NAMED["customers"].table
    query = select(table.c.external_id, table.c.name).where(scope.where(table))
    return {row.external_id: row.name or row.external_id for row in connection.execute(query)}


def funds(connection: Connection, scope: Scope) -> dict[str, int]:
    """The sum of a processor's balance transactions by currency."""
    query = (
        select(_moves.c.currency, exact_sum(_moves.c.net_minor))
        .where(scope.where(_moves), _moves.c.gone_at.is_(None))
        .group_by(_moves.c.currency)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def owed_invoices(connection: Connection, scope: Scope) -> list[Row[Any]]:
    """Open invoices as they stand here."""
    query = select(_invoices.c.external_id, _invoices.c.number, _invoices.c.currency, _invoices.c.open_amount_minor)
    return list(
        connection.execute(
            query.where(scope.where(_invoices), _invoices.c.gone_at.is_(None), _invoices.c.status == "open")
        )
    )


def first_movement(connection: Connection, scope: Scope) -> date | None:
    query = select(func.min(_moves.c.booked_on)).where(scope.where(_moves), _moves.c.gone_at.is_(None))
    found: date | None = connection.execute(query).scalar_one_or_none()
    return found


def payouts_without_line(
    connection: Connection, scope: Scope, entity_id: UUID, since: date, until: date
) -> list[Row[Any]]:
    """Payouts that should have arrived in these days and were found in no bank line of the entity."""
    line = exists(
        select(receipts.c.id).where(
            receipts.c.organisation_id == scope.organisation_id, receipts.c.entity_id == entity_id,
            receipts.c.status == "payout", receipts.c.source == "bank", receipts.c.payout_external_id == _payouts.c.external_id,
        )
    )  # fmt: skip
    query = (
        select(_payouts)
        .where(scope.where(_payouts), _payouts.c.gone_at.is_(None), _payouts.c.status == "paid", ~line)
        .where(_payouts.c.arrives_on >= since, _payouts.c.arrives_on <= until, _payouts.c.amount_minor != 0)
        .order_by(_payouts.c.arrives_on, _payouts.c.external_id)
    )
    return list(connection.execute(query))


def payouts_counted(connection: Connection, scope: Scope, since: date, until: date) -> int:
    query = select(func.count()).where(
        scope.where(_payouts), _payouts.c.gone_at.is_(None), _payouts.c.status == "paid",
        _payouts.c.arrives_on >= since, _payouts.c.arrives_on <= until,
    )  # fmt: skip
    return int(connection.execute(query).scalar_one())


def bank_reach(connection: Connection, organisation_id: UUID, entity_id: UUID) -> dict[str, tuple[date, date]]:
    """By currency from when to when the entity's bank lines reach; nothing where no statement came."""
    query = (
        select(_bank.c.currency, func.min(_bank.c.moved_on), func.max(_bank.c.moved_on))
        .join_from(
            _bank,
            connections,
            and_(connections.c.organisation_id == _bank.c.organisation_id, connections.c.id == _bank.c.connection_id),
        )
        .where(_bank.c.organisation_id == organisation_id, connections.c.entity_id == entity_id)
        .where(connections.c.role == "statement", _bank.c.gone_at.is_(None), _bank.c.moved_on.is_not(None))
        .group_by(_bank.c.currency)
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}


def feed_states(connection: Connection, scope: Scope, feeds: Sequence[str]) -> Mapping[str, Any] | None:
    """Where these feeds stand; None unless each has reached the present."""
    found = {feed: load_cursor(connection, scope, feed) for feed in feeds}
    if any(cursor is None or not cursor.done for cursor in found.values()):
        return None
    return {feed: cursor.state for feed, cursor in found.items() if cursor is not None}
