"""A list call: which records, in which order, which page of them, in which form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sandbox.xero.desk.books import Books
from sandbox.xero.desk.faults import bad_query
from sandbox.xero.desk.kinds import Kind
from sandbox.xero.desk.views import Views
from sandbox.xero.desk.where import parse_where, sorted_ids
from sandbox.xero.desk.wire import Record, encode, parse_since

PAGE_SIZE = 100
PAGE_SIZE_MAX = 1000
_SUMMARIES = frozenset({"Invoices", "Contacts"})
# query parameter -> field, for the filters that take a comma-separated list
_LISTS = {"Statuses": "Status", "ContactIDs": "ContactID", "InvoiceNumbers": "InvoiceNumber", "References": "Reference"}


@dataclass(frozen=True)
class Listed:
    """The records as JSON texts, and the pagination block where the call was paged."""

    rows: list[bytes]
    pagination: dict[str, int] | None


def list_records(books: Books, views: Views, kind: Kind, asked: Mapping[str, str], since: str | None) -> Listed:
    """`since` is the If-Modified-Since header. Refusal 400 for a filter that cannot be read."""
    ids = _filtered(books, kind, asked, parse_since(since) if since and kind.stamped else None)
    if asked.get("order"):
        ids = sorted_ids(books, kind, ids, asked["order"])
    if not kind.paged:
        return Listed([books.raw(kind.name, key) for key in ids], None)
    summary = asked.get("summaryOnly", "").lower() == "true" and kind.name in _SUMMARIES
    if not (summary or asked.get("page") or asked.get("pageSize")):
        if asked.get("IDs"):
            return Listed([books.raw(kind.name, key) for key in ids], None)
        brief = [encode(views.brief(kind.name, books.need(kind.name, key))) for key in ids[:PAGE_SIZE]]
        return Listed(brief, None)
    page, size = _number(asked, "page", 1), _number(asked, "pageSize", PAGE_SIZE)
    if size > PAGE_SIZE_MAX:
        raise bad_query(f"pageSize must be between 1 and {PAGE_SIZE_MAX}")
    shown = ids[(page - 1) * size : page * size]
    if summary:
        rows = [encode(views.summary(kind.name, books.need(kind.name, key))) for key in shown]
    else:
        rows = [books.raw(kind.name, key) for key in shown]
    block = {"page": page, "pageSize": size, "pageCount": -(-len(ids) // size), "itemCount": len(ids)}
    return Listed(rows, block)


def _number(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name) or str(default)
    if not text.isdigit() or int(text) < 1:
        raise bad_query(f"{name} must be a whole number from 1")
    return int(text)


def _filtered(books: Books, kind: Kind, asked: Mapping[str, str], since: int | None) -> list[str]:
    ids = books.shelves[kind.name].since(since)
    tests = list(_tests(books, kind, asked))
    if asked.get("IDs"):
        wanted = _guids(asked["IDs"])
        ids = [key for key in ids if key in wanted]
    if not tests:
        return ids
    return [key for key in ids if all(test(books.need(kind.name, key)) for test in tests)]


def _tests(books: Books, kind: Kind, asked: Mapping[str, str]) -> Iterable[Callable[[Record], bool]]:
    if kind.name == "Contacts" and asked.get("includeArchived", "").lower() != "true":
        yield lambda record: record["ContactStatus"] != "ARCHIVED"
    if kind.name == "BankTransfers" and asked.get("includeDeleted", "").lower() != "true":
        yield lambda record: record["Status"] != "DELETED"
    for parameter, field in _LISTS.items():
        if asked.get(parameter):
            values = {part.strip().strip('"') for part in asked[parameter].split(",")}
            yield lambda record, field=field, values=values: record.get(field) in values  # type: ignore[misc]
    if asked.get("searchTerm"):
        term = asked["searchTerm"].lower()
        names = ("Name", "EmailAddress", "InvoiceNumber", "Reference")
        yield lambda record: any(term in str(record.get(name) or "").lower() for name in names)
    if asked.get("where"):
        yield parse_where(books, kind, asked["where"])


def _guids(text: str) -> set[str]:
    try:
        return {str(UUID(part.strip().strip('"'))) for part in text.split(",")}
    except ValueError:
        raise bad_query("IDs must be a comma-separated list of identifiers") from None
