"""The writing paths: one call with one or many records, all or nothing unless each record's own fate is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, g, request

from sandbox.xero.desk.answers import Desk, head
from sandbox.xero.desk.faults import Invalid, Refusal, bad_post, not_found, validation_body
from sandbox.xero.desk.gate import JSON, Gate
from sandbox.xero.desk.hooks import Herald
from sandbox.xero.desk.idempotency import IdempotencyKeys
from sandbox.xero.desk.inputs import NOT_FOUND
from sandbox.xero.desk.kinds import CREDITS, KINDS, kind_at
from sandbox.xero.desk.wire import Record, decode, encode
from sandbox.xero.desk.writes import Writer

_SAYS_STATUS = frozenset({"Invoices", "CreditNotes", "Payments", "BankTransactions", "Contacts"})
_NO_UPDATE = frozenset({"BankTransfers"})
Do = Callable[[Record], str]


def add_writing(api: Blueprint, gate: Gate, desks: Mapping[str, Desk], herald: Herald) -> None:
    keys = IdempotencyKeys(gate.clock)

    def answered(work: Callable[[Desk], Response]) -> Response:
        """Under the books' lock, once for each idempotency key; those who listen are told afterwards."""
        desk = desks[g.tenant]
        call = (request.method, request.full_path, str(g.tenant), request.get_data())

        def done() -> Response:
            try:
                return work(desk)
            except Refusal as refusal:
                return refused(refusal)

        with desk.books.lock:
            try:
                return keys.answer(request.headers.get("Idempotency-Key"), call, done)
            finally:
                herald.flush(desk.books)

    _records(api, gate, answered)
    _allocations(api, gate, answered)


def refused(refusal: Refusal) -> Response:
    if isinstance(refusal.body, str):
        return Response(refusal.body, refusal.status, content_type="text/html; charset=utf-8")
    return Response(encode(refusal.body), refusal.status, content_type=JSON)


def _records(api: Blueprint, gate: Gate, answered: Callable[[Callable[[Desk], Response]], Response]) -> None:
    @api.put("/<name>")
    def create(name: str) -> Response:
        name = _known(name)
        return answered(lambda desk: _many(gate, desk, name, lambda item: Writer(desk.books).create(name, item)))

    @api.post("/<name>")
    def update(name: str) -> Response:
        name = _known(name, update=True)
        return answered(lambda desk: _many(gate, desk, name, lambda item: Writer(desk.books).update(name, item)))

    @api.post("/<name>/<record_id>")
    def update_one(name: str, record_id: str) -> Response:
        name = _known(name, update=True)

        def work(desk: Desk) -> Response:
            desk.books.need(name, record_id.lower())
            return _many(gate, desk, name, lambda item: Writer(desk.books).update(name, item, record_id))

        return answered(work)


def _known(path: str, *, update: bool = False) -> str:
    """The name of the kind that the path writes to; Refusal 404 for one that takes no such writes."""
    kind = kind_at(path)
    if kind is None or not Writer(g.books).takes(kind.name) or (update and kind.name in _NO_UPDATE):
        raise not_found()
    g.kind = kind.name
    return kind.name


def _many(gate: Gate, desk: Desk, name: str, do: Do) -> Response:
    items = _items(KINDS[name].list_name)
    each = request.args.get("summarizeErrors", "").lower() == "false"
    try:
        with desk.books.undo.trial():
            rows = [_one(desk, name, item, do) for item in items]
            if not each and any(row.get("ValidationErrors") for row in rows):
                raise _TakenBack
    except _TakenBack:
        return Response(encode(validation_body(rows)), 400, content_type=JSON)
    if each and name in _SAYS_STATUS:
        rows = [{**row, "StatusAttributeString": "ERROR" if row.get("ValidationErrors") else "OK"} for row in rows]
    return Response(encode({**head(gate), KINDS[name].list_name: rows}), content_type=JSON)


class _TakenBack(Exception):
    pass


def _one(desk: Desk, name: str, item: Record, do: Do) -> Record:
    """The record as it stands now, or what was sent with the reasons why not."""
    try:
        with desk.books.undo.trial():
            key = do(item)
    except Invalid as invalid:
        return {**item, "ValidationErrors": [{"Message": message} for message in invalid.messages]}
    except Refusal as refusal:
        if refusal.status != 404:
            raise
        return {**item, "ValidationErrors": [{"Message": NOT_FOUND}]}
    return desk.views.view(name, desk.books.need(name, key))


def _items(wrapper: str) -> list[Record]:
    """The records in the body: a list under the kind's name, or one by itself."""
    try:
        body: Any = decode(request.get_data())
    except ValueError as error:
        raise bad_post("The request body is not JSON") from error
    rows = body.get(wrapper, [body]) if isinstance(body, dict) else body
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise bad_post(f"The request body must hold {wrapper}")
    return rows


def _allocations(api: Blueprint, gate: Gate, answered: Callable[[Callable[[Desk], Response]], Response]) -> None:
    @api.put("/<name>/<record_id>/Allocations")
    def allocate(name: str, record_id: str) -> Response:
        g.kind = "Allocations"
        if name not in CREDITS:
            raise not_found()
        return answered(lambda desk: _allocate(gate, desk, name, record_id.lower()))

    @api.delete("/<name>/<record_id>/Allocations/<allocation_id>")
    def unallocate(name: str, record_id: str, allocation_id: str) -> Response:
        g.kind = "Allocations"
        if name not in CREDITS:
            raise not_found()

        def work(desk: Desk) -> Response:
            try:
                gone = Writer(desk.books).clerk.delete_allocation(name, record_id.lower(), allocation_id.lower())
            except Invalid as invalid:
                rows: list[Record] = [{"ValidationErrors": [{"Message": message} for message in invalid.messages]}]
                return Response(encode(validation_body(rows)), 400, content_type=JSON)
            return Response(encode(desk.views.allocation(gone)), content_type=JSON)

        return answered(work)


def _allocate(gate: Gate, desk: Desk, name: str, record_id: str) -> Response:
    desk.books.need(name, record_id)
    rows: list[Record] = []
    writer = Writer(desk.books)
    try:
        with desk.books.undo.trial():
            for item in _items("Allocations"):
                rows.append({**item, "ValidationErrors": []})
                invoice, amount = writer.inputs.invoice(item), writer.inputs.amount(item)
                made = writer.clerk.allocate(name, record_id, invoice, amount, writer.inputs.day(item))
                rows[-1] = desk.views.allocation(made)
    except Invalid as invalid:
        rows[-1] = {**rows[-1], "ValidationErrors": [{"Message": message} for message in invalid.messages]}
        return Response(encode(validation_body(rows)), 400, content_type=JSON)
    return Response(encode({**head(gate), "Allocations": rows}), content_type=JSON)
