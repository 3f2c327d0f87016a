"""The posting page: what is to stand in the books, by how far it is, page by page also where there are very many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from store.queries.screens.parts import connection_of, contains
from store.sums import exact_sum
from store.tables.matching import match_lines, receipts
from store.tables.posting import entries, postings
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

TABS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "second": ("awaiting",),
        "ready": ("ready",),
        "sending": ("posting", "undoing"),
        "failed": ("failed",),
        "given_up": ("given_up",),
        "posted": ("posted", "found"),
        "undone": ("undone", "withdrawn"),
    }
)
"""The sections of the page, and the states of a posting that each of them shows."""

SUMMED: Final = ("second", "ready", "sending", "failed")
"""What still moves. The others only grow, and summing them would take longer with every year."""

_IDS_AT_ONCE: Final = 500
_TAB_OF: Final = {state: tab for tab, states in TABS.items() for state in states}
_invoices = NOUN_NAMED["invoices"].table


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the postings is looked at. code: a cause of failure. batch_id: one act that asked for several."""

    organisation_id: UUID
    tab: str
    entity_id: UUID | None = None
    connection_id: UUID | None = None
    kind: str = ""
    code: str = ""
    batch_id: UUID | None = None
    text: str = ""
    minor_units: tuple[int, ...] = ()


def counts(connection: Connection, organisation_id: UUID, entity_id: UUID | None = None) -> dict[str, int]:
    """How many postings each tab holds; out of the index alone."""
    query = select(postings.c.state, func.count()).where(postings.c.organisation_id == organisation_id)
    if entity_id is not None:
        query = query.where(postings.c.entity_id == entity_id)
    found = dict.fromkeys(TABS, 0)
    for state, number in connection.execute(query.group_by(postings.c.state)):
        found[_TAB_OF[state]] += int(number)
    return found


def sums(connection: Connection, organisation_id: UUID, entity_id: UUID | None = None) -> dict[str, list[Row[Any]]]:
    """What the postings that still move come to, by tab and currency."""
    states = [state for tab in SUMMED for state in TABS[tab]]
    query = (
        select(postings.c.state, postings.c.currency, exact_sum(postings.c.amount_minor).label("minor"))
        .where(postings.c.organisation_id == organisation_id, postings.c.state.in_(states))
        .group_by(postings.c.state, postings.c.currency)
        .order_by(postings.c.currency, postings.c.state)
    )
    if entity_id is not None:
        query = query.where(postings.c.entity_id == entity_id)
    found: dict[str, list[Row[Any]]] = {tab: [] for tab in SUMMED}
    rows: list[Row[Any]] = list(connection.execute(query))
    for row in rows:
        found[_TAB_OF[row.state]].append(row)
    return found


def count(connection: Connection, wanted: Wanted) -> int:
    return int(connection.execute(_narrowed(select(func.count()).select_from(postings), wanted)).scalar_one())


def page(connection: Connection, wanted: Wanted, *, limit: int, offset: int) -> list[Row[Any]]:
    """Rows with their receipt and the books they go to. Only the ids of all are put in order; the rest is read of few."""
    order = _order(wanted.tab)
    chosen = _narrowed(select(postings.c.id), wanted).order_by(*order).limit(limit).offset(offset).subquery()
    query = _with_receipt().join(chosen, chosen.c.id == postings.c.id)
    return list(connection.execute(query.where(postings.c.organisation_id == wanted.organisation_id).order_by(*order)))


def find(connection: Connection, organisation_id: UUID, posting_id: UUID) -> Row[Any] | None:
    query = _with_receipt().where(postings.c.organisation_id == organisation_id, postings.c.id == posting_id)
    found: Row[Any] | None = connection.execute(query).one_or_none()
    return found


def of_receipt(connection: Connection, organisation_id: UUID, receipt_id: UUID) -> list[Row[Any]]:
    """Every posting that a receipt has had, the newest first."""
    query = _with_receipt().where(postings.c.organisation_id == organisation_id, postings.c.receipt_id == receipt_id)
    return list(connection.execute(query.order_by(postings.c.created_at.desc(), postings.c.id.desc())))


