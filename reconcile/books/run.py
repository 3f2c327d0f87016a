"""Reconciling one entity: link mirrors, see what the books hold already, match the rest, save.

One run at a time per entity, by a lock that dies with its holder. Everything is loaded, decided outside of any
transaction, and saved in one; a receipt that somebody decided on meanwhile is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.faults import Conflict
from ledger.receipt import ReceiptStatus
from reconcile.books import world as books
from reconcile.books.actors import ENGINE
from reconcile.books.mirrors import find_links
from reconcile.books.payout_lines import is_paid_out
from reconcile.books.policies import Followed, followed
from reconcile.books.save import Names, doubted, save_result
from reconcile.books.see_cash import see_cash
from reconcile.books.settled import settle_charges
from reconcile.books.unattended import decide_unattended
from reconcile.books.warm import Warm
from reconcile.books.world import World
from reconcile.engine import match
from reconcile.values import Reason, ReceiptOutcome, Result
from store.audit import lock
from store.database import Database
from store.locks import exclusive
from store.matches import dissolve_links, link_mirrors
from store.queries import open_items as queries
from store.queries.documents import find_receipt
from store.queries.receipts import recorded_no_more
from store.queries.renamed import renamed_payers
from store.receipts import (
    change_receipt,
    drop_sighting,
    rename_payer,
)
from store.recordings import drop_recording, suggested

CLOSED_MIRRORS = frozenset({"draft", "void"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What a run did."""

    linked: int
    recorded: int
    changed: int
    looked_at: int
    decided: int = 0
    """Accepted by the policy with nobody looking."""


def reconcile_entity(
    database: Database, organisation_id: UUID, entity: Any, now: Callable[[], datetime], warm: Warm | None = None
) -> Reconciled:
    """Under the policy that the organisation follows. Raises Conflict where another run is under way for longer than this one may wait."""
    with exclusive(database, f"reconcile:{organisation_id}:{entity.id}", wait=True) as held:
        if not held:
            raise Conflict("This entity is being matched already.")
        _reopen(database, organisation_id, entity.id)
        _rename(database, organisation_id, entity.id)
        world = _load(database, organisation_id, entity, warm)
        linked = 0 if warm is not None and warm.is_linked(world) else _link(database, world, now())
        if linked:  # what is the processor's own invoice alone depends on the links
            world = _load(database, organisation_id, entity, warm)
        elif warm is not None:
            warm.note_linked(world)
        recorded = settle_charges(database, world, now())
        if recorded:
            world = _load(database, organisation_id, entity, warm)
        seen = see_cash(database, world, now())
        if seen:
            world = _load(database, organisation_id, entity, warm)
        with database.read() as connection:
            own = followed(connection, organisation_id)
        changed = _match(database, world, own, now(), warm)
        decided = len(decide_unattended(database, organisation_id, entity.id, now))
    return Reconciled(
        linked=linked, recorded=recorded + seen, changed=changed, looked_at=len(world.receipts), decided=decided
    )


def _load(database: Database, organisation_id: UUID, entity: Any, warm: Warm | None) -> World:
    with database.read() as connection:
        rows = None if warm is None else warm.rows(connection, organisation_id, entity.id)
        world = World.load(connection, organisation_id, entity, rows)
    world.kept_items = None if warm is None else warm.made
    return world


def _link(database: Database, world: World, now: datetime) -> int:
    """Mirrors of the processor's invoices in the ledger, where that is certain."""
    linked = {link.mirror_id for link in world.links if link.state == "linked"}
    primaries = {link.primary_id for link in world.links if link.state == "linked"}
    refused = frozenset((link.mirror_id, link.primary_id) for link in world.links if link.state != "linked")
    mirrored = [
        row
        for row in world.of_role("invoices", "processor")
        if row.id not in linked and row.status not in CLOSED_MIRRORS
    ]
    if not mirrored:
        return 0
    free = [
        row
        for row in world.of_role("invoices", "books")
        if row.id not in primaries and row.status not in CLOSED_MIRRORS
    ]
    links = find_links(mirrored, free, world.parties(), refused)
    rows = [
        {
            "organisation_id": world.organisation_id,
            "mirror_id": link.mirror_id,
            "primary_id": link.primary_id,
            "entity_id": world.entity_id,
            "reason": link.reason.value,
            "state": "linked",
            "decided_by": ENGINE,
            "decided_at": now,
        }
        for link in links
    ]
    if not rows:
        return 0
    loaded = {(link.mirror_id, link.primary_id) for link in world.links}
    with database.write() as connection:
        lock(connection, world.organisation_id)
        said = {(link.mirror_id, link.primary_id) for link in queries.links(connection, *world.whose)} - loaded
        fresh = [row for row in rows if (row["mirror_id"], row["primary_id"]) not in said]  # a person spoke meanwhile
        link_mirrors(connection, fresh)
    return len(fresh)


