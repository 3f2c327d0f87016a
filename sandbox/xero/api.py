"""The paths under /api.xro/2.0: who may call and how often, then reading, writing and reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from uuid import UUID

from flask import Blueprint, Response, g, request

from sandbox.core.clock import SandboxClock
from sandbox.core.limits import FixedWindows
from sandbox.core.oauth import AuthorizationServer, Grant
from sandbox.xero import scopes
from sandbox.xero.books import Books
from sandbox.xero.connections import Connections
from sandbox.xero.faults import Refusal, bad_request, forbidden, not_found, too_many, unauthorized
from sandbox.xero.kinds import BY_PATH, KINDS, Kind
from sandbox.xero.listing import listed
from sandbox.xero.replies import Replies, Reply
from sandbox.xero.reports import REPORTS
from sandbox.xero.view import alone
from sandbox.xero.wire import decode, encode, millis
from sandbox.xero.writes import Options, delete_allocation, write_allocations, write_items

PREFIX = "/api.xro/2.0"
JSON = "application/json; charset=utf-8"
APP = "app"
PROVIDER_NAME = "Tieout sandbox"
_PROBLEMS = {"minute": "minute", "day": "day", "in_flight": "concurrent"}


@dataclass(frozen=True)
class Gate:
    """What stands before every call, and what is told after a write."""

    clock: SandboxClock
    server: AuthorizationServer
    connections: Connections
    limits: FixedWindows
    app_limits: FixedWindows
    chance: Random
    books: Mapping[str, Books]
    replies: Replies
    flush: Callable[[Books], None]


def api_blueprint(gate: Gate) -> Blueprint:
    api = Blueprint("api", __name__, url_prefix=PREFIX)

    @api.before_request
    def admit() -> None:
        _admit(gate)

    @api.after_request
    def count(response: Response) -> Response:
        for name, value in g.get("remaining", {}).items():
            response.headers[name] = str(value)
        return response

    @api.teardown_request
    def leave(_: BaseException | None) -> None:
        for limits, key in g.pop("entered", []):
            limits.leave(key)

    _reading(api, gate)
    _writing(api, gate)
    return api


def refusal_response(refusal: Refusal) -> Response:
    if isinstance(refusal.body, dict):
        return Response(encode(refusal.body), refusal.status, refusal.headers, content_type=JSON)
    return Response(refusal.body or "", refusal.status, refusal.headers, content_type="text/html; charset=utf-8")


def _admit(gate: Gate) -> None:
    grant = gate.server.authenticate(request.headers.get("Authorization"))
    if grant is None:
        raise unauthorized("TokenExpired: the access token is not valid")
    tenant = (request.headers.get("xero-tenant-id") or "").lower()
    g.tenant = tenant
    if not gate.connections.reaches(tenant) or tenant not in gate.books:
        raise forbidden("AuthenticationUnsuccessful")
    g.entered, g.remaining = [], {}
    _enter(gate.app_limits, APP, {"minute": "X-AppMinLimit-Remaining"}, {"minute": "appminute"})
    _enter(gate.limits, tenant, {"minute": "X-MinLimit-Remaining", "day": "X-DayLimit-Remaining"}, _PROBLEMS)
    _check_scope(grant)
    accepts = request.headers.get("Accept", "*/*").lower()
    if "json" not in accepts:
        raise Refusal(406, "This sandbox answers in JSON only: send Accept: application/json")


def _enter(limits: FixedWindows, key: str, headers: Mapping[str, str], words: Mapping[str, str]) -> None:
    verdict = limits.enter(key)
    g.remaining |= {headers[name]: left for name, left in verdict.remaining.items() if name in headers}
    if verdict.problem is not None:
        raise too_many(words.get(verdict.problem, verdict.problem), verdict.retry_after)
    g.entered.append((limits, key))


def _check_scope(grant: Grant) -> None:
    resource = request.path.removeprefix(PREFIX).strip("/").split("/")
    if resource[0] == "Reports" and resource[-1] in REPORTS:
        name = "/".join(resource)
    elif resource[0].lower() in BY_PATH:
        name = BY_PATH[resource[0].lower()].name
    else:
        return
    if not scopes.allows(grant.scope, name, writes=request.method != "GET"):
        raise forbidden("AuthorizationUnsuccessful: insufficient_scope")


def _reading(api: Blueprint, gate: Gate) -> None:
    @api.get("/Reports/<name>")
    def report(name: str) -> Response:
        g.kind = f"Reports/{name}"
        if name not in REPORTS:
            raise not_found()
        books = gate.books[g.tenant]
        with books.lock:
            made = REPORTS[name][1](books, request.args)
        return _envelope(gate, "Reports", encode([made]))

    @api.get("/<path>")
    def many(path: str) -> Response:
        kind = _kind(path)
        books = gate.books[g.tenant]
        with books.lock:
            records, pagination = listed(books, kind, request.args, request.headers.get("If-Modified-Since"))
        return _envelope(gate, _list_name(kind), records, pagination)

    @api.get("/<path>/<record_id>")
    def one(path: str, record_id: str) -> Response:
        kind = _kind(path)
        books = gate.books[g.tenant]
        with books.lock:
            record = books.get(kind.name, record_id) or _by_number(books, kind, record_id)
            if record is None:
                raise not_found()
            body = encode([alone(books, kind.name, record, four_places=request.args.get("unitdp") == "4")])
        return _envelope(gate, _list_name(kind), body)


def _writing(api: Blueprint, gate: Gate) -> None:
    @api.route("/<path>", methods=["PUT", "POST"])
    @api.route("/<path>/<record_id>", methods=["PUT", "POST"])
    def write(path: str, record_id: str | None = None) -> Response:
        kind = _kind(path)

        def perform(books: Books) -> Response:
            done = write_items(books, kind.name, request.method, _body(), record_id, Options.of(request.args))
            return _envelope(gate, _list_name(kind), encode(done))

        return _once(gate, perform)

    @api.put("/<path>/<record_id>/Allocations")
    def allocations(path: str, record_id: str) -> Response:
        kind = _kind(path)

        def perform(books: Books) -> Response:
            done = write_allocations(books, kind.name, record_id, _body(), Options.of(request.args))
            return _envelope(gate, "Allocations", encode(done))

        return _once(gate, perform)

    @api.delete("/<path>/<record_id>/Allocations/<allocation_id>")
    def allocation(path: str, record_id: str, allocation_id: str) -> Response:
        kind = _kind(path)
        books = gate.books[g.tenant]
        with books.lock:
            done = delete_allocation(books, kind.name, record_id, allocation_id)
            gate.flush(books)
        return Response(encode(done), content_type=JSON)


def _once(gate: Gate, perform: Callable[[Books], Response]) -> Response:
    """Do a write, or give the answer that its idempotency key had before."""
    books = gate.books[g.tenant]
    key = request.headers.get("Idempotency-Key", "")
    asked = b"\n".join([request.method.encode(), request.full_path.encode(), g.tenant.encode(), request.get_data()])
    with books.lock:
        held = gate.replies.find(key, asked) if key else None
        if held is not None:
            return Response(held.body, held.status, content_type=held.content_type)
        try:
            response = perform(books)
        except Refusal as refusal:
            response = refusal_response(refusal)
        if key:
            gate.replies.keep(key, asked, Reply(response.status_code, response.get_data(), str(response.content_type)))
        gate.flush(books)
    return response


def _body() -> object:
    try:
        return decode(request.get_data())
    except ValueError:
        raise bad_request("The request body is no JSON", "PostDataInvalidException", 14) from None


def _kind(path: str) -> Kind:
    kind = BY_PATH.get(path.lower())
    if kind is None:
        raise not_found()
    g.kind = kind.name
    return kind


def _by_number(books: Books, kind: Kind, number: str) -> dict[str, object] | None:
    """Sales documents can be asked for by their number too."""
    word = {"Invoices": "ACCREC", "CreditNotes": "ACCRECCREDIT"}.get(kind.name)
    place = books.keys.get(f"{word}/{number.casefold()}")
    return books.get(place.kind, place.id) if place else None


def _list_name(kind: Kind) -> str:
    return "Organisations" if kind is KINDS["Organisation"] else kind.name


def _envelope(gate: Gate, name: str, records: bytes, pagination: bytes = b"") -> Response:
    head = {
        "Id": str(UUID(int=gate.chance.getrandbits(128), version=4)),
        "Status": "OK",
        "ProviderName": PROVIDER_NAME,
        "DateTimeUTC": f"/Date({millis(gate.clock.now())})/",
    }
    paged = b'"pagination":' + pagination + b"," if pagination else b""
    return Response(encode(head)[:-1] + b"," + paged + b'"' + name.encode() + b'":' + records + b"}", content_type=JSON)