def of_matches(connection: Connection, organisation_id: UUID, match_ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    """Match -> its newest posting."""
    query = select(postings).where(
        postings.c.organisation_id == organisation_id, postings.c.match_id.in_(list(match_ids))
    )
    rows = connection.execute(query.order_by(postings.c.created_at, postings.c.id))
    return {row.match_id: row for row in rows}


def causes(connection: Connection, organisation_id: UUID, entity_id: UUID | None = None) -> list[Row[Any]]:
    """Why postings failed, the most frequent first, with one of the sentences as an example."""
    query = (
        select(postings.c.code, func.count().label("postings"), func.min(postings.c.reason).label("reason"))
        .where(postings.c.organisation_id == organisation_id, postings.c.state == "failed")
        .group_by(postings.c.code)
        .order_by(func.count().desc(), postings.c.code)
    )
    if entity_id is not None:
        query = query.where(postings.c.entity_id == entity_id)
    return list(connection.execute(query))


def total(connection: Connection, wanted: Wanted) -> list[Row[Any]]:
    """How many of those wanted, and how much, by currency."""
    query = select(
        postings.c.currency,
        func.count().label("postings"),
        exact_sum(postings.c.amount_minor).label("minor"),
    )
    query = _narrowed(query.select_from(postings), wanted).group_by(postings.c.currency)
    return list(connection.execute(query.order_by(postings.c.currency)))


def _with_receipt() -> Select[Any]:
    own = and_(receipts.c.organisation_id == postings.c.organisation_id, receipts.c.id == postings.c.receipt_id)
    return select(
        postings, receipts.c.payer_name, receipts.c.payer_email, receipts.c.payer_account, receipts.c.reference,
        receipts.c.received_on, receipts.c.amount_minor.label("receipt_minor"), receipts.c.currency.label("receipt_currency"),
        receipts.c.source, receipts.c.connection_id.label("seen_by"), receipts.c.external_id.label("receipt_external_id"), receipts.c.revision.label("receipt_revision"),
        connections.c.provider, connections.c.company_id, connections.c.company_name, connections.c.live,
        connections.c.state.label("connection_state"),
        connections.c.state_reason.label("connection_reason"),
    ).select_from(postings.outerjoin(receipts, own).outerjoin(connections, connection_of(postings)))  # fmt: skip


def _order(tab: str) -> tuple[Any, ...]:
    """What waits: the oldest first. What is over: the newest first."""
    if tab in ("second", "ready"):
        return postings.c.dated_on, postings.c.id
    if tab == "posted":
        return postings.c.posted_at.desc().nulls_last(), postings.c.id.desc()
    return postings.c.updated_at.desc(), postings.c.id.desc()


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    query = query.where(postings.c.organisation_id == wanted.organisation_id, postings.c.state.in_(TABS[wanted.tab]))
    for column, value in (
        (postings.c.entity_id, wanted.entity_id), (postings.c.connection_id, wanted.connection_id),
        (postings.c.cause_kind, wanted.kind or None), (postings.c.code, wanted.code or None),
        (postings.c.batch_id, wanted.batch_id),
    ):  # fmt: skip
        if value is not None:
            query = query.where(column == value)
    if not wanted.text:
        return query
    found = or_(
        _of_receipt(wanted.text), _of_document(wanted.text), _of_record(wanted.text), contains(postings.c.cause_id, wanted.text)
    )  # fmt: skip
    if wanted.minor_units:
        found = or_(found, postings.c.amount_minor.in_(wanted.minor_units))
    return query.where(found)


def _of_receipt(text: str) -> Any:
    fields = (receipts.c.payer_name, receipts.c.payer_email, receipts.c.reference, receipts.c.external_id)
    own = select(receipts.c.id).where(
        receipts.c.organisation_id == postings.c.organisation_id, receipts.c.id == postings.c.receipt_id
    )
    return own.where(or_(*(contains(field, text) for field in fields))).exists()


def _of_document(text: str) -> Any:
    """Invoices that are paid, by their number."""
    named = and_(
        _invoices.c.organisation_id == match_lines.c.organisation_id, _invoices.c.id == match_lines.c.document_id
    )
    own = select(match_lines.c.match_id).join_from(match_lines, _invoices, named)
    return (
        own.where(
            match_lines.c.organisation_id == postings.c.organisation_id, match_lines.c.match_id == postings.c.match_id
        )
        .where(contains(_invoices.c.number, text))
        .exists()
    )


def _of_record(text: str) -> Any:
    """The records that it came to, by the provider's id or our marker in them."""
    own = select(entries.c.id).where(
        entries.c.organisation_id == postings.c.organisation_id, entries.c.posting_id == postings.c.id
    )
    return own.where(or_(entries.c.external_id == text, entries.c.write_id == text.upper())).exists()


def find_all(connection: Connection, organisation_id: UUID, posting_ids: Sequence[UUID]) -> list[Row[Any]]:
    """Several by their ids, the oldest first; without those that do not exist here."""
    found: list[Row[Any]] = []
    for start in range(0, len(posting_ids), _IDS_AT_ONCE):
        part = posting_ids[start : start + _IDS_AT_ONCE]
        query = _with_receipt().where(postings.c.organisation_id == organisation_id, postings.c.id.in_(part))
        found += connection.execute(query)
    return sorted(found, key=lambda row: (row.dated_on, row.id))


def counts_by_connection(connection: Connection, organisation_id: UUID) -> dict[tuple[UUID, str], int]:
    """How many are ready, and how many have failed, by the connection that they go to."""
    query = (
        select(postings.c.connection_id, postings.c.state, func.count())
        .where(postings.c.organisation_id == organisation_id, postings.c.state.in_(("ready", "failed")))
        .group_by(postings.c.connection_id, postings.c.state)
    )
    return {(row[0], row[1]): int(row[2]) for row in connection.execute(query)}
