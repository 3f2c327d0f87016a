"""What PUT, POST and DELETE do, item by item: all of a call or nothing, unless each item is to stand for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.xero.allocations import allocate, shown_source, unallocate
from sandbox.xero.banking import delete_transfer, save_transaction, transfer
from sandbox.xero.batches import delete_batch, pay_batch
from sandbox.xero.books import Books, Place
from sandbox.xero.documents import save_document
from sandbox.xero.faults import Invalid, Refusal, bad_request, not_found, validation_body, validation_errors
from sandbox.xero.kinds import KINDS, SOURCES
from sandbox.xero.payments import delete_payment, pay
from sandbox.xero.people import save_contact
from sandbox.xero.view import alone, shown
from sandbox.xero.wire import NO_ID, Record

Body = Mapping[str, Any]
Write = Callable[[Body], Record]
_ALWAYS_TOGETHER = frozenset({"BankTransfers"})  # its address knows no summarizeErrors


@dataclass(frozen=True)
class Options:
    """Of the address: four digits behind the point of a unit price; each item for itself."""

    four_places: bool
    each_alone: bool

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Options:
        return cls(asked.get("unitdp") == "4", str(asked.get("summarizeErrors", "true")).lower() == "false")


def write_items(
    books: Books, kind: str, method: str, body: Any, record_id: str | None, options: Options
) -> list[Record]:
    """The written records as they go out. Refusal 400 with a ValidationException where something is wrong."""
    write = _writer(books, kind, method, record_id, options)
    items = _items(body, kind)
    if record_id is not None:
        items = [{**item, KINDS[kind].id_field: record_id} for item in items]

    def done(item: Body) -> Record:
        written = write(item)
        full = alone(books, kind, written, four_places=options.four_places)
        return {**full, "Warnings": [{"Message": text} for text in written["_warnings"]]} if _warned(written) else full

    if options.each_alone and kind not in _ALWAYS_TOGETHER:
        return _each(books, items, done, KINDS[kind].id_field)
    return _together(books, items, done, kind)


def write_allocations(books: Books, kind: str, source_id: str, body: Any, options: Options) -> list[Record]:
    place = _source(books, kind, source_id)

    def done(item: Body) -> Record:
        made = shown(allocate(books, place, item))
        return {**made, kind[:-1]: shown_source(place), "ValidationErrors": []}

    items = _items(body, "Allocations")
    if options.each_alone:
        return _each(books, items, done, "AllocationID")
    return _together(books, items, done, kind)


def delete_allocation(books: Books, kind: str, source_id: str, allocation_id: str) -> Record:
    place = _source(books, kind, source_id)
    try:
        with books.whole():
            return {**shown(unallocate(books, place, allocation_id)), "IsDeleted": True}
    except Invalid as error:
        element = {KINDS[kind].id_field: place.id, "ValidationErrors": validation_errors(error.messages)}
        raise Refusal(400, validation_body([element])) from None


def _warned(written: Record) -> bool:
    return bool(written.get("_warnings"))


def _writer(books: Books, kind: str, method: str, record_id: str | None, options: Options) -> Write:
    create = method == "PUT"
    four = options.four_places
    if create and record_id is not None:
        raise not_found()
    if kind in {"Invoices", "CreditNotes"}:
        return lambda body: save_document(books, kind, body, create=create, four_places=four)
    if kind == "Contacts":
        return lambda body: save_contact(books, body, create=create)
    if kind == "BankTransactions":
        return lambda body: save_transaction(books, body, create=create, four_places=four)
    if kind == "Payments":
        return (lambda body: pay(books, body)) if record_id is None else lambda body: _end_payment(books, body)
    if kind == "BatchPayments":
        return (lambda body: pay_batch(books, body)) if create else lambda body: delete_batch(books, body)
    if kind == "BankTransfers":
        return (lambda body: transfer(books, body)) if create else lambda body: delete_transfer(books, body)
    raise not_found()


def _end_payment(books: Books, body: Body) -> Record:
    if body.get("Status") != "DELETED":
        raise Invalid("A payment can only be given the status DELETED")
    return delete_payment(books, str(body["PaymentID"]))


def _together(books: Books, items: list[Record], write: Write, kind: str) -> list[Record]:
    failed = []
    written = []
    try:
        with books.whole():
            for item in items:
                try:
                    written.append(write(item))
                except Invalid as error:
                    failed.append(_failed(item, error, KINDS[kind].id_field))
            if failed:
                raise _Undone
    except _Undone:
        raise Refusal(400, validation_body(failed)) from None
    return written


def _each(books: Books, items: list[Record], write: Write, id_field: str) -> list[Record]:
    """Each item with how it went."""
    answers = []
    for item in items:
        try:
            with books.whole():
                answers.append({**write(item), "StatusAttributeString": "OK"})
        except Invalid as error:
            answers.append({**_failed(item, error, id_field), "StatusAttributeString": "ERROR"})
    return answers


def _failed(item: Record, error: Invalid, id_field: str) -> Record:
    return {id_field: NO_ID, **item, "ValidationErrors": validation_errors(error.messages)}


def _items(body: Any, name: str) -> list[Record]:
    """The list under its name, or one bare object."""
    if not isinstance(body, dict):
        raise bad_request("The request body is no JSON object", "PostDataInvalidException", 14)
    found = body.get(name, [body])
    if not isinstance(found, list) or not found or not all(isinstance(item, dict) for item in found):
        raise bad_request(f"{name} must be a list of objects", "PostDataInvalidException", 14)
    return found


def _source(books: Books, kind: str, source_id: str) -> Place:
    if kind not in SOURCES or books.get(kind, source_id) is None:
        raise not_found()
    return Place(kind, source_id.lower())


class _Undone(Exception):
    """Some item was wrong: nothing of the call stands."""
