"""`/findings`: data that came and looked wrong or was not understood."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from store.queries.screens import connections
from webapp.auth.rights import Right, needs
from webapp.context import database, organisation_id, parse_id
from webapp.paging import Paging

blueprint = Blueprint("findings", __name__)


@blueprint.get("/findings")
@needs(Right.READ)
def page() -> str:
    given = request.args.get("connection")
    chosen = parse_id(given) if given else None
    with database().read() as connection:
        counts = connections.finding_counts(connection, organisation_id())
        standing = connections.listed(connection, organisation_id())
        paging = Paging.of(request.args.get("page"), counts.get(chosen, 0) if chosen else sum(counts.values()))
        rows = connections.findings_page(connection, organisation_id(), chosen, limit=paging.size, offset=paging.offset)
    return render_template(
        "findings.html", rows=rows, paging=paging, counts=counts, connections=standing, chosen=chosen
    )
