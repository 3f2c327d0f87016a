"""Bank accounts and what was imported into them: accounts, imports, the statements in them and what they list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import zstandard
from sqlalchemy import Connection, Row, and_, delete, func, or_, select, update

from ledger.faults import NotFound
from ledger.source import connection_id
from store.audit import Act, record
from store.scope import Scope
from store.sums import exact_sum
from store.tables.intake import findings, records
from store.tables.matching import match_lines, match_states, matches, receipts, sightings
from store.tables.pulled import NOUN_NAMED
from store.tables.statements import statement_imports, statement_layouts, statement_listings, statement_sheets
from store.tables.tenancy import connections, money_accounts
from store.upsert import insert_new, upsert

PROVIDER = ROLE = "statement"
_entries = NOUN_NAMED["bank_entries"].table
AT_WORK = "importing"
IDS_PER_QUERY = 500
_DECIDED = ("awaiting", "approved", "posting", "posted", "failed")


def accounts(connection: Connection, organisation_id: UUID, entity_id: UUID | None = None) -> list[Row[Any]]:
    """Bank accounts: number, name, currency, entity and connection of each. `facts.numbers`: what files called it."""
    whose = and_(
        money_accounts.c.organisation_id == connections.c.organisation_id,
        money_accounts.c.connection_id == connections.c.id,
    )
    query = (
        select(
            connections.c.id, connections.c.entity_id, connections.c.company_id, connections.c.facts,
            connections.c.state, money_accounts.c.name, money_accounts.c.currency,
            money_accounts.c.external_id.label("number"),
        )
        .join_from(connections, money_accounts, whose)
        .where(connections.c.organisation_id == organisation_id, connections.c.role == ROLE)
        .order_by(money_accounts.c.name, connections.c.id)
    )  # fmt: skip
    if entity_id is not None:
        query = query.where(connections.c.entity_id == entity_id)
    return list(connection.execute(query))


def add_account(
    connection: Connection, organisation_id: UUID, entity_id: UUID, *, company_id: str, number: str, name: str,
    currency: str, actor: str, now: datetime,
) -> UUID:  # fmt: skip
    """A bank account as a connection of its own. `company_id` stands for it everywhere and does not give its number away."""
    own_id = connection_id(PROVIDER, company_id)
    connection.execute(
        connections.insert().values(
            organisation_id=organisation_id, id=own_id, entity_id=entity_id, provider=PROVIDER, role=ROLE,
            company_id=company_id, company_name=name, token_set_id=None, state="healthy", state_reason=None, live=True,
            since=None, connected_by=actor, connected_at=now, progress={},
            facts={"numbers": [number] if number else [], "home_currency": currency},
        )
    )  # fmt: skip
    connection.execute(
        money_accounts.insert().values(
            organisation_id=organisation_id, id=own_id, entity_id=entity_id, connection_id=own_id, kind="bank",
            external_id=number or None, name=name, currency=currency, role=None,
        )
    )  # fmt: skip
    act = Act(
        actor=actor, verb="account.add", object_kind="connection", object_id=f"{PROVIDER}:{company_id}",
        summary=f"Bank account {name} was set up.", detail={"name": name, "currency": currency, "entity": str(entity_id)},
    )  # fmt: skip
    record(connection, organisation_id, act, now)
    return own_id


def call_account(connection: Connection, organisation_id: UUID, account: Any, number: str) -> None:
    """Remembers that files call this account so, too."""
    numbers = [*account.facts.get("numbers", []), number]
    connection.execute(
        update(connections)
        .where(connections.c.organisation_id == organisation_id, connections.c.id == account.id)
        .values(facts={**account.facts, "numbers": numbers})
    )
    if account.number is None:
        connection.execute(
            update(money_accounts)
            .where(money_accounts.c.organisation_id == organisation_id, money_accounts.c.id == account.id)
            .values(external_id=number)
        )


def freshened(connection: Connection, scope: Scope, now: datetime) -> None:
    """The account was told of: its card says when, and that it needs nobody."""
    connection.execute(
        update(connections)
        .where(connections.c.organisation_id == scope.organisation_id, connections.c.id == scope.connection_id)
        .values(last_started_at=now, last_synced_at=now, state="healthy", state_reason=None)
    )


def add_import(connection: Connection, row: Mapping[str, Any], body: bytes | None) -> None:
    packed = None if body is None else zstandard.ZstdCompressor(level=3).compress(body)
    connection.execute(statement_imports.insert().values(**row, body=packed))


def change_import(connection: Connection, organisation_id: UUID, import_id: UUID, values: Mapping[str, Any]) -> None:
    where = and_(statement_imports.c.organisation_id == organisation_id, statement_imports.c.id == import_id)
    connection.execute(update(statement_imports).where(where).values(**values))


def begin_work(connection: Connection, organisation_id: UUID, import_id: UUID, work: Mapping[str, Any]) -> None:
    """An upload that waits becomes a worker's. Raises NotFound where it waits no more."""
    where = and_(statement_imports.c.organisation_id == organisation_id, statement_imports.c.id == import_id)
    query = update(statement_imports).where(where, statement_imports.c.state == "waiting")
    if connection.execute(query.values(state=AT_WORK, work=dict(work))).rowcount != 1:
        raise NotFound("This file was imported or dropped already; choose it again to look at it.")


