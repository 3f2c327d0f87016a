"""The evidence pack of a receipt, as JSON or PDF, from its page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint
from werkzeug.wrappers import Response

from ledger.faults import NotFound
from proving.close.pack import digest
from proving.evidence.gather import canonical, evidence
from proving.evidence.printed import printed
from runtime.anchoring import anchor
from store.audit import Act, record
from webapp.auth.rights import Right, needs
from webapp.context import app, database, now, organisation_id, person
from webapp.proving.closing import handed

blueprint = Blueprint("evidence", __name__, url_prefix="/receipts")
KINDS = {"json": "application/json", "pdf": "application/pdf"}


@blueprint.get("/<uuid:receipt_id>/evidence.<kind>")
@needs(Right.READ)
def pack(receipt_id: UUID, kind: str) -> Response:
    if kind not in KINDS:
        raise NotFound("The evidence comes as JSON or PDF.")
    anchored = anchor(app(), organisation_id(), "evidence")
    told = None if anchored is None else anchored.told()
    with database().read() as connection:
        found = evidence(connection, organisation_id(), str(receipt_id), now=now(), anchor=told)
    content = canonical(found) if kind == "json" else printed(found)
    name = f"evidence-{receipt_id}.{kind}"
    act = Act(
        actor=person().actor, verb="evidence.export", object_kind="receipt", object_id=str(receipt_id),
        summary="Its evidence was exported.", detail={"format": kind, "files": {name: digest(content)}, "anchor": told},
    )  # fmt: skip
    with database().write() as connection:
        record(connection, organisation_id(), act, now())
    return handed(content, KINDS[kind], name)
