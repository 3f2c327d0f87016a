"""One verification of one connection, from the provider's figures to the rows that are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from connectors.figures import Control
from ledger.faults import Conflict, Fault
from proving.verify.comparing import Comparison, Verifying
from proving.verify.differences import Difference
from proving.verify.limits import is_something, not_compared
from store import verifications
from store.audit import Act, record
from store.database import Database
from store.queries.companies import company_notes
from store.queries.proving import newest_record
from store.scope import Scope

__all__ = ["Verified", "Verifying", "refused", "verify"]

TRIES = 3
NAMED = 300  # rows of one check: whose books differ by more has one cause and not three hundred


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """state: tied, differs, or failed where there was nothing on either side. totals: what was compared, check by check. control: the ledger's own account on the day.

    notes: what the company does by itself that moves figures. not_compared: what was left out, in sentences.
    """

    id: UUID
    state: str
    rows: tuple[Difference, ...]
    totals: dict[str, Any]
    calls: int
    control: Control | None = None
    notes: tuple[str, ...] = ()
    not_compared: tuple[str, ...] = ()


def verify(what: Verifying) -> Verified:
    """Compares and keeps. A fault is kept with the verification and passes through."""
    with what.database.write() as connection:
        own = verifications.begin(connection, what.scope, what.entity_id, what.on, by=what.by, now=what.now())
    before = what.figures.calls + what.connector.calls
    try:
        found = _compared(what)
    except Exception as fault:
        told = str(fault) if isinstance(fault, Fault) else f"It ended by a fault of our own ({type(fault).__name__})."
        calls = what.figures.calls + what.connector.calls - before
        with what.database.write() as connection:
            verifications.fail(connection, what.scope, own, told, calls=calls, now=what.now())
        raise
    calls = what.figures.calls + what.connector.calls - before
    rows = _kept(found.rows)
    left_out = tuple(not_compared(found.totals, what.on, what.figures.provider))
    with what.database.write() as connection:
        if rows or is_something(found.totals):
            state = verifications.end(
                connection, what.scope, own, [_row(row) for row in rows], totals=found.totals, calls=calls,
                now=what.now(), anchor=what.anchor,
            )  # fmt: skip
        else:  # a tick would be a word on nothing
            state = "failed"
            verifications.fail(connection, what.scope, own, left_out[0], calls=calls, now=what.now())
        _audit(connection, what, own, state, len(rows), calls)
    with what.database.read() as connection:
        notes = tuple(company_notes(connection, what.scope))
    return Verified(
        id=own, state=state, rows=tuple(rows), totals=found.totals, calls=calls, control=found.control, notes=notes,
        not_compared=left_out,
    )  # fmt: skip


def _compared(what: Verifying) -> Comparison:
    """Anew where a sync wrote records down meanwhile: what it brought stands on one side and not on the other."""
    for _ in range(TRIES):
        found = Comparison(what)
        found.run()
        with what.database.read() as connection:
            newest = newest_record(connection, what.scope)
        if newest == what.newest or what.renewed is None:
            return found
        what = replace(what, **what.renewed())
    raise Conflict("Records kept coming in while they were compared; verify again once the sync that runs has ended.")


def refused(
    database: Database, scope: Scope, entity_id: UUID, on: date, *, by: str, fault: Fault, now: datetime
) -> None:
    """Keeps that a verification was asked for and could not even begin."""
    with database.write() as connection:
        own = verifications.begin(connection, scope, entity_id, on, by=by, now=now)
        verifications.fail(connection, scope, own, str(fault), calls=0, now=now)


def _kept(rows: Sequence[Difference]) -> list[Difference]:
    """The control account first, then the largest; of one check no more than can be looked at."""
    seen: Counter[str] = Counter()
    kept = []
    for row in rows:
        seen[row.check] += 1
        if seen[row.check] <= NAMED:
            kept.append(row)
    return kept


def _row(one: Difference) -> dict[str, Any]:
    numbers = one.numbers or (None, None)
    currency = next((money.currency for money in (one.ours, one.theirs) if money is not None), None)
    return {
        "check": one.check.value, "subject": one.subject, "name": one.name, "currency": currency,
        "ours_minor": numbers[0] if one.ours is None else one.ours.minor,
        "theirs_minor": numbers[1] if one.theirs is None else one.theirs.minor,
        "cause": one.cause.value, "words": one.words, "remedy": one.to_do, "detail": dict(one.detail),
    }  # fmt: skip


def _audit(connection: Any, what: Verifying, own: UUID, state: str, rows: int, calls: int) -> None:
    told = {"tied": "everything agrees", "failed": "there was nothing to compare"}.get(state)
    told = told or f"{rows} difference{'' if rows == 1 else 's'}"
    act = Act(
        actor=what.by, verb="books.verify", object_kind="connection", object_id=str(what.scope.connection_id),
        summary=f"Held against {what.figures.provider} as of {what.on.isoformat()}: {told}.",
        detail={"verification": str(own), "state": state, "differences": rows, "calls": calls, "anchor": what.anchor},
    )  # fmt: skip
    record(connection, what.scope.organisation_id, act, what.now())
