"""Importing a planned file, and taking an import back. Each is one transaction with its audit entry, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from connectors.statement.layout import fingerprint
from connectors.statement.mapping import LINE, PENDING, KeptLine, entries_of, to_raw
from ledger.faults import Conflict, Refused
from ledger.money import Money
from ledger.statement import StatementLine
from store import intake, statements, tenancy
from store.audit import Act, lock, record
from store.database import Connection
from store.incoming import Incoming
from store.payloads import payload
from store.scope import Scope
from sync.statements.chain import RECORD_KIND, unchained
from sync.statements.chain import Sheet as Balanced
from sync.statements.plan import Account, Asked, Plan, PlannedLine, Sheet

BATCH = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an import did. connections: the accounts' connections, to be settled into receipts next."""

    import_id: UUID
    new: int
    known: int
    pending: int
    connections: tuple[UUID, ...]


def take(connection: Connection, planned: Plan, *, actor: str, now: datetime, import_id: UUID | None = None) -> Taken:
    """Writes accounts, lines, balances and findings. `import_id`: of the upload that waited for this."""
    asked = planned.asked
    lock(connection, asked.organisation_id)
    own_id = import_id or tenancy.new_id(now)
    for account in planned.accounts:
        _set_up(connection, planned, account, actor, now)
    _keep_import(connection, planned, own_id, actor, now, waited=import_id is not None)
    statements.add_sheets(connection, [_sheet_row(planned, own_id, at, one) for at, one in enumerate(planned.sheets)])
    rows = list(_listing_rows(planned, own_id))
    for start in range(0, len(rows), BATCH):
        statements.add_listings(connection, rows[start : start + BATCH])
    for account in planned.accounts:
        scope = Scope(asked.organisation_id, account.connection_id)
        sheets = [one for one in planned.sheets if one.account.connection_id == account.connection_id]
        _write_lines(connection, scope, sheets, now)
        _close_pending(connection, scope, sheets, now)
        look_at_balances(connection, scope, account.currency, now)
        statements.freshened(connection, scope, now)
    new, known = planned.count(new=True), planned.count(new=False)
    act = Act(
        actor=actor, verb="statement.import", object_kind="statement_import", object_id=str(own_id),
        summary=f"Statement {asked.file_name} was imported: {new} new lines, {known} known.",
        detail={
            "file": asked.file_name, "digest": asked.digest, "format": planned.kind, "new": new, "known": known,
            "accounts": [account.name for account in planned.accounts],
        },
    )  # fmt: skip
    record(connection, asked.organisation_id, act, now)
    connections = tuple(account.connection_id for account in planned.accounts)
    return Taken(
        import_id=own_id, new=new, known=known, pending=planned.count(new=True, pending=True), connections=connections
    )


def _set_up(connection: Connection, planned: Plan, account: Account, actor: str, now: datetime) -> None:
    asked = planned.asked
    if account.is_new:
        statements.add_account(
            connection, asked.organisation_id, asked.entity.id, company_id=account.company_id, number=account.number,
            name=account.name, currency=account.currency, actor=actor, now=now,
        )  # fmt: skip
    else:
        told = {one.statement.account for one in planned.sheets if one.account.connection_id == account.connection_id}
        for number in sorted(told - {""} - set(account.row.facts.get("numbers", []))):
            statements.call_account(connection, asked.organisation_id, account.row, number)
    if planned.layout is not None:
        scope = Scope(asked.organisation_id, account.connection_id)
        heading = fingerprint(planned.layout.heading)
        statements.keep_layout(connection, scope, heading, msgspec.to_builtins(planned.layout), by=actor, now=now)


def _keep_import(
    connection: Connection,
    planned: Plan,
    own_id: UUID,
    actor: str,
    now: datetime,
    *,
    waited: bool,
) -> None:
    counts = {"lines_new": planned.count(new=True), "lines_known": planned.count(new=False)}
    if waited:
        values = {"state": "done", "format": planned.format, "by": actor, "at": now, **counts}
        statements.change_import(connection, planned.asked.organisation_id, own_id, values)
        return
    statements.add_import(
        connection, import_row(planned.asked, planned.format, own_id, "done", actor, now, **counts), planned.asked.data
    )


