"""Each bank line once: what an entity's statement says against what the store makes of it, to the cent.

The statement is read here by plain XML, so that nothing of ours stands on both sides.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

from sqlalchemy import Connection, and_, select

from reconcile.books.payout_parts import parts_of
from runtime.statements import bring_in
from runtime.wiring import App
from sandbox.run import Sandbox
from store import tenancy
from store.queries import payouts
from store.queries.documents import find_receipt
from store.tables.matching import receipts, sightings
from sync.statements.plan import Asked

FRESH = ("Invoice ", "our account with you")  # how the stand-in's bank words what the books do not know yet


@dataclass(slots=True)
class Cash:
    """One entity. credits: what the file says came in, in minor units; by_status: where each of them stands here."""

    entity: str
    credits: int
    lines: int
    by_status: dict[str, int] = field(default_factory=dict)
    payouts: int = 0
    recorded: int = 0
    waiting: int = 0
    wrong: list[str] = field(default_factory=list)


def import_statements(app: App, organisation_id: UUID, sandbox: Sandbox, *, actor: str) -> dict[UUID, bytes]:
    """Each entity's statement, imported; gives the files by entity."""
    with app.database.read() as connection:
        entities = tenancy.list_entities(connection, organisation_id)
    files = {}
    for name, data in sandbox.bank_statements().items():
        stem = name.partition(".")[0]
        for entity in entities:
            if entity.name.lower().replace(" ", "-").replace(".", "") == stem:
                asked = Asked(organisation_id=organisation_id, entity=entity, file_name=name, data=data)
                bring_in(app, asked, actor=actor)
                files[entity.id] = data
    return files


def cash(app: App, organisation_id: UUID, entity_id: UUID, data: bytes) -> Cash:
    """Holds the matched store against the file."""
    came = _credits(data)
    with app.database.read() as connection:
        entity = tenancy.find_entity(connection, organisation_id, str(entity_id))
        rows = _lines(connection, organisation_id, entity_id)
        told = Cash(entity.name, sum(minor for minor, _, _ in came), len(came))
        for row in rows:
            told.by_status[row.status] = told.by_status.get(row.status, 0) + row.amount_minor
        _compare(connection, told, came, rows)
    if sum(told.by_status.values()) != told.credits:
        told.wrong.append(f"{told.credits} came in, {sum(told.by_status.values())} stands here")
    return told


def _compare(connection: Connection, told: Cash, came: list[tuple[int, str, str]], rows: list[Any]) -> None:
    """Every line has one receipt, of the kind that the file's words tell."""
    wanted = Counter((minor, _kind(name, text)) for minor, name, text in came)
    found: Counter[tuple[int, str]] = Counter()
    for row in rows:
        kind = _found_kind(connection, told, row)
        found[row.amount_minor, kind] += 1
    told.payouts = sum(count for (_, kind), count in found.items() if kind == "payout")
    told.recorded = sum(count for (_, kind), count in found.items() if kind == "recorded")
    told.waiting = sum(count for (_, kind), count in found.items() if kind == "waiting")
    told.wrong += [
        f"{minor}: {kind}, {wanted[minor, kind]} told, {found[minor, kind]} here"
        for minor, kind in sorted({*wanted, *found})
        if wanted[minor, kind] != found[minor, kind]
    ]


def _found_kind(connection: Connection, told: Cash, row: Any) -> str:
    if row.status == "payout":
        receipt = find_receipt(connection, row.organisation_id, row.receipt_id)
        payout = payouts.payout_of(connection, receipt)
        parts = None if payout is None else parts_of(payout, payouts.parts(connection, payout))
        if parts is None or (parts.itemised == "yes" and not parts.adds_up):
            told.wrong.append(f"{row.external_id}: the payout's parts do not add up")
        return "payout"
    held = select(sightings.c.external_id).where(
        sightings.c.organisation_id == row.organisation_id, sightings.c.receipt_id == row.receipt_id,
        sightings.c.kind == "ledger",
    )  # fmt: skip
    return "recorded" if connection.execute(held).first() is not None else "waiting"


def _lines(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Any]:
    """Bank lines with the receipt that each is a sighting of."""
    own = and_(receipts.c.organisation_id == sightings.c.organisation_id, receipts.c.id == sightings.c.receipt_id)
    query = (
        select(sightings, receipts.c.status)
        .join_from(sightings, receipts, own)
        .where(sightings.c.organisation_id == organisation_id, receipts.c.entity_id == entity_id)
        .where(sightings.c.kind == "bank_line", sightings.c.amount_minor > 0)
    )
    return list(connection.execute(query))


def _kind(name: str, text: str) -> str:
    if name == "STRIPE":
        return "payout"
    return "waiting" if text.startswith(FRESH) else "recorded"


def _credits(data: bytes) -> list[tuple[int, str, str]]:
    """(minor units, name, text) of each booked credit; both stand-in currencies have cents."""
    found = []
    for entry in ET.fromstring(data).iter():  # noqa: S314 - the stand-in's own file
        if entry.tag.endswith("}Ntry"):
            said = {part.tag.partition("}")[2]: part.text or "" for part in entry.iter()}
            if said["CdtDbtInd"] == "CRDT":
                found.append((int(Decimal(said["Amt"]) * 100), said.get("Nm", ""), said.get("Ustrd", "")))
    return found
