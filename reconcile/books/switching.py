"""Switching automatic decisions on: only classes that the benchmark has proved, and only after a replay of one's own.

A replay of the last 90 days must have checked at least 30 decisions of the classes that are on, and found none wrong. It
must be of these days, and under the rules that are followed now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from ledger.faults import NotFound, Refused
from reconcile.books.policies import Followed, change, check, followed, rules_digest
from reconcile.books.proofs import Proof, proofs
from reconcile.bounds import interval
from reconcile.policy import OwnPolicy
from store.audit import lock
from store.database import Connection
from store.replays import newest_replay, tallies

DAYS = 90
CHECKED_MIN = 30
FRESH_FOR = timedelta(days=14)  # a month's new customers and prices make an older replay speak of another business


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How an organisation's own decisions of a class came out. unchecked: nobody has said what was right."""

    agreed: int = 0
    wrong: int = 0
    unchecked: int = 0

    @property
    def checked(self) -> int:
        return self.agreed + self.wrong

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Where the rate of wrong ones lies, at 95 %; None where none was checked."""
        return interval(self.wrong, self.checked) if self.checked else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A class of evidence, whether it is on, and why it may not be switched on; None where it may."""

    proof: Proof
    tally: Tally
    on: bool
    closed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """All of it at a moment. replay: the newest that came to its end."""

    standing: Followed
    replay: Any
    gates: tuple[Gate, ...]

    @property
    def tally(self) -> Tally:
        return _sum([gate.tally for gate in self.gates])


def switches(connection: Connection, organisation_id: UUID, today: date) -> Switches:
    standing = followed(connection, organisation_id)
    replay = newest_replay(connection, organisation_id, done=True)
    own = {} if replay is None else tally_by_class(connection, organisation_id, replay.id)
    stale = _stale(replay, standing, today)
    on = standing.policy.unattended.classes
    found = tuple(
        Gate(
            proof=proof,
            tally=own.get(code, Tally()),
            on=code in on,
            closed=_closed(proof, own, on, stale),
        )
        for code, proof in proofs().items()
    )
    return Switches(standing=standing, replay=replay, gates=found)


def tally_by_class(connection: Connection, organisation_id: UUID, replay_id: UUID) -> dict[str, Tally]:
    counts: dict[str, Counter[str]] = {}
    for row in tallies(connection, organisation_id, replay_id):
        counts.setdefault(row.evidence, Counter())[row.verdict] += row.cases
    return {
        code: Tally(agreed=one["agreed"], wrong=one["wrong"], unchecked=one["unchecked"])
        for code, one in counts.items()
    }


def switch_class(
    connection: Connection, organisation_id: UUID, code: str, *, on: bool, actor: str, today: date, now: datetime
) -> str:
    """Gives the policy's version. Raises NotFound, Refused with the sentence that says what is missing."""
    proof = proofs().get(code)
    if proof is None:
        raise NotFound(f"There is no class of evidence {code!r}.")
    lock(connection, organisation_id)
    own = followed(connection, organisation_id).policy
    classes = own.unattended.classes | {code} if on else own.unattended.classes - {code}
    wanted = msgspec.structs.replace(own, unattended=msgspec.structs.replace(own.unattended, classes=classes))
    note = f"“{proof.words.rstrip('.')}” was switched {'on' if on else 'off'}."
    return apply(connection, organisation_id, wanted, actor=actor, note=note, today=today, now=now)


def switch_all(
    connection: Connection, organisation_id: UUID, *, on: bool, actor: str, today: date, now: datetime
) -> str:
    """Automatic decisions as a whole; off is always possible. Raises BadInput (no cap), Refused (no class is on)."""
    lock(connection, organisation_id)
    own = followed(connection, organisation_id).policy
    wanted = msgspec.structs.replace(own, unattended=msgspec.structs.replace(own.unattended, on=on))
    note = f"Automatic decisions were switched {'on' if on else 'off'}."
    return apply(connection, organisation_id, wanted, actor=actor, note=note, today=today, now=now)


def apply(
    connection: Connection,
    organisation_id: UUID,
    wanted: OwnPolicy,
    *,
    actor: str,
    note: str,
    today: date,
    now: datetime,
) -> str:
    """The one way to a new policy: what it switches on must be proved, and other rules switch it off until they are.

    Gives the version. Raises Refused, BadInput.
    """
    check(wanted)
    lock(connection, organisation_id)
    found = switches(connection, organisation_id, today)
    own = found.standing.policy
    if wanted.unattended.on and rules_digest(wanted.matching) != rules_digest(own.matching):
        wanted = msgspec.structs.replace(wanted, unattended=msgspec.structs.replace(wanted.unattended, on=False))
        note = f"{note} Automatic decisions are off until a replay under the new rules."
    unattended = wanted.unattended
    asked = unattended.classes - own.unattended.classes
    if unattended.on and not own.unattended.on:
        asked = unattended.classes
        if not asked:
            raise Refused("No class of evidence is switched on yet; switch on at least one that is proved.")
    known = {gate.proof.code: gate for gate in found.gates}
    for code in sorted(asked):
        if code not in known:
            raise NotFound(f"There is no class of evidence {code!r}.")
        closed = known[code].closed
        if closed is not None:
            raise Refused(f"{known[code].proof.words} {closed}")
    return change(connection, organisation_id, wanted, actor=actor, note=note, now=now)


def _stale(replay: Any, standing: Followed, today: date) -> str | None:
    """Why no replay speaks for these days and rules."""
    if replay is None:
        return f"Replay the last {DAYS} days first."
    if today - replay.until > FRESH_FOR:
        return f"The last replay is older than {FRESH_FOR.days} days; run it again."
    if replay.rules_digest != rules_digest(standing.policy.matching):
        return "The matching rules were changed since the last replay; run it again."
    return None


def _closed(proof: Proof, own: Mapping[str, Tally], on: frozenset[str], stale: str | None) -> str | None:
    if not proof.proved:
        return "Not proved on the benchmark: a person decides."
    if stale is not None:
        return stale
    mine = own.get(proof.code, Tally())
    if mine.wrong:
        return f"{mine.wrong} of {mine.checked} in your replay would have been wrong."
    checked = _sum([own.get(code, Tally()) for code in on | {proof.code}]).checked
    if checked < CHECKED_MIN:
        return f"Only {checked} decisions of your replay could be checked; {CHECKED_MIN} are needed."
    return None


def _sum(tallies_: list[Tally]) -> Tally:
    return Tally(
        agreed=sum(one.agreed for one in tallies_),
        wrong=sum(one.wrong for one in tallies_),
        unchecked=sum(one.unchecked for one in tallies_),
    )
