"""The work queue: receipts by section, the most money for the longest time first, with what is proposed for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, literal, or_, select

from ledger.currency import EXPONENTS
from store.queries.screens.parts import connection_of, contains
from store.sums import exact_sum
from store.tables.matching import match_lines, matches, receipts
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

SECTIONS = ("ready", "choose", "second", "explain", "parked", "failed")
_CERTAIN = ("matched", "partly_matched")
_OPEN_QUESTIONS = ("unmatched", "reversal", "duplicate")
_DECIDED = ("awaiting", "approved", "posting", "posted")
_TIED = ("approved", "posting", "posted")
_CENTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the queue is looked at. today: what age is counted to."""

    organisation_id: UUID
    section: str
    today: date
    entity_id: UUID | None = None
    text: str = ""


def _section() -> ColumnElement[str]:
    undecided = receipts.c.post_status == "none"
    left = receipts.c.open_minor != 0
    return case(
        (receipts.c.post_status == "failed", literal("failed")),
        (receipts.c.status == "parked", literal("parked")),
        (receipts.c.post_status == "awaiting", literal("second")),
        (and_(receipts.c.status.in_(_CERTAIN), undecided, left), literal("ready")),
        (and_(receipts.c.status == "suggested", left), literal("choose")),
        (and_(receipts.c.status.in_(_OPEN_QUESTIONS), left), literal("explain")),
        else_=literal("done"),
    )


def summary(connection: Connection, organisation_id: UUID, entity_id: UUID | None) -> list[Row[Any]]:
    """Receipts and money by section and currency."""
    section = _section().label("section")
    query = select(
        section, receipts.c.currency, func.count().label("receipts"), exact_sum(receipts.c.open_minor).label("minor")
    )
    query = query.where(receipts.c.organisation_id == organisation_id)
    if entity_id is not None:
        query = query.where(receipts.c.entity_id == entity_id)
    return list(connection.execute(query.group_by(section, receipts.c.currency).order_by(receipts.c.currency)))


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    query = query.where(receipts.c.organisation_id == wanted.organisation_id, _section() == wanted.section)
    if wanted.entity_id is not None:
        query = query.where(receipts.c.entity_id == wanted.entity_id)
    if wanted.text:
        fields = (receipts.c.payer_name, receipts.c.payer_email, receipts.c.reference, receipts.c.external_id)
        query = query.where(or_(*(contains(field, wanted.text) for field in fields)))
    return query


def count(connection: Connection, wanted: Wanted) -> int:
    return int(connection.execute(_narrowed(select(func.count()).select_from(receipts), wanted)).scalar_one())


def page(connection: Connection, wanted: Wanted, *, limit: int, offset: int) -> list[Row[Any]]:
    """Money times age, in major units of each currency: what has been lying longest and largest comes first."""
    weight = func.abs(receipts.c.open_minor) * _scale() * (_age_days(connection, wanted.today) + 1)
    query = _narrowed(select(receipts), wanted).order_by(weight.desc(), receipts.c.received_on, receipts.c.id)
    return list(connection.execute(query.limit(limit).offset(offset)))


def _scale() -> ColumnElement[Any]:
    """Brings currencies with other than two decimals to the weight of hundredths."""
    factors = [
        (receipts.c.currency == code, literal(10.0 ** (_CENTS - places)))
        for code, places in sorted(EXPONENTS.items())
        if places != _CENTS
    ]
    return case(*factors, else_=literal(1.0))


def _age_days(connection: Connection, today: date) -> ColumnElement[Any]:
    if connection.dialect.name == "sqlite":
        return func.julianday(today.isoformat()) - func.julianday(receipts.c.received_on)
    return literal(today) - receipts.c.received_on


def proposals(connection: Connection, organisation_id: UUID, receipt_ids: Sequence[UUID]) -> list[Row[Any]]:
    """Standing proposals of receipts, the best first, one row a line; those too that wait for a second person."""
    return _matches(connection, organisation_id, receipt_ids, ("proposed", "awaiting"))


def decided(connection: Connection, organisation_id: UUID, receipt_ids: Sequence[UUID]) -> list[Row[Any]]:
    """What was accepted for receipts, or has failed to post, one row a line."""
    return _matches(connection, organisation_id, receipt_ids, (*_DECIDED, "failed"))


def _matches(
    connection: Connection, organisation_id: UUID, receipt_ids: Sequence[UUID], states: Sequence[str]
) -> list[Row[Any]]:
    lines = and_(match_lines.c.organisation_id == matches.c.organisation_id, match_lines.c.match_id == matches.c.id)
    query = (
        select(
            matches.c.id, matches.c.receipt_id, matches.c.rank, matches.c.decision, matches.c.confidence, matches.c.reason,
            matches.c.reasons, matches.c.state, matches.c.decided_by, matches.c.decided_at, matches.c.seconded_by,
            matches.c.evidence, matches.c.rivals, matches.c.policy_version, match_lines.c.document_id,
            match_lines.c.document_noun, match_lines.c.currency, match_lines.c.applied_minor,
            match_lines.c.residual_minor, match_lines.c.residual_kind,
        )
        .join_from(matches, match_lines, lines)
        .where(matches.c.organisation_id == organisation_id, matches.c.receipt_id.in_(receipt_ids))
        .where(matches.c.state.in_(states))
        .order_by(matches.c.receipt_id, matches.c.rank, matches.c.id, match_lines.c.position)
    )  # fmt: skip
    return list(connection.execute(query))


def documents(connection: Connection, noun: str, organisation_id: UUID, ids: Sequence[UUID]) -> list[Row[Any]]:
    """Invoices or credit notes by id, with their customer's name."""
    table, customers = NOUN_NAMED[noun].table, NOUN_NAMED["customers"].table
    owner = and_(
        customers.c.organisation_id == table.c.organisation_id,
        customers.c.connection_id == table.c.connection_id,
        customers.c.external_id == table.c.customer_external_id,
        customers.c.gone_at.is_(None),
    )
    due = table.c.due_on if "due_on" in table.c else literal(None).label("due_on")
    query = (
        select(
            table.c.id, table.c.number, table.c.external_id, table.c.currency, table.c.total_minor,
            table.c.open_amount_minor, table.c.status, table.c.issued_on, due, customers.c.id.label("customer_id"),
            customers.c.name.label("customer_name"), connections.c.provider,
        )
        .select_from(table.join(connections, connection_of(table)).outerjoin(customers, owner))
        .where(table.c.organisation_id == organisation_id, table.c.id.in_(ids))
    )  # fmt: skip
    return list(connection.execute(query))


def tied_since(connection: Connection, organisation_id: UUID, since: datetime) -> list[Row[Any]]:
    """Receipts whose match a person accepted since then: how many and how much, by currency."""
    whose = and_(receipts.c.organisation_id == matches.c.organisation_id, receipts.c.id == matches.c.receipt_id)
    query = (
        select(
            receipts.c.currency,
            func.count().label("receipts"),
            exact_sum(receipts.c.open_minor - receipts.c.unapplied_minor).label("minor"),
        )
        .join_from(matches, receipts, whose)
        .where(matches.c.organisation_id == organisation_id, matches.c.state.in_(_TIED), matches.c.decided_at >= since)
        .group_by(receipts.c.currency)
        .order_by(receipts.c.currency)
    )
    return list(connection.execute(query))
