"""Up to thirty operations in one call, each answered by its bId with a record, a page, or a Fault of its own."""

from __future__ import annotations

from random import Random

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.faults import BATCH_TOO_BIG, PARSE_ERROR, UNSUPPORTED, Refusal, missing
from sandbox.quickbooks.fields import check_fields
from sandbox.quickbooks.kinds import KINDS
from sandbox.quickbooks.query import parse
from sandbox.quickbooks.select import select
from sandbox.quickbooks.wire import Record, encode
from sandbox.quickbooks.writes import Writer

ITEMS_MAX = 30


def run_batch(books: Books, writer: Writer, body: Record) -> bytes:
    """The BatchItemResponse list as JSON. Items run in no fixed order and do not see each other's failures."""
    items = body.get("BatchItemRequest")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise missing("BatchItemRequest")
    if len(items) > ITEMS_MAX:
        raise Refusal(BATCH_TOO_BIG, f"The batch has {len(items)} items; the maximum is {ITEMS_MAX}.")
    order = list(items)
    Random(str([item.get("bId") for item in items])).shuffle(order)  # what is in one batch has no order to rely on
    return b"[" + b",".join(_answer(books, writer, item) for item in order) + b"]"


def _answer(books: Books, writer: Writer, item: Record) -> bytes:
    bid = encode(str(item.get("bId", "")))
    try:
        inner = _perform(books, writer, item)
    except Refusal as refusal:
        inner = b'"Fault":' + encode(refusal.fault())
    return b"{" + inner + b',"bId":' + bid + b"}"


def _perform(books: Books, writer: Writer, item: Record) -> bytes:
    statement = item.get("Query")
    if statement is not None:
        if not isinstance(statement, str):
            raise Refusal(PARSE_ERROR, "QueryParserError: Query is no text")
        return b'"QueryResponse":' + select(books, parse(statement))
    kind = next((name for name in item if name in KINDS), None)
    if kind is None:
        raise missing("entity")
    record = operate(writer, kind, item[kind], str(item.get("operation", "")), str(item.get("optionsData", "")))
    return b'"' + kind.encode() + b'":' + encode(record)


def operate(writer: Writer, kind: str, body: Record, operation: str, options: str) -> Record:
    """One write, named as the URL and the batch name it. A void is an update with the option "void"."""
    if not isinstance(body, dict):
        raise missing(kind)
    if not KINDS[kind].writable:
        raise Refusal(UNSUPPORTED, f"This sandbox does not write {kind}.")
    check_fields(kind, body)
    word = operation.lower() or ("update" if body.get("Id") else "create")
    if word == "void" or (word == "update" and "void" in options.lower()):
        return writer.void(kind, body)
    if word == "delete":
        gone = writer.delete(kind, body)
        return {"status": "Deleted", "domain": "QBO", "Id": gone["Id"]}
    if word == "update":
        return writer.books.seen(kind, writer.update(kind, body))
    if word == "create":
        return writer.books.seen(kind, writer.create(kind, body))
    raise Refusal(UNSUPPORTED, f"Operation {operation} is not supported.")
