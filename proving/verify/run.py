"""One verification of one connection, from the provider's figures to the rows that are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from connectors.figures import Control, Figures
from connectors.port import Connector, Context
from ledger.balance import BalanceTransaction
from ledger.faults import Fault
from proving.clearing_proof import ClearingProof
from proving.verify import clearing, processor, receivables
from proving.verify.differences import Difference
from proving.verify.mine import Mine
from proving.verify.posted import posted_rows
from proving.verify.upstream import Upstream
from store import verifications
from store.audit import Act, record
from store.database import Database
from store.intake import counts_by_kind
from store.queries import proving
from store.scope import Scope

NAMED = 300  # rows of one check: whose books differ by more has one cause and not three hundred


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifying:
    """What a verification works with. states: where the feeds stand; None where no sync has come to its end yet.

    mine: None for a processor beside books. proofs: of clearing, as of the day: a processor's own, or of a ledger all that
    its accounts mirror.
    """

    database: Database
    scope: Scope
    entity_id: UUID
    connector: Connector
    figures: Figures
    context: Context
    mine: Mine | None
    on: date
    by: str
    since: date | None
    now: Callable[[], datetime]
    proofs: Sequence[ClearingProof] = ()
    report: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """state: tied or differs. totals: what was compared, check by check. control: the ledger's own account on the day."""

    id: UUID
    state: str
    rows: tuple[Difference, ...]
    totals: dict[str, Any]
    calls: int
    control: Control | None = None


@dataclass(slots=True)
class _Found:
    rows: list[Difference] = field(default_factory=list)
    totals: dict[str, Any] = field(default_factory=dict)
    control: Control | None = None

    def add(self, check: str, compared: int, rows: Sequence[Difference], **more: Any) -> None:
        self.rows += rows
        self.totals[check] = {"compared": compared, "differ": len(rows), **more}


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
    with what.database.write() as connection:
        state = verifications.end(
            connection, what.scope, own, [_row(row) for row in rows], totals=found.totals, calls=calls, now=what.now()
        )
        _audit(connection, what, own, state, len(rows), calls)
    return Verified(id=own, state=state, rows=tuple(rows), totals=found.totals, calls=calls, control=found.control)


def refused(
    database: Database, scope: Scope, entity_id: UUID, on: date, *, by: str, fault: Fault, now: datetime
) -> None:
    """Keeps that a verification was asked for and could not even begin."""
    with database.write() as connection:
        own = verifications.begin(connection, scope, entity_id, on, by=by, now=now)
        verifications.fail(connection, scope, own, str(fault), calls=0, now=now)


def _compared(what: Verifying) -> _Found:
    found = _Found()
    with what.database.read() as connection:
        states = proving.feed_states(connection, what.scope, what.figures.feeds)
        own = proving.own_records(connection, what.scope)
    # the figures first: what changes after them is found by the feeds, and not the other way round
    what.report("the control account")
    control = None if what.mine is None else what.figures.control(what.on, what.mine.home)
    found.control = control
    what.report("what each customer owes")
    balances = None if what.mine is None else what.figures.customers(what.on)
    what.report("how many records there are")
    counts = what.figures.counts()
    funds = what.figures.funds()
    upstream = Upstream(what.database, what.scope, what.connector, what.figures, what.context, own)
    if states is not None:
        upstream.since_last_sync(states, what.report)
    if what.mine is not None and balances is not None:
        gaps = receivables.gaps(what.mine, balances, upstream.standing())
        unclear = [gap.customer for gap in gaps if gap.rest and gap.customer]
        if unclear:
            upstream.of_customers(unclear, what.report)
            gaps = receivables.gaps(what.mine, balances, upstream.standing())
        rows = receivables.customer_rows(what.mine, balances, gaps, what.figures.provider)
        if control is not None:
            one = receivables.control_row(what.mine, control, balances, rows, what.figures.provider)
            found.add(
                "control", 1, [one] if one else [], ours=str(what.mine.total), theirs=str(control.total),
                currency=what.mine.home, ours_minor=what.mine.total.minor, theirs_minor=control.total.minor,
                source=control.source,
            )  # fmt: skip
        found.add("customer", len({*balances.customers, *what.mine.customers}), rows, basis=balances.basis.value)
    changes = receivables.document_rows(upstream.standing())
    found.add("document", len(upstream.changes), changes, behind=upstream.behind, synced=states is not None)
    _from_store(what, found, upstream, own)
    if counts:
        with what.database.read() as connection:
            held = counts_by_kind(connection, what.scope)
        rows = receivables.count_rows(held, counts, upstream.fresh, what.figures.provider)
        found.add("count", len(counts), rows, kinds=counts)
    if funds is not None:
        _funds(what, found, upstream, funds)
    proved = [one for one in what.proofs if one.account is not None]
    if proved:
        mirrored = clearing.mirrored_rows(proved, control, what.figures.provider) if control is not None else None
        found.add("clearing", len(proved), clearing.unexplained_rows(proved) if mirrored is None else mirrored)
    return found


def _from_store(what: Verifying, found: _Found, upstream: Upstream, own: Sequence[Any]) -> None:
    """Our own records as the last sync left them; those that the feeds tell of now are named already."""
    with what.database.read() as connection:
        values = proving.values_of(connection, what.scope, [(one.kind, one.external_id) for one in own])
    rows = [
        row for row in posted_rows(own, values, what.figures.provider)
        if not any(key[1] == row.subject for key in upstream.changes)
    ]  # fmt: skip
    found.add("posted", len(own), rows)


def _funds(what: Verifying, found: _Found, upstream: Upstream, funds: Any) -> None:
    since = what.on - timedelta(days=processor.BACK_DAYS)
    until = what.on - timedelta(days=processor.PAYOUT_DAYS)
    with what.database.read() as connection:
        ours = proving.funds(connection, what.scope)
        first = proving.first_movement(connection, what.scope) if what.since is not None else None
        missing = proving.payouts_without_line(connection, what.scope, what.entity_id, since, until)
        compared = proving.payouts_counted(connection, what.scope, since, until)
        reach = proving.bank_reach(connection, what.scope.organisation_id, what.entity_id)
    fresh: Counter[str] = Counter()
    for value in upstream.fresh_values:
        if isinstance(value, BalanceTransaction):
            fresh[value.net.currency] += value.net.minor
    rows = processor.funds_rows(ours, funds, fresh=fresh, since=first, provider=what.figures.provider)
    balances = {
        currency: {"ours": ours.get(currency, 0), "theirs": funds[currency].minor if currency in funds else 0}
        for currency in sorted({*ours, *funds})
    }
    found.add("funds", len(funds), rows, balances=balances)
    found.add("payout", compared if reach else 0, processor.payout_rows(missing, reach))


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
    told = "everything agrees" if state == "tied" else f"{rows} difference{'' if rows == 1 else 's'}"
    act = Act(
        actor=what.by, verb="books.verify", object_kind="connection", object_id=str(what.scope.connection_id),
        summary=f"Held against {what.figures.provider} as of {what.on.isoformat()}: {told}.",
        detail={"verification": str(own), "state": state, "differences": rows, "calls": calls},
    )  # fmt: skip
    record(connection, what.scope.organisation_id, act, what.now())
