"""`/processor/clearing` and payouts: each clearing account proved at a day, and each payout by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, request

from ledger.faults import BadInput, NotFound
from ledger.money import Money
from proving.clearing import proofs
from proving.clearing_proof import ClearingProof, ProofRow, Section
from proving.payout_proof import payout_proof
from store.database import Connection
from store.queries.screens import processor as screens
from webapp.auth.rights import Right, needs
from webapp.context import database, organisation_id
from webapp.paging import Paging
from webapp.processor.view import Source, sources
from webapp.settings.posting_form import day_of
from webapp.shown import today

blueprint = Blueprint("processor_proofs", __name__, url_prefix="/processor")
ROWS_MAX: Final = 200
SECTIONS: Final = {
    Section.NOT_POSTED: "Not in the books yet", Section.ELSEWHERE: "In the books on another account",
    Section.IN_TRANSIT: "Paid out, not in the books yet", Section.DATED: "On two sides of the day",
    Section.UNEXPLAINED: "Unexplained",
}  # fmt: skip
PAYOUTS: Final = {
    "paid": ("tied", "tick", "Paid"), "pending": ("open", "circle", "Pending"), "in_transit": ("open", "arrow", "On its way"),
    "failed": ("failed", "cross", "Came back"), "canceled": ("quiet", "dash", "Cancelled"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section of a proof. rows: the first of them; number: how many there are."""

    section: Section
    name: str
    sum: Money
    rows: tuple[ProofRow, ...]
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    source: Source
    proof: ClearingProof
    parts: tuple[Part, ...]


@blueprint.get("/clearing")
@needs(Right.READ)
def clearing() -> str:
    through, problem = _through(request.args.get("through", ""))
    with database().read() as connection:
        found = _proved(connection, through)
    return render_template(
        "processor/clearing.html", proved=found, through=through, latest=today(), problem=problem, rows_max=ROWS_MAX
    )


def _through(text: str) -> tuple[date, str]:
    """The day that is asked for, today where none is; and what is wrong with it."""
    try:
        asked = day_of(text, "The day")
    except BadInput as fault:
        return today(), str(fault)
    if asked is not None and asked > today():
        return today(), "That day has not come yet; this is today's proof."
    return asked or today(), ""


def _proved(connection: Connection, through: date) -> list[Proved]:
    known = {one.row.id: one for one in sources(connection, organisation_id())}
    entities = dict.fromkeys(one.row.entity_id for one in known.values())
    return [
        Proved(source=known[one.connection_id], proof=one, parts=_parts(one))
        for entity_id in entities
        for one in proofs(connection, organisation_id(), entity_id, through)
    ]


def _parts(proof: ClearingProof) -> tuple[Part, ...]:
    found = []
    for section, name in SECTIONS.items():
        rows = [row for row in proof.rows if row.section is section]
        if rows or section is Section.UNEXPLAINED:
            found.append(
                Part(
                    section=section, name=name, sum=proof.sum_of(section), rows=tuple(rows[:ROWS_MAX]), number=len(rows)
                )
            )
    return tuple(found)


@blueprint.get("/payouts")
@needs(Right.READ)
def payouts() -> str:
    with database().read() as connection:
        paging = Paging.of(request.args.get("page"), screens.count_payouts(connection, organisation_id()))
        rows = screens.payouts(connection, organisation_id(), limit=paging.size, offset=paging.offset)
    found = [(row, Money(row.amount_minor, row.currency)) for row in rows]
    return render_template("processor/payouts.html", rows=found, paging=paging, states=PAYOUTS)


@blueprint.get("/payouts/<uuid:connection_id>/<payout_id>")
@needs(Right.READ)
def payout(connection_id: UUID, payout_id: str) -> str:
    """The proof of one payout."""
    with database().read() as connection:
        source: Any = next(
            (one for one in sources(connection, organisation_id()) if one.row.id == connection_id), None
        )  # fmt: skip
        if source is None:
            raise NotFound("This payout does not exist here.")
        proof = payout_proof(connection, organisation_id(), source.row.entity_id, connection_id, payout_id)
    line = proof.line
    return render_template(
        "processor/payout.html", source=source, proof=proof, states=PAYOUTS, rows_max=ROWS_MAX,
        line_amount=None if line is None else Money(line.amount_minor, line.currency),
    )  # fmt: skip
