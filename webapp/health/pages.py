"""/healthz: the process answers. /readyz: what it stands on answers too. /metrics: counts, without names or amounts."""

from __future__ import annotations

import ipaddress

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from ledger.faults import Fault
from runtime.health import check_database, check_queue
from store.queries.screens import gauges
from webapp.auth.rights import public
from webapp.context import app, database

blueprint = Blueprint("health", __name__)
_TEXT = "text/plain; charset=utf-8"
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")


@blueprint.get("/healthz")
@public
def alive() -> Response:
    return Response("ok\n", content_type=_TEXT)


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """Says which part is not well, not why: the reason may name hosts, and `tieout doctor` gives it."""
    checks = (check_database(app().settings), check_queue(app().settings))
    lines = [f"{check.name} {'ok' if check.is_well else 'not ready'}" for check in checks]
    status = 200 if all(check.is_well for check in checks) else 503
    return Response("\n".join(lines) + "\n", status=status, content_type=_TEXT)


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """For this machine alone; an address that a proxy answers for is not on this machine."""
    if not _is_near() or any(name in request.headers for name in _FORWARDED):
        abort(403, "Metrics are answered on the machine itself only.")
    try:
        with database().read() as connection:
            receipts = gauges.receipts_by_status(connection)
            inbox = gauges.inbox_by_state(connection)
            standing = gauges.connections_by_state(connection)
    except Fault:
        return Response(status=503)
    lines = ["# TYPE tieout_receipts gauge"]
    lines += [f'tieout_receipts{{status="{status}"}} {n}' for status, n in receipts.items()]
    lines += ["# TYPE tieout_inbox_events gauge"]
    lines += [f'tieout_inbox_events{{state="{state}"}} {n}' for state, n in inbox.items()]
    lines += ["# TYPE tieout_connections gauge"]
    lines += [f'tieout_connections{{provider="{p}",state="{s}"}} {n}' for (p, s), n in standing.items()]
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_near() -> bool:
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