def at_work(connection: Connection) -> list[tuple[UUID, UUID]]:
    """(organisation, import) of every organisation."""
    query = select(statement_imports.c.organisation_id, statement_imports.c.id)
    return [(row[0], row[1]) for row in connection.execute(query.where(statement_imports.c.state == AT_WORK))]


def find_import(connection: Connection, organisation_id: UUID, import_id: UUID) -> Row[Any]:
    """Raises NotFound."""
    where = and_(statement_imports.c.organisation_id == organisation_id, statement_imports.c.id == import_id)
    found: Row[Any] | None = connection.execute(select(statement_imports).where(where)).one_or_none()
    if found is None:
        raise NotFound("This import does not exist any more; choose the file again.")
    return found


def body_of(row: Any) -> bytes:
    if row.body is None:
        raise NotFound("The file of this import is not kept any more; choose it again.")
    return zstandard.ZstdDecompressor().decompress(row.body)


def drop_waiting(
    connection: Connection, organisation_id: UUID, *, before: datetime, import_id: UUID | None = None
) -> None:
    """Forgets uploads that nobody confirmed: one of them, or those that are older."""
    where = and_(statement_imports.c.organisation_id == organisation_id, statement_imports.c.state == "waiting")
    own = statement_imports.c.at < before if import_id is None else statement_imports.c.id == import_id
    connection.execute(delete(statement_imports).where(where, own))


