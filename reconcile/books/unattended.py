"""Deciding with nobody looking: what the policy allows, of classes that are proved, and never what a person has touched.

The match is accepted in the policy's name instead of waiting under Ready. Nothing is written to the books by it, and it is
undone as a person's is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.faults import Conflict, Refused
from reconcile.books.actors import MACHINES, POLICY
from reconcile.books.decisions import Deciding
from reconcile.books.policies import followed, unit
from reconcile.books.proofs import Proof, proofs
from reconcile.policy import Unattended
from store.database import Database
from store.queries.unattended import ready_untouched

AT_ONCE = 100  # decisions in one transaction: others wait for it


def decide_unattended(
    database: Database, organisation_id: UUID, entity_id: UUID, now: Callable[[], datetime]
) -> list[UUID]:
    """Accepts what may be accepted; gives the receipts."""
    with database.read() as connection:
        rules = followed(connection, organisation_id).policy.unattended
        if not rules.on or not rules.classes:
            return []
        rows = ready_untouched(connection, organisation_id, entity_id, machines=sorted(MACHINES))
    deciding, done = Deciding(database, organisation_id, POLICY), []
    for part in _parts([row for row in rows if may_decide(rules, row)]):
        done += _accept(deciding, part, now)
    return done


def may_decide(rules: Unattended, row: Any) -> bool:
    """`row`: a proposal with its receipt's currency and whole amount."""
    proof = proofs().get(row.evidence or "")
    if proof is None or not proof.proved:
        return False  # a later version of the matcher may have lost a proof that it once had
    return rules.allows(proof.code, row.currency, row.amount_minor, unit(row.currency))


def why_it_waits(rules: Unattended, proof: Proof | None, currency: str, amount_minor: int) -> str:
    """What keeps a certain answer from being accepted with nobody looking, in one sentence."""
    if proof is None or not proof.proved:
        return "Its class of evidence is not proved on the benchmark, so a person decides."
    if not rules.on:
        return "Nothing is decided with nobody looking here; Settings, Matching switches it on."
    if proof.code not in rules.classes:
        return "Its class of evidence is not switched on under Settings, Matching."
    size = unit(currency)
    if rules.needs_two(currency, amount_minor, size):
        return "It is above the sum that takes two people."
    if not rules.allows(proof.code, currency, amount_minor, size):
        return "It is above the cap for this currency, or the currency has none."
    return "A person has decided on this receipt before, so it stays a person's."


def _accept(deciding: Deciding, rows: Sequence[Any], now: Callable[[], datetime]) -> list[UUID]:
    done = []
    with deciding.alone() as connection:
        rules = followed(connection, deciding.organisation_id).policy.unattended
        for row in rows:
            if not may_decide(rules, row):  # switched off meanwhile
                continue
            try:
                with connection.begin_nested():
                    deciding.accept_in(connection, row.id, seen=row.revision, now=now())
            except (Conflict, Refused):
                continue  # a person, or the books, were first
            done.append(row.receipt_id)
    return done


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
