"""The paths under /v3/company: who may call and how often, then reading, writing, changes, batch and reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID

from flask import Blueprint, Response, g, request

from sandbox.core.clock import SandboxClock
from sandbox.core.limits import FixedWindows
from sandbox.core.oauth import AuthorizationServer
from sandbox.quickbooks.aged import aged_detail, aged_receivables
from sandbox.quickbooks.batch import operate, run_batch
from sandbox.quickbooks.books import Books
from sandbox.quickbooks.changes import changed
from sandbox.quickbooks.faults import UNSUPPORTED, Refusal, fault_body, missing, throttled_body, token_body
from sandbox.quickbooks.kinds import BY_PATH, Kind
from sandbox.quickbooks.links import Links
from sandbox.quickbooks.query import parse
from sandbox.quickbooks.replies import Replies
from sandbox.quickbooks.select import select
from sandbox.quickbooks.statements import balance_sheet, transaction_list, trial_balance
from sandbox.quickbooks.wire import Record, decode, encode, envelope_time
from sandbox.quickbooks.writes import Writer

JSON = "application/json;charset=UTF-8"
BODY_UNREADABLE = "2010"
Report = Callable[[Books, Links, Mapping[str, str], datetime], Record]
REPORTS: dict[str, Report] = {
    "AgedReceivables": aged_receivables,
    "AgedReceivableDetail": aged_detail,
    "TrialBalance": trial_balance,
    "TrialBalanceFR": trial_balance,
    "BalanceSheet": balance_sheet,
    "TransactionList": transaction_list,
}


@dataclass(frozen=True)
class Desk:
    """One company as the API serves it."""

    books: Books
    links: Links
    writer: Writer
    replies: Replies = field(default_factory=Replies)


@dataclass(frozen=True)
class Gate:
    """What stands before every call, and what is told after a write."""

    clock: SandboxClock
    server: AuthorizationServer
    limits: FixedWindows
    batches: FixedWindows
    chance: Random
    desks: Mapping[str, Desk]
    flush: Callable[[Books], None]


def api_blueprint(gate: Gate) -> Blueprint:
    api = Blueprint("api", __name__, url_prefix="/v3/company/<realm>")

    @api.before_request
    def admit() -> Response | None:
        return _admit(gate, str((request.view_args or {}).get("realm")))

    @api.after_request
    def number(response: Response) -> Response:
        response.headers["intuit_tid"] = str(UUID(int=gate.chance.getrandbits(128), version=4))
        return response

    @api.teardown_request
    def leave(_: BaseException | None) -> None:
        if g.pop("entered", False):
            gate.limits.leave(g.tenant)

    @api.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response:
        return Response(encode(fault_body(refusal, gate.clock.now())), refusal.status, content_type=JSON)

    _reading(api, gate)
    _listing(api, gate)
    _writing(api, gate)
    return api


def _admit(gate: Gate, realm: str) -> Response | None:
    now = gate.clock.now()
    g.tenant = realm
    grant = gate.server.authenticate(request.headers.get("Authorization"))
    if grant is None:
        return Response(encode(token_body("Token expired or invalid", now)), 401, content_type=JSON)
    if grant.tenant != realm or realm not in gate.desks:
        body = token_body("The token was not given for this company", now, forbidden=True)
        return Response(encode(body), 403, content_type=JSON)
    verdict = gate.limits.enter(realm)
    if not verdict.allowed:
        return Response(encode(throttled_body(now)), 429, content_type=JSON)
    g.entered = True
    return None


def _envelope(gate: Gate, name: str, inner: bytes) -> Response:
    time = encode(envelope_time(gate.clock.now()))
    return Response(b'{"' + name.encode() + b'":' + inner + b',"time":' + time + b"}", content_type=JSON)


def _reading(api: Blueprint, gate: Gate) -> None:
    @api.get("/<path>/<record_id>")
    def read(realm: str, path: str, record_id: str) -> Response:
        kind = _kind(path)
        books = gate.desks[realm].books
        wanted = "1" if kind.name == "CompanyInfo" and record_id == realm else record_id
        with books.lock:
            return _envelope(gate, kind.name, books.raw(kind.name, books.need(kind.name, wanted)["Id"]))

    @api.get("/preferences")
    def preferences(realm: str) -> Response:
        g.kind = "Preferences"
        return _envelope(gate, "Preferences", gate.desks[realm].books.raw("Preferences", "1"))

    @api.get("/exchangerate")
    def exchange_rate(realm: str) -> Response:
        g.kind = "ExchangeRate"
        return _envelope(gate, "ExchangeRate", encode(_rate(gate.desks[realm].books, request.args)))

    @api.get("/reports/<name>")
    def report(realm: str, name: str) -> Response:
        g.kind = name
        if name not in REPORTS:
            raise Refusal(UNSUPPORTED, f"Report {name} is not offered.")
        desk = gate.desks[realm]
        with desk.books.lock:
            body = REPORTS[name](desk.books, desk.links, request.args, gate.clock.now())
        return Response(encode(body), content_type=JSON)


def _rate(books: Books, asked: Mapping[str, str]) -> Record:
    code = asked.get("sourcecurrencycode")
    if not code:
        raise missing("sourcecurrencycode")
    day = asked.get("asofdate") or books.today().isoformat()
    rows = [row for row in books.all("ExchangeRate") if row["SourceCurrencyCode"] == code and row["AsOfDate"] <= day]
    if not rows:
        raise Refusal("610", f"Object Not Found : no rate of {code} on {day}")
    return max(rows, key=lambda row: str(row["AsOfDate"]))


def _listing(api: Blueprint, gate: Gate) -> None:
    @api.route("/query", methods=["GET", "POST"])
    def query(realm: str) -> Response:
        statement = request.args.get("query")
        if statement is None:
            statement = request.get_data().decode(errors="replace")
        asked = parse(statement)
        g.kind = asked.kind
        return _envelope(gate, "QueryResponse", select(gate.desks[realm].books, asked))

    @api.get("/cdc")
    def cdc(realm: str) -> Response:
        g.kind = request.args.get("entities")
        since = request.args.get("changedSince")
        body = changed(gate.desks[realm].books, g.kind, since, gate.clock.now())
        return Response(body, content_type=JSON)


def _writing(api: Blueprint, gate: Gate) -> None:
    @api.post("/batch")
    def batch(realm: str) -> Response:
        g.kind = "batch"
        if not gate.batches.enter(realm).allowed:
            return Response(encode(throttled_body(gate.clock.now())), 429, content_type=JSON)
        gate.batches.leave(realm)
        desk = gate.desks[realm]
        return _once(
            gate,
            desk,
            lambda body: _envelope(gate, "BatchItemResponse", run_batch(desk.books, desk.writer, body)),
            batch=True,
        )

    @api.post("/<path>")
    def write(realm: str, path: str) -> Response:
        kind = _kind(path)
        desk = gate.desks[realm]
        operation, options = request.args.get("operation", ""), request.args.get("include", "")

        def perform(body: Record) -> Response:
            record = operate(desk.writer, kind.name, body, operation, options)
            return _envelope(gate, kind.name, encode(record))

        return _once(gate, desk, perform)


def _once(gate: Gate, desk: Desk, perform: Callable[[Record], Response], *, batch: bool = False) -> Response:
    """Do a write, or give back the reply that its request id had before."""
    raw = request.get_data()
    request_id = request.args.get("requestid", "")
    asked = request.path.encode() + request.args.get("operation", "").encode() + raw
    with desk.books.lock:
        held = desk.replies.find(request_id, asked, batch=batch) if request_id else None
        if held is not None:
            return Response(held, content_type=JSON)
        try:
            body = decode(raw)
        except ValueError:
            raise Refusal(BODY_UNREADABLE, "Request body is no JSON") from None
        if not isinstance(body, dict):
            raise Refusal(BODY_UNREADABLE, "Request body is no JSON object")
        response = perform(body)
        if request_id:
            desk.replies.keep(request_id, asked, response.get_data())
        gate.flush(desk.books)
    return response


def _kind(path: str) -> Kind:
    kind = BY_PATH.get(path.lower())
    if kind is None:
        raise Refusal(UNSUPPORTED, f"Operation {path} is not supported.")
    g.kind = kind.name
    return kind