def import_row(
    asked: Asked,
    form: str,
    own_id: UUID,
    state: str,
    actor: str,
    now: datetime,
    *,
    lines_new: int = 0,
    lines_known: int = 0,
) -> dict[str, Any]:
    return {
        "organisation_id": asked.organisation_id, "id": own_id, "entity_id": asked.entity.id, "state": state,
        "file_name": asked.file_name, "file_bytes": len(asked.data), "digest": asked.digest, "format": form,
        "lines_new": lines_new, "lines_known": lines_known, "by": actor, "at": now,
    }  # fmt: skip


def _sheet_row(planned: Plan, import_id: UUID, position: int, sheet: Sheet) -> dict[str, Any]:
    told = sheet.statement
    days = told.days
    return {
        "organisation_id": planned.asked.organisation_id,
        "import_id": import_id,
        "position": position,
        "connection_id": sheet.account.connection_id,
        "number": told.number,
        "currency": told.currency,
        "first_on": days[0] if days else None,
        "last_on": days[1] if days else None,
        "opening_minor": None if told.opening is None else told.opening.minor,
        "closing_minor": None if told.closing is None else told.closing.minor,
        "sum_minor": sheet.total.minor,
        "lines": sum(1 for one in sheet.lines if not one.line.pending),
        "pending": sum(1 for one in sheet.lines if one.line.pending),
    }


def _listing_rows(planned: Plan, import_id: UUID) -> Iterator[dict[str, Any]]:
    position = 0
    for at, sheet in enumerate(planned.sheets):
        for one in sheet.lines:
            if one.told is None:
                continue
            yield {
                "organisation_id": planned.asked.organisation_id,
                "import_id": import_id,
                "position": position,
                "sheet": at,
                "connection_id": sheet.account.connection_id,
                "external_id": one.external_id,
                "format": one.told.format,
                "booked_on": one.told.booked_on,
                "amount_minor": one.told.amount_minor,
                "content": one.told.content,
                "bank_reference": one.told.bank_reference,
                "balance_minor": one.told.balance_minor,
                "words": one.told.words,
            }
            position += 1


def _write_lines(connection: Connection, scope: Scope, sheets: Sequence[Sheet], now: datetime) -> None:
    """New lines become records with their bank entries; known ones stand as they are."""
    incoming = {
        one.external_id: _incoming(sheet, one, now) for sheet in sheets for one in sheet.lines if one.is_new
    }  # fmt: skip
    waiting = list(incoming.values())
    for start in range(0, len(waiting), BATCH):
        some = waiting[start : start + BATCH]
        known = intake.known_records(connection, scope, [item.key for item in some])
        intake.write_records(connection, scope, some, known, now)


def _incoming(sheet: Sheet, one: PlannedLine, now: datetime) -> Incoming:
    kept = KeptLine(account=sheet.account.company_id, file=sheet.file, format=sheet.format, line=one.line)
    raw = to_raw(kept)
    return Incoming(
        kind=PENDING if one.line.pending else LINE,
        external_id=one.external_id,
        version="",
        updated_at=None,
        seen_at=now,
        deleted=False,
        raw=raw,
        values=entries_of(raw, one.external_id),
    )


def _close_pending(connection: Connection, scope: Scope, sheets: Sequence[Sheet], now: datetime) -> None:
    """What was pending and is not told again by a file that reaches as far has been booked, or has come to nothing."""
    told = {one.external_id for sheet in sheets for one in sheet.lines if one.line.pending}
    days = [days[1] for sheet in sheets if (days := sheet.statement.days) is not None]
    gone = []
    for row in statements.standing_ids(connection, scope, PENDING):
        line = msgspec.json.decode(payload(connection, row), type=KeptLine).line
        if row.external_id not in told and days and (line.value_on is None or line.value_on <= max(days)):
            gone.append((PENDING, row.external_id))
    _delete(connection, scope, gone, now)


