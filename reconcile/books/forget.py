"""What was learnt about a payer, and forgetting it: audited, and undone by remembering it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.faults import BadInput, NotFound
from reconcile.books import world as books
from reconcile.books.learning import SIGNS
from reconcile.books.world import World
from reconcile.habits import Habits
from reconcile.memory import PROVEN, Memory
from store import tenancy
from store.audit import Act, lock, record
from store.database import Connection, Database
from store.forgotten import add_forgotten, find_forgotten, restore
from store.queries.learning import forgotten_signs
from store.queries.screens import customers

_WORDS = {"alias": "name", "account": "account", "email": "e-mail"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """One sign by which a payer is known. forgotten_id: it is to be forgotten, and by which act."""

    kind: str
    value: str
    confirmations: int
    forgotten_id: UUID | None = None
    forgotten_by: str = ""

    @property
    def words(self) -> str:
        return _WORDS[self.kind]

    @property
    def counts(self) -> bool:
        """Whether it is confirmed often enough to count by itself."""
        return self.forgotten_id is None and self.confirmations >= PROVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that was learnt about a customer as a payer."""

    signs: tuple[Learnt, ...]
    habits: Habits


def known(connection: Connection, organisation_id: UUID, customer: Any) -> Known:
    """`customer`: a row with its entity."""
    entity = tenancy.find_entity(connection, organisation_id, str(customer.entity_id))
    world = World.load_to_learn(connection, organisation_id, entity)
    own = books.payer_ids(world).get((customer.connection_id, customer.external_id), str(customer.id))
    memory = Memory.of(books.learnt_facts(world))
    signs = [
        Learnt(kind=sign, value=value, confirmations=count)
        for sign, value, payer, count in memory.learnt()
        if payer == own
    ]
    gone = [
        Learnt(kind=row.kind, value=row.value, confirmations=0, forgotten_id=row.id, forgotten_by=row.forgotten_by)
        for row in forgotten_signs(connection, organisation_id, [UUID(own)])
    ]
    standing = {(one.kind, one.value) for one in signs}
    rest = [one for one in gone if (one.kind, one.value) not in standing]
    return Known(signs=(*signs, *rest), habits=memory.habits(own))


def learnt(database: Database, organisation_id: UUID, own_id: UUID) -> tuple[Learnt, ...]:
    """Raises NotFound for a customer who is not here."""
    with database.read() as connection:
        return known(connection, organisation_id, _customer(connection, organisation_id, own_id)).signs


def forget(
    database: Database, organisation_id: UUID, own_id: UUID, kind: str, value: str, *, actor: str, now: datetime
) -> UUID:
    """What was decided until now does not teach this sign any more; what is confirmed later does. Gives the act's id."""
    if kind not in SIGNS:
        raise BadInput("Nothing of this kind is learnt.")
    with database.write() as connection:
        lock(connection, organisation_id)
        customer = _customer(connection, organisation_id, own_id)
        found = known(connection, organisation_id, customer)
        if not any((one.kind, one.value, one.forgotten_id) == (kind, value, None) for one in found.signs):
            raise NotFound("This was not learnt, or is forgotten already; look at the customer again.")
        payer_id = _payer_of(connection, organisation_id, customer)
        act_id = tenancy.new_id(now)
        row = {
            "organisation_id": organisation_id, "id": act_id, "customer_id": payer_id, "kind": kind, "value": value,
            "forgotten_by": actor, "forgotten_at": now,
        }  # fmt: skip
        add_forgotten(connection, row)
        _audit(
            connection,
            organisation_id,
            "memory.forget",
            own_id,
            f"{customer.name}: a payer's {_WORDS[kind]} was forgotten.",
            kind,
            value,
            actor,
            now,
        )
    return act_id


def remember(database: Database, organisation_id: UUID, act_id: UUID, *, actor: str, now: datetime) -> None:
    """Takes a forgetting back. Raises NotFound."""
    with database.write() as connection:
        lock(connection, organisation_id)
        row = find_forgotten(connection, organisation_id, act_id)
        restore(connection, organisation_id, act_id, by=actor, now=now)
        summary = f"A payer's {_WORDS[row.kind]} is remembered again."
        _audit(
            connection, organisation_id, "memory.remember", row.customer_id, summary, row.kind, row.value, actor, now
        )


def customer_id(database: Database, organisation_id: UUID, external_id: str) -> UUID:
    """The id of a customer record by the provider's. Raises NotFound."""
    with database.read() as connection:
        return customers.id_of(connection, organisation_id, external_id)


def _customer(connection: Connection, organisation_id: UUID, own_id: UUID) -> Any:
    row = customers.find(connection, organisation_id, own_id)
    if row is None:
        raise NotFound("This customer does not exist here.")
    return row


def _payer_of(connection: Connection, organisation_id: UUID, customer: Any) -> UUID:
    """The record that stands for the payer: the ledger's, where the processor's is the same party."""
    entity = tenancy.find_entity(connection, organisation_id, str(customer.entity_id))
    owners = books.payer_ids(World.load_to_learn(connection, organisation_id, entity))
    return UUID(owners.get((customer.connection_id, customer.external_id), str(customer.id)))


def _audit(
    connection: Connection, organisation_id: UUID, verb: str, own_id: UUID, summary: str, kind: str, value: str,
    actor: str, now: datetime,
) -> None:  # fmt: skip
    detail = {"kind": kind, "value": value}
    act = Act(actor=actor, verb=verb, object_kind="customer", object_id=str(own_id), summary=summary, detail=detail)
    record(connection, organisation_id, act, now)