def add_sheets(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    insert_new(connection, statement_sheets, list(rows))


def add_listings(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    insert_new(connection, statement_listings, list(rows))


def listed(connection: Connection, scope: Scope, first_on: date, last_on: date) -> list[Row[Any]]:
    """What standing imports list of an account between two days."""
    query = (
        select(statement_listings)
        .where(scope.where(statement_listings))
        .where(statement_listings.c.booked_on >= first_on, statement_listings.c.booked_on <= last_on)
        .order_by(statement_listings.c.booked_on, statement_listings.c.external_id, statement_listings.c.import_id)
    )
    return list(connection.execute(query))


def balanced_sheets(connection: Connection, scope: Scope) -> list[Row[Any]]:
    """Statements of an account that tell both balances, oldest first."""
    query = (
        select(statement_sheets)
        .where(scope.where(statement_sheets), statement_sheets.c.opening_minor.is_not(None))
        .where(statement_sheets.c.closing_minor.is_not(None), statement_sheets.c.first_on.is_not(None))
        .order_by(statement_sheets.c.first_on, statement_sheets.c.last_on, statement_sheets.c.import_id)
    )
    return list(connection.execute(query))


def listed_by(connection: Connection, scope: Scope, sheets: Sequence[tuple[UUID, int]]) -> int:
    """Sum of the lines that any of these statements (import, place in it) lists, each once."""
    either = or_(
        *(
            and_(statement_listings.c.import_id == import_id, statement_listings.c.sheet == sheet)
            for import_id, sheet in sheets
        )
    )
    lines = (
        select(statement_listings.c.external_id, func.min(statement_listings.c.amount_minor).label("amount"))
        .where(scope.where(statement_listings), either)
        .group_by(statement_listings.c.external_id)
        .subquery()
    )
    return connection.execute(select(exact_sum(lines.c.amount))).scalar_one() or 0


def settle_findings(connection: Connection, scope: Scope, record_kind: str, now: datetime) -> None:
    """What stands of a kind is settled; what still holds is added again in the same transaction."""
    where = and_(scope.where(findings), findings.c.record_kind == record_kind, findings.c.settled_at.is_(None))
    connection.execute(update(findings).where(where).values(settled_at=now))


def standing_ids(connection: Connection, scope: Scope, kind: str) -> list[Row[Any]]:
    """Records of a kind that stand."""
    where = and_(scope.where(records), records.c.kind == kind, records.c.deleted.is_(False))
    return list(connection.execute(select(records).where(where)))


def only_listed_by(connection: Connection, organisation_id: UUID, import_id: UUID) -> list[Row[Any]]:
    """Lines that no other import lists: (connection, external id)."""
    own = statement_listings.alias()
    others = statement_listings.alias()
    elsewhere = (
        select(others.c.external_id)
        .where(others.c.organisation_id == own.c.organisation_id, others.c.connection_id == own.c.connection_id)
        .where(others.c.external_id == own.c.external_id, others.c.import_id != own.c.import_id)
        .exists()
    )
    query = (
        select(own.c.connection_id, own.c.external_id)
        .where(own.c.organisation_id == organisation_id, own.c.import_id == import_id, ~elsewhere)
        .distinct()
        .order_by(own.c.connection_id, own.c.external_id)
    )
    return list(connection.execute(query))


def accounts_of_import(connection: Connection, organisation_id: UUID, import_id: UUID) -> list[UUID]:
    where = and_(statement_sheets.c.organisation_id == organisation_id, statement_sheets.c.import_id == import_id)
    query = select(statement_sheets.c.connection_id).where(where).distinct().order_by(statement_sheets.c.connection_id)
    return list(connection.execute(query).scalars())


def forget_listings(connection: Connection, organisation_id: UUID, import_id: UUID) -> None:
    for table in (statement_listings, statement_sheets):
        connection.execute(
            delete(table).where(table.c.organisation_id == organisation_id, table.c.import_id == import_id)
        )


def entries_of_lines(connection: Connection, scope: Scope, line_ids: Sequence[str]) -> list[str]:
    """Ids of the bank entries that stand for these lines: themselves, or their parts."""
    found: list[str] = []
    for start in range(0, len(line_ids), IDS_PER_QUERY):
        own = _entries.c.record_id.in_(line_ids[start : start + IDS_PER_QUERY])
        found += connection.execute(select(_entries.c.external_id).where(scope.where(_entries), own)).scalars()
    return found


def receipts_of_entries(connection: Connection, scope: Scope, entry_ids: Sequence[str]) -> list[Row[Any]]:
    """Receipts of these bank entries: id, status, and whether somebody decided."""
    found: list[Row[Any]] = []
    decided = (
        select(matches.c.id)
        .where(matches.c.organisation_id == receipts.c.organisation_id, matches.c.receipt_id == receipts.c.id)
        .where(matches.c.state.in_(_DECIDED))
        .exists()
    )
    columns = (
        receipts.c.id, receipts.c.external_id, receipts.c.status, receipts.c.received_on, receipts.c.amount_minor,
        receipts.c.currency, receipts.c.post_status, decided.label("decided"),
    )  # fmt: skip
    for start in range(0, len(entry_ids), IDS_PER_QUERY):
        ids = entry_ids[start : start + IDS_PER_QUERY]
        whole = receipts.c.external_id.in_(ids)
        query = select(*columns).where(scope.where(receipts), whole)
        found += connection.execute(query)
    return found


def drop_receipts(connection: Connection, organisation_id: UUID, ids: Sequence[UUID]) -> None:
    """Takes receipts away with what was proposed for them. The caller has made sure that nobody decided on any."""
    for start in range(0, len(ids), IDS_PER_QUERY):
        some = ids[start : start + IDS_PER_QUERY]
        own = select(matches.c.id).where(matches.c.organisation_id == organisation_id, matches.c.receipt_id.in_(some))
        for table in (match_states, match_lines):
            connection.execute(
                delete(table).where(
                    table.c.organisation_id == organisation_id, table.c.match_id.in_(own.scalar_subquery())
                )
            )
        for table, column in ((matches, matches.c.receipt_id), (sightings, sightings.c.receipt_id)):
            connection.execute(delete(table).where(table.c.organisation_id == organisation_id, column.in_(some)))
        connection.execute(
            delete(receipts).where(receipts.c.organisation_id == organisation_id, receipts.c.id.in_(some))
        )


def state_of_imports(connection: Connection, organisation_id: UUID) -> tuple[Any, ...]:
    """Changes with each import and each undo: what was worked out under another one is worked out again."""
    done = func.count().filter(statement_imports.c.state == "done")
    query = select(done, func.max(statement_imports.c.at), func.max(statement_imports.c.undone_at))
    where = and_(statement_imports.c.organisation_id == organisation_id, statement_imports.c.state != "waiting")
    return tuple(connection.execute(query.where(where)).one())


def known_digest(connection: Connection, organisation_id: UUID, digest: str) -> Any:
    """The newest standing import of exactly this file."""
    query = (
        select(statement_imports.c.id, statement_imports.c.at, statement_imports.c.file_name)
        .where(statement_imports.c.organisation_id == organisation_id, statement_imports.c.digest == digest)
        .where(statement_imports.c.state == "done")
        .order_by(statement_imports.c.at.desc())
        .limit(1)
    )
    return connection.execute(query).one_or_none()


def layouts(connection: Connection, organisation_id: UUID, heading: str) -> dict[UUID, dict[str, Any]]:
    """What was confirmed of files with this header, by account."""
    query = select(statement_layouts.c.connection_id, statement_layouts.c.layout)
    where = and_(statement_layouts.c.organisation_id == organisation_id, statement_layouts.c.heading == heading)
    return {row.connection_id: row.layout for row in connection.execute(query.where(where))}


def keep_layout(
    connection: Connection, scope: Scope, heading: str, layout: dict[str, Any], *, by: str, now: datetime
) -> None:
    row = {**scope.keys(), "heading": heading, "layout": layout, "by": by, "at": now}
    upsert(connection, statement_layouts, [row])