def _reopen(database: Database, organisation_id: UUID, entity_id: UUID) -> int:
    """What hung on a record of the books that was voided or deleted: mirrors part from it, cash waits for an answer again."""
    with database.write() as connection:
        dissolve_links(connection, organisation_id, entity_id, made_by=ENGINE)
        gone = recorded_no_more(connection, organisation_id, entity_id)
        for row in gone:
            drop_sighting(connection, organisation_id, row)
            drop_recording(connection, organisation_id, row.id, (row.connection_id, row.record_kind, row.external_id))
            if row.status == ReceiptStatus.PAYOUT.value:
                continue  # it is a payout still; only the books' record of it is another
            receipt = find_receipt(connection, organisation_id, row.id)
            values = {
                "status": ReceiptStatus.UNMATCHED.value,
                "status_reason": "The books' record of it was taken back or changed; look again.",
                "unapplied_minor": receipt.open_minor,
            }
            change_receipt(connection, organisation_id, row.id, values)
    return len(gone)


def _rename(database: Database, organisation_id: UUID, entity_id: UUID) -> None:
    """Receipts that are named after a customer follow the customer's name, and no decision is touched by it."""
    with database.read() as connection:
        found = renamed_payers(connection, organisation_id, entity_id)
    if found:
        with database.write() as connection:
            for row in found:
                if row.undecided:
                    change_receipt(connection, organisation_id, row.id, {"payer_name": row.payer_name})
                else:
                    rename_payer(connection, organisation_id, row.id, row.payer_name)


def _match(database: Database, world: World, own: Followed, now: datetime, warm: Warm | None) -> int:
    waiting = {ReceiptStatus.ALREADY_RECORDED.value, ReceiptStatus.NOT_A_PAYMENT.value, ReceiptStatus.PARKED.value}
    rows = {str(row.id): row for row in world.receipts if row.status not in waiting and row.open_minor}
    rows = {own: row for own, row in rows.items() if not is_paid_out(row)}
    if not rows:
        return 0
    items = books.items(world)
    payers = books.payers(world)
    disputed = world.disputes()
    free = [row for row in rows.values() if (row.connection_id, row.external_id) not in disputed]
    decide = match if warm is None else warm.match
    result = decide(
        items,
        books.receipt_values(world, free),
        payers,
        books.history(world),
        books.rates(world),
        own.policy.matching,
        books.learnt_facts(world),
    )
    with database.read() as connection:
        doubts = {str(row.receipt_id): row.reason for row in suggested(connection, *world.whose)}
    result = Result(tuple(doubted(one, doubts.get(one.receipt_id, "")) for one in result.outcomes))
    held = [_held(row) for row in rows.values() if (row.connection_id, row.external_id) in disputed]
    nouns = {item.id: "invoices" if item.kind == "invoice" else "credit_notes" for item in items}
    names = Names(
        of={
            **{item.id: item.number or item.id for item in items},
            **{payer.id: payer.name for payer in payers},
            **{own: f"of {row.received_on:%-d %b %Y}" for own, row in rows.items()},
        }
    )
    with database.write() as connection:
        lock(connection, world.organisation_id)
        standing = {str(row.id): row for row in queries.receipts_to_match(connection, *world.whose)}
        fresh = {own: row for own, row in standing.items() if own in rows and row.revision == rows[own].revision}
        kept = Result(tuple(item for item in (*result.outcomes, *held) if item.receipt_id in fresh))
        return save_result(
            connection,
            world.organisation_id,
            world.entity_id,
            kept,
            fresh,
            nouns,
            names,
            now,
            policy_version=own.version,
        )


def _held(row: Any) -> ReceiptOutcome:
    """A charge under dispute: its money may go back, so nothing is applied until that is decided."""
    return ReceiptOutcome(str(row.id), "unmatched", row.open_minor, (Reason("disputed"),))
