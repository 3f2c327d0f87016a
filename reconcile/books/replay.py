"""Shadow mode: the last days once more, each receipt matched on its day with what was known then, and nothing written but
how that compares with what people decided or the books did.

It proves the matcher on one's own business before anything is decided with nobody looking (`reconcile.books.switching`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from ledger.faults import Conflict, Fault
from reconcile.books import world as books
from reconcile.books.actors import MACHINES
from reconcile.books.past import Past, days_between, end_of
from reconcile.books.policies import followed, rules_digest
from reconcile.books.save import Names, is_ready
from reconcile.books.switching import DAYS
from reconcile.books.truth import Truth, Truths, agrees
from reconcile.books.world import World
from reconcile.engine import match
from reconcile.explain import sentence
from reconcile.facts import Fact
from reconcile.policy import Policy
from reconcile.values import HistoryRow, Proposal, Receipt
from store import tenancy
from store.audit import Act, record
from store.database import Database
from store.locks import exclusive
from store.queries import replaying
from store.replays import add_cases, add_replay, change_replay, find_replay

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Money of a past day. row: its receipt here; None for a payment of the books that never waited."""

    value: Receipt
    row: Any
    connection_id: UUID
    external_id: str
    truth: Truth | None

    def waited(self, day: date) -> bool:
        """Whether it came before the day and was still not settled."""
        return self.value.received_on < day and (self.truth is None or self.truth.on >= day)


def ask(database: Database, organisation_id: UUID, *, today: date, actor: str, now: datetime) -> UUID:
    """Notes that a replay of the last days is wanted; `run` does it."""
    own_id = tenancy.new_id(now)
    since, until = today - timedelta(days=DAYS), today - _ONE_DAY
    with database.write() as connection:
        add_replay(connection, organisation_id, own_id, since=since, until=until, by=actor, now=now)
        act = Act(
            actor=actor, verb="replay.ask", object_kind="replay", object_id=str(own_id),
            summary=f"A replay of the last {DAYS} days was asked for.",
            detail={"since": since.isoformat(), "until": until.isoformat()},
        )  # fmt: skip
        record(connection, organisation_id, act, now)
    return own_id


def run(database: Database, organisation_id: UUID, replay_id: UUID, now: Callable[[], datetime]) -> None:
    """Runs a replay to its end, or says in its row why it could not. Raises Conflict where one is under way."""
    with exclusive(database, f"replay:{organisation_id}", wait=False) as held:
        if not held:
            raise Conflict("A replay is under way already; its page shows how far it is.")
        try:
            _run(database, organisation_id, replay_id, now)
        except Exception as error:
            problem = (
                str(error) if isinstance(error, Fault) else "It stopped by a fault of ours; the service's log has it."
            )
            with database.write() as connection:
                change_replay(connection, organisation_id, replay_id, state="failed", problem=problem, ended_at=now())
            raise


def _run(database: Database, organisation_id: UUID, replay_id: UUID, now: Callable[[], datetime]) -> None:
    with database.write() as connection:
        row = find_replay(connection, organisation_id, replay_id)
        rules = followed(connection, organisation_id).policy.matching
        change_replay(
            connection, organisation_id, replay_id, state="running", rules_digest=rules_digest(rules), progress=0
        )
        entities = tenancy.list_entities(connection, organisation_id)
    looked_at, cases = 0, []
    for number, entity in enumerate(entities):
        one = _load(database, organisation_id, entity, row.since, row.until, rules)
        looked_at += len(one.of_window)
        for place, day in enumerate(days_between(row.since, row.until)):
            cases += one.day(day)
            done = int((number + (place + 1) / DAYS) / len(entities) * DAYS)
            if place % 5 == 0:
                with database.write() as connection:
                    change_replay(connection, organisation_id, replay_id, progress=min(done, DAYS))
    with database.write() as connection:
        add_cases(connection, organisation_id, replay_id, cases)
        change_replay(
            connection, organisation_id, replay_id, state="done", ended_at=now(), receipts=looked_at,
            automatic=len(cases), progress=DAYS,
        )  # fmt: skip


