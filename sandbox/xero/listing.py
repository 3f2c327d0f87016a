"""Lists: which records a query asks for, in which order, page by page."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.xero.books import Books
from sandbox.xero.faults import bad_query
from sandbox.xero.kinds import Kind
from sandbox.xero.view import list_bytes, page_bytes, shown, summary_bytes
from sandbox.xero.where import field_value, parse_where
from sandbox.xero.wire import Record, encode, read_instant, true

PAGE_SIZE = 100
PAGE_SIZE_MAX = 1000
_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
_SEARCHED = {
    "Invoices": ("InvoiceNumber", "Reference"),
    "Contacts": ("Name", "FirstName", "LastName", "ContactNumber", "EmailAddress"),
}
_EXPLICIT: dict[str, tuple[str, ...]] = {
    "Statuses": ("Status",),
    "InvoiceNumbers": ("InvoiceNumber",),
    "ContactIDs": ("Contact", "ContactID"),
}


def listed(books: Books, kind: Kind, asked: Mapping[str, str], modified_since: str | None) -> tuple[bytes, bytes]:
    """The array of records and, of a paged list, its pagination object (else empty)."""
    if books.large and (_chained(asked) or (kind.paged and "page" not in asked and "pageSize" not in asked)):
        raise bad_query("The request is not filtering efficiently: page it, and use the parameters made for filtering")
    found = _found(books, kind, asked, modified_since)
    summary = true(asked.get("summaryOnly")) and kind.name in {"Invoices", "Contacts"}
    paged = kind.paged and ("page" in asked or "pageSize" in asked or summary)
    pagination = b""
    if paged:
        page, size = _whole(asked, "page", 1), min(_whole(asked, "pageSize", PAGE_SIZE), PAGE_SIZE_MAX)
        count = len(found)
        found = found[(page - 1) * size : page * size]
        pagination = encode({"page": page, "pageSize": size, "pageCount": math.ceil(count / size), "itemCount": count})
    render = _renderer(books, kind, asked, summary=summary, full=paged or "IDs" in asked)
    return b"[" + b",".join(render(record) for record in found) + b"]", pagination


def _chained(asked: Mapping[str, str]) -> bool:
    where = asked.get("where", "").upper()
    return " OR " in where or "||" in where


def full_count(books: Books, kind: Kind) -> int:
    """How many a full read returns: of contacts the archived ones too, of transfers the deleted ones."""
    return len(_found(books, kind, {"includeArchived": "true", "includeDeleted": "true"}, None))


def _renderer(
    books: Books, kind: Kind, asked: Mapping[str, str], *, summary: bool, full: bool
) -> Callable[[Record], bytes]:
    if summary:
        return lambda record: summary_bytes(books, kind.name, record)
    if full:
        four = asked.get("unitdp") == "4"
        return lambda record: page_bytes(books, kind.name, record, four_places=four)
    return lambda record: list_bytes(books, kind.name, record)


def _found(books: Books, kind: Kind, asked: Mapping[str, str], modified_since: str | None) -> list[Record]:
    found = books.all(kind.name)
    since = read_instant(modified_since) if modified_since and kind.modified else None
    if since is not None:
        stamps, floor = books.stamps[kind.name], since.replace(microsecond=0)
        found = [record for record in found if stamps[record[kind.id_field]] >= floor]
    for test in _tests(kind, asked):
        found = [record for record in found if test(record)]
    return _ordered(books, kind, found, asked.get("order"))


def _tests(kind: Kind, asked: Mapping[str, str]) -> list[Callable[[Record], bool]]:
    tests: list[Callable[[Record], bool]] = []
    if asked.get("IDs"):
        ids = {value.strip().lower() for value in asked["IDs"].split(",")}
        tests.append(lambda record: record[kind.id_field] in ids)
    if kind.name == "Contacts" and not true(asked.get("includeArchived")) and not asked.get("IDs"):
        tests.append(lambda record: record["ContactStatus"] != "ARCHIVED")
    if kind.name == "BankTransfers" and not true(asked.get("includeDeleted")):
        tests.append(lambda record: record["Status"] != "DELETED")
    if kind.name in {"Invoices", "Prepayments"}:
        tests += [_among(path, asked[name]) for name, path in _EXPLICIT.items() if asked.get(name)]
    if asked.get("searchTerm") and kind.name in _SEARCHED:
        wanted, fields = asked["searchTerm"].casefold(), _SEARCHED[kind.name]
        tests.append(lambda record: any(wanted in str(record.get(name, "")).casefold() for name in fields))
    if asked.get("where"):
        tests.append(parse_where(asked["where"]))
    return tests


def _among(path: tuple[str, ...], text: str) -> Callable[[Record], bool]:
    wanted = {value.strip().casefold() for value in text.split(",")}
    return lambda record: str(field_value(record, path)).casefold() in wanted


def _ordered(books: Books, kind: Kind, found: list[Record], order: str | None) -> list[Record]:
    """As asked; invoices otherwise by stamp and id, the rest as they were made."""
    terms = [_term(part) for part in (order or "").split(",") if part.strip()]
    if not terms:
        if kind.name != "Invoices":
            return found
        terms = [("UpdatedDateUTC", False), ("InvoiceID", False)]
    stamps = books.stamps[kind.name]
    for field, backwards in reversed(terms):
        if field == "UpdatedDateUTC":
            found = sorted(
                found, key=lambda record: stamps.get(record.get(kind.id_field, ""), _LONG_AGO), reverse=backwards
            )
        else:
            found = _sorted_by(found, field, backwards=backwards)
    return found


def _sorted_by(found: list[Record], field: str, *, backwards: bool) -> list[Record]:
    path = tuple(field.split("."))
    if found and all(path[0] not in shown(record) for record in found):
        raise bad_query(f"No property or field '{field}' exists in type")

    def key(record: Record) -> tuple[bool, Any]:
        value = field_value(record, path)
        return value is not None, value if value is not None else 0

    try:
        return sorted(found, key=key, reverse=backwards)
    except TypeError:
        raise bad_query(f"Records cannot be ordered by '{field}'") from None


def _term(text: str) -> tuple[str, bool]:
    field, _, way = text.strip().partition(" ")
    if way.strip().upper() not in {"", "ASC", "DESC"}:
        raise bad_query(f"The order clause cannot be read: {text.strip()}")
    return field, way.strip().upper() == "DESC"


def _whole(asked: Mapping[str, str], name: str, default: int) -> int:
    """At least 1."""
    try:
        return max(1, int(asked.get(name) or default))
    except ValueError:
        raise bad_query(f"{name} must be a whole number") from None