def _delete(connection: Connection, scope: Scope, keys: Sequence[tuple[str, str]], now: datetime) -> None:
    """Closes records and their values; what was kept of them stays."""
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        known = intake.known_records(connection, scope, some)
        incoming = [
            Incoming(
                kind=kind, external_id=own, version="", updated_at=None, seen_at=now, deleted=True, raw=b"{}",
            )
            for kind, own in some
        ]  # fmt: skip
        intake.write_records(connection, scope, incoming, known, now)


def look_at_balances(connection: Connection, scope: Scope, currency: str, now: datetime) -> None:
    """Holds an account's statements against each other; what does not fit stands as a finding until it does."""
    sheets = [_balanced(row) for row in statements.balanced_sheets(connection, scope)]
    found = list(
        unchained(
            sheets,
            lambda one, other: Money(statements.listed_by(connection, scope, (one.source, other.source)), currency),
        )
    )
    statements.settle_findings(connection, scope, RECORD_KIND, now)
    intake.add_findings(connection, scope, found, now)


def _balanced(row: Any) -> Balanced:
    return Balanced(
        key=f"{row.first_on}/{row.last_on}/{row.number}"[:200],
        source=(row.import_id, row.position),
        number=row.number,
        first_on=row.first_on,
        last_on=row.last_on,
        opening=Money(row.opening_minor, row.currency),
        closing=Money(row.closing_minor, row.currency),
        total=Money(row.sum_minor, row.currency),
    )


def undo(connection: Connection, organisation_id: UUID, import_id: UUID, *, actor: str, now: datetime) -> int:
    """Takes an import back as a whole: lines that it alone lists go, with receipts that nobody decided on.

    Gives how many lines went. Raises Refused where a receipt of it was matched, accepted or parked; Conflict where the
    import is no longer there to be undone.
    """
    lock(connection, organisation_id)
    row = statements.find_import(connection, organisation_id, import_id)
    if row.state != "done":
        raise Conflict("This import was taken back already.")
    lines: dict[UUID, list[str]] = {}
    for item in statements.only_listed_by(connection, organisation_id, import_id):
        lines.setdefault(item.connection_id, []).append(item.external_id)
    found = {
        own: statements.receipts_of_entries(
            connection, Scope(organisation_id, own), statements.entries_of_lines(connection, Scope(organisation_id, own), ids)
        )
        for own, ids in lines.items()
    }  # fmt: skip
    _refuse_decided([receipt for receipts in found.values() for receipt in receipts])
    accounts = {one.id: one for one in statements.accounts(connection, organisation_id)}
    touched = statements.accounts_of_import(connection, organisation_id, import_id)
    for own, receipts in found.items():
        statements.drop_receipts(connection, organisation_id, [receipt.id for receipt in receipts])
        _delete(connection, Scope(organisation_id, own), [(LINE, external_id) for external_id in lines[own]], now)
    statements.forget_listings(connection, organisation_id, import_id)
    for own in touched:
        look_at_balances(connection, Scope(organisation_id, own), accounts[own].currency, now)
    statements.change_import(
        connection, organisation_id, import_id, {"state": "undone", "undone_by": actor, "undone_at": now, "body": None}
    )
    went = sum(map(len, lines.values()))
    act = Act(
        actor=actor, verb="statement.undo", object_kind="statement_import", object_id=str(import_id),
        summary=f"The import of {row.file_name} was taken back: {went} lines.",
        detail={"file": row.file_name, "lines": went, "receipts": sum(map(len, found.values()))},
    )  # fmt: skip
    record(connection, organisation_id, act, now)
    return went


def _refuse_decided(receipts: Sequence[Any]) -> None:
    decided = [one for one in receipts if one.decided or one.status == "parked" or one.post_status != "none"]
    if not decided:
        return
    first = decided[0]
    amount = Money(first.amount_minor, first.currency)
    more = f" and {len(decided) - 1} more" if len(decided) > 1 else ""
    raise Refused(
        f"The receipt of {first.received_on:%-d %b %Y} over {amount}{more} was decided on; undo that in the queue first, "
        "then take the import back."
    )


def line_of(raw: bytes) -> StatementLine:
    """What is kept of a line."""
    return msgspec.json.decode(raw, type=KeptLine).line