def _load(
    database: Database, organisation_id: UUID, entity: Any, since: date, until: date, rules: Policy
) -> _Replaying:
    with database.read() as connection:
        world = World.load(connection, organisation_id, entity)
        versions = [
            row
            for noun in ("invoices", "credit_notes")
            for row in replaying.versions_of(connection, organisation_id, noun)
        ]
        accepted = replaying.accepted(connection, organisation_id, entity.id, sorted(MACHINES))
        sightings = replaying.ledger_sightings(connection, organisation_id)
        waiting_since = since - timedelta(days=DAYS)
        rows = replaying.receipts_between(connection, organisation_id, entity.id, waiting_since, until)
    truths = Truths.of(world, accepted, sightings)
    recorded = {(row.connection_id, row.external_id) for row in sightings}
    return _Replaying(
        past=Past.of(world, versions, accepted),
        candidates=_candidates(world, rows, truths, recorded, (waiting_since, until)),
        facts=books.learnt_facts(world),
        rules=rules,
        since=since,
    )


def _candidates(
    world: World, rows: Sequence[Any], truths: Truths, recorded: set[tuple[UUID, str]], window: tuple[date, date]
) -> list[Candidate]:
    """Receipts that stand here, and the books' own payments that never waited because somebody had applied them."""
    found = [
        Candidate(
            value=value,
            row=row,
            connection_id=row.connection_id,
            external_id=row.external_id,
            truth=truths.by_receipt.get(row.id),
        )
        for row, value in zip(rows, books.receipt_values(world, rows, whole=True), strict=True)
    ]
    names = {(row.connection_id, row.external_id): row for row in world.rows["customers"]}
    for row in world.of_role("payments", "books"):
        key = (row.connection_id, row.external_id)
        truth = truths.by_payment.get(key)
        if truth is None or key in recorded or row.paid_on is None or not window[0] <= row.paid_on <= window[1]:
            continue
        value = books.payment_value(row, names.get((row.connection_id, row.customer_external_id or "")))
        found.append(Candidate(value=value, row=None, connection_id=key[0], external_id=key[1], truth=truth))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Replaying:
    """One entity's past days."""

    past: Past
    candidates: Sequence[Candidate]
    facts: Sequence[Fact]
    rules: Policy
    since: date

    @property
    def of_window(self) -> list[Candidate]:
        return [one for one in self.candidates if one.value.received_on >= self.since]

    def day(self, day: date) -> list[dict[str, Any]]:
        """What would have been decided with nobody looking on that day, beside what was right."""
        todays = {one.value.id: one for one in self.candidates if one.value.received_on == day}
        if not todays:
            return []
        world = self.past.on(day)
        waiting = [one.value for one in self.candidates if one.value.id not in todays and one.waited(day)]
        items = books.items(world)
        result = match(
            items, [*(one.value for one in todays.values()), *waiting], books.payers(world), self._history(day),
            books.rates(world), self.rules, self._facts(day),
        )  # fmt: skip
        names = Names(of={**{item.id: item.number or item.id for item in items}, **_customers(world)})
        return [
            _case(todays[outcome.receipt_id], outcome.proposals[0], names)
            for outcome in result.outcomes
            if outcome.receipt_id in todays and is_ready(outcome)
        ]

    def _history(self, day: date) -> list[HistoryRow]:
        """What people had decided by the evening before."""
        world, morning = self.past.world, end_of(day - _ONE_DAY)
        return [
            row for decided_at, row in books.dated_history(world) if decided_at is not None and decided_at <= morning
        ]

    def _facts(self, day: date) -> list[Fact]:
        return [fact for fact in self.facts if fact.on < day]


def _customers(world: World) -> dict[str, str]:
    return {str(row.id): row.name for row in world.rows["customers"]}


def _case(one: Candidate, proposal: Proposal, names: Names) -> dict[str, Any]:
    truth = one.truth
    verdict = "unchecked" if truth is None else "agreed" if agrees(proposal, truth) else "wrong"
    return {
        "evidence": proposal.evidence,
        "verdict": verdict,
        "receipt_id": None if one.row is None else one.row.id,
        "connection_id": one.connection_id,
        "external_id": one.external_id,
        "received_on": one.value.received_on,
        "currency": one.value.currency,
        "amount_minor": one.value.amount_minor,
        "payer_name": one.value.payer_name or None,
        "reference": one.value.reference or None,
        "confidence": proposal.confidence,
        "answer": [[names.of.get(line.item_id, line.item_id), line.item_id, line.applied_minor] for line in proposal.lines],
        "truth": [] if truth is None else [
            [names.of.get(str(own), str(own)), str(own), minor] for own, minor in sorted(truth.lines.items(), key=str)
        ],
        "said_by": "" if truth is None else truth.said_by,
        "reasons": [sentence(names.reason(reason)) for reason in proposal.reasons],
    }  # fmt: skip
