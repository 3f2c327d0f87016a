"""The paths under /api.xro/2.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, g, request

from sandbox.xero.desk.answers import Desk, head
from sandbox.xero.desk.books import Books
from sandbox.xero.desk.faults import Refusal, not_found
from sandbox.xero.desk.gate import JSON, Gate
from sandbox.xero.desk.hooks import Herald
from sandbox.xero.desk.kinds import Kind, kind_at
from sandbox.xero.desk.listing import Listed, list_records
from sandbox.xero.desk.reports import report
from sandbox.xero.desk.wire import encode
from sandbox.xero.desk.writing import add_writing, refused

PREFIX = "/api.xro/2.0"
_BY_NUMBER = {"Invoices": "InvoiceNumber", "CreditNotes": "CreditNoteNumber"}


def api_blueprint(gate: Gate, desks: Mapping[str, Desk], herald: Herald) -> Blueprint:
    api = Blueprint("api", __name__, url_prefix=PREFIX)

    @api.before_request
    def admit() -> Response | None:
        return gate.admit()

    @api.after_request
    def limits(response: Response) -> Response:
        gate.head(response)
        return response

    @api.teardown_request
    def leave(_: BaseException | None) -> None:
        gate.leave()

    @api.errorhandler(Refusal)
    def refuse(refusal: Refusal) -> Response:
        return refused(refusal)

    _reading(api, gate, desks)
    _reporting(api, gate, desks)
    add_writing(api, gate, desks, herald)
    return api


def envelope(gate: Gate, kind: Kind, listed: Listed) -> Response:
    first = head(gate)
    if listed.pagination is not None:
        first["pagination"] = listed.pagination
    body = encode(first)[:-1] + b',"' + kind.list_name.encode() + b'":[' + b",".join(listed.rows) + b"]}"
    return Response(body, content_type=JSON)


def _reading(api: Blueprint, gate: Gate, desks: Mapping[str, Desk]) -> None:
    def known(name: str) -> Kind:
        kind = kind_at(name)
        if kind is None:
            raise not_found()
        g.kind = kind.name
        return kind

    @api.get("/<name>")
    def read_list(name: str) -> Response:
        kind, desk = known(name), desks[g.tenant]
        with desk.books.lock:
            listed = list_records(desk.books, desk.views, kind, request.args, request.headers.get("If-Modified-Since"))
        return envelope(gate, kind, listed)

    @api.get("/<name>/<record_id>")
    def read_one(name: str, record_id: str) -> Response:
        kind, desk = known(name), desks[g.tenant]
        with desk.books.lock:
            row = desk.books.raw(kind.name, _key(desk.books, kind, record_id))
        return envelope(gate, kind, Listed([row], None))


def _reporting(api: Blueprint, gate: Gate, desks: Mapping[str, Desk]) -> None:
    @api.get("/Reports/<name>")
    def read_report(name: str) -> Response:
        g.kind, books = name, desks[g.tenant].books
        with books.lock:
            body = report(books, name, request.args)
        return Response(encode({**head(gate), "Reports": [body]}), content_type=JSON)


def _key(books: Books, kind: Kind, wanted: str) -> str:
    """An id, or the number of an invoice or credit note."""
    if books.get(kind.name, wanted) is not None:
        return wanted
    if books.get(kind.name, wanted.lower()) is not None:
        return wanted.lower()
    number: Callable[[str], str | None] = books.numbers.get
    if kind.name == "Invoices" and (found := number(wanted)) is not None:
        return found
    field = _BY_NUMBER.get(kind.name)
    if field == "CreditNoteNumber":
        for record in books.store.all(kind.name):
            if record.get(field) == wanted:
                return str(record[kind.id_field])
    raise not_found()
