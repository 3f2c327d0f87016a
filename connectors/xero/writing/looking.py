"""What stands at Xero: records that carry our markers, records of an amount, records as they are now.

Our records are looked for among what changed lately, in the order of their ids: filters on texts are refused in large
organisations, and pages in the order of change may pass over one that somebody edits meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from connectors import decode
from connectors.decode import loosely
from connectors.writing import Standing
from connectors.xero import wire
from connectors.xero.client import XeroClient
from connectors.xero.feeds import BY_KIND, PAGE_SIZE, PAGES_MAX
from connectors.xero.several import by_ids
from connectors.xero.writing.allocated import Allocated, allocated_of
from connectors.xero.writing.books import Books
from connectors.xero.writing.records import (
    ALLOCATIONS,
    BATCHES,
    ID_FIELDS,
    MOVED,
    OVERPAYMENTS,
    PAYMENTS,
    PREPAYMENTS,
    SOURCES,
    markers,
    written_as,
)
from connectors.xero.writing.standings import signed, standing_of
from ledger.entry import Entry
from ledger.faults import RateLimited, Refused, Unreachable
from ledger.money import Money

_LEEWAY = timedelta(days=1)  # between our day and theirs
_MADE_AS = {OVERPAYMENTS: MOVED, PREPAYMENTS: MOVED}
Marked = dict[str, list[Standing]]


@dataclass(slots=True)
class _Search:
    """Markers looked for in one list, and the days of the records that carry them; no days: any."""

    write_ids: set[str] = field(default_factory=set)
    days: set[date] = field(default_factory=set)


class Looking:
    def __init__(self, client: XeroClient, books: Books) -> None:
        self._client = client
        self._books = books

    # By marker

    def find(self, entries: Sequence[Entry], since: date) -> Marked:
        """By write id; every entry has its list."""
        wanted = _searches(entries)
        floor = datetime.combine(since - _LEEWAY, time(), UTC)
        marked: Marked = defaultdict(list)
        for kind, search in wanted.items():
            self._marked(kind, search, floor, marked)
        self._allocations([entry for entry in entries if written_as(entry) == ALLOCATIONS], marked)
        return {entry.write_id: marked.get(entry.write_id, []) for entry in entries}

    def _marked(self, kind: str, search: _Search, floor: datetime, marked: Marked) -> None:
        for raw in self._changed(kind, search, floor):
            record = msgspec.json.decode(raw, type=dict[str, Any])
            found = next((marker for marker in markers(record) if marker in search.write_ids), None)
            held = standing_of(kind, raw, self._books) if found else None
            if found and held and all(held.external_id != one.external_id for one in marked[found]):
                marked[found].append(held)

    def _changed(self, kind: str, search: _Search, floor: datetime) -> Iterator[bytes]:
        where = {"where": _between(min(search.days), max(search.days))} if search.days else {}
        try:
            yield from self._pages(kind, {**where, "order": f"{ID_FIELDS[kind]} ASC"}, floor)
        except RateLimited:
            raise
        except (Refused, Unreachable):  # some lists answer what they do not know with a fault of the server
            came = list(self._pages(kind, {}, floor))
            yield from came
            if len(came) > PAGE_SIZE:  # in the order of change an edit may have moved one from page to page
                yield from self._pages(kind, {}, floor)

    def _pages(self, kind: str, params: Mapping[str, str], floor: datetime | None = None) -> Iterator[bytes]:
        feed = BY_KIND[kind]
        for number in range(1, PAGES_MAX):
            paged = {"page": str(number), "pageSize": str(PAGE_SIZE)} if feed.paged else {}
            listing = self._client.list(kind, {**dict(feed.params), **paged, **params}, modified_since=floor)
            yield from listing.raws
            pages = listing.pagination.pageCount if listing.pagination else None
            ended = len(listing.raws) < PAGE_SIZE if pages is None else number >= pages
            if not feed.paged or ended:
                return

    # Allocations

    def _allocations(self, entries: Sequence[Entry], marked: Marked) -> None:
        """Equal ones are counted: one for each entry in order, and the last gets what is left over."""
        by_source: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in entries:
            source = _source(entry, marked)
            if source is not None:
                by_source[source].append(entry)
        held = self._sources(list(by_source))
        for source, asking in by_source.items():
            alike: dict[Allocated, list[Entry]] = defaultdict(list)
            for entry in asking:
                alike[_wanted(entry)].append(entry)
            for wanted, same in alike.items():
                found = [external_id for external_id, one in held.get(source, {}).items() if one == wanted]
                for number, entry in enumerate(same):
                    share = found[number : number + 1] if entry is not same[-1] else found[number:]
                    marked[entry.write_id] = [_allocation(source, external_id, wanted) for external_id in share]

    def _sources(self, sources: Sequence[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Allocated]]:
        """By source, its allocations that stand, by their ids."""
        found: dict[tuple[str, str], dict[str, Allocated]] = {}
        for kind in dict.fromkeys(kind for kind, _ in sources):
            for raw in self._by_ids(kind, [external_id for one, external_id in sources if one == kind]):
                external_id = decode.peek(raw, ID_FIELDS[kind])
                if external_id is not None:
                    found[kind, external_id] = allocated_of(raw, self._books.home_currency)
        return found

    def _by_ids(self, kind: str, external_ids: Sequence[str]) -> Iterator[bytes]:
        for listing in by_ids(self._client, BY_KIND[kind], external_ids):
            yield from listing.raws

    # By amount

    def same_money(self, account: str, amount: Money, on: date, days: int) -> list[Standing]:
        first, last = on - timedelta(days=days), on + timedelta(days=days)
        found: list[Standing] = []
        batches: dict[str, Standing] = {}
        for kind in (PAYMENTS, MOVED):
            for raw in self._pages(kind, {"where": _between(first, last)}):
                held = standing_of(kind, raw, self._books)
                if held is None or held.ended or held.account != account:
                    continue
                one = replace(held, amount=signed(kind, raw, held))
                if kind == PAYMENTS and held.in_deposit:
                    _add_to_batch(batches, raw, one)
                else:
                    found.append(one)
        return [one for one in (*found, *batches.values()) if one.amount == amount]

    # As they stand now

    def standing(self, kind: str, external_ids: Sequence[str]) -> dict[str, Standing]:
        allocations = [external_id for external_id in external_ids if "/" in external_id]
        records = [external_id for external_id in external_ids if "/" not in external_id]
        found = {**self._standing_allocations(kind, allocations), **self._standing_records(kind, records)}
        gone = {one: Standing(kind=kind, external_id=one, ended=True) for one in external_ids if one not in found}
        return {**found, **gone}

    def _standing_allocations(self, kind: str, external_ids: Sequence[str]) -> dict[str, Standing]:
        sources = dict.fromkeys((kind, external_id.partition("/")[0]) for external_id in external_ids)
        held = self._sources(list(sources))
        found = {}
        for external_id in external_ids:
            source, _, allocation = external_id.partition("/")
            one = held.get((kind, source), {}).get(allocation)
            if one is not None:
                found[external_id] = _allocation((kind, source), allocation, one)
        return found

    def _standing_records(self, kind: str, external_ids: Sequence[str]) -> dict[str, Standing]:
        if not external_ids:
            return {}
        read = (standing_of(kind, raw, self._books) for raw in self._by_ids(kind, external_ids))
        found = {one.external_id: one for one in read if one is not None}
        return self._with_money(found) if kind in _MADE_AS else found

    def _with_money(self, credits_: dict[str, Standing]) -> dict[str, Standing]:
        """Overpayments and prepayments with the bank transactions that they came with, which alone say what is ticked."""
        days = [one.on for one in credits_.values() if one.on is not None and not one.ended]
        if not days:
            return credits_
        found = dict(credits_)
        for raw in self._pages(MOVED, {"where": _between(min(days), max(days))}):
            moved = standing_of(MOVED, raw, self._books)
            if moved is not None and moved.external_id in found:
                held = found[moved.external_id]
                found[moved.external_id] = replace(moved, version=held.version, ended=held.ended or moved.ended)
        return found


def _searches(entries: Sequence[Entry]) -> dict[str, _Search]:
    """By list. Of an allocation, the credit of ours that it uses, whose day is not known here."""
    found: dict[str, _Search] = defaultdict(_Search)
    undated = set()
    for entry in entries:
        kind = written_as(entry)
        if kind != ALLOCATIONS:
            found[kind].write_ids.add(entry.write_id)
            found[kind].days.add(entry.on)
        elif entry.source is not None and not entry.source.external_id:
            source = SOURCES[entry.source.kind]
            kind = _MADE_AS.get(source, source)
            found[kind].write_ids.add(entry.source.entry)
            undated.add(kind)
    for kind in undated:
        found[kind].days.clear()
    return found


def _source(entry: Entry, marked: Marked) -> tuple[str, str] | None:
    if entry.source is None:
        return None
    if entry.source.external_id:
        return SOURCES[entry.source.kind], entry.source.external_id
    held = next((one for one in marked.get(entry.source.entry, []) if not one.ended), None)
    return (held.kind, held.external_id) if held else None


def _wanted(entry: Entry) -> Allocated:
    line = entry.lines[0]
    return Allocated(invoice=line.document.external_id if line.document else "", amount=line.amount, on=entry.on)


def _allocation(source: tuple[str, str], external_id: str, one: Allocated) -> Standing:
    kind, source_id = source
    return Standing(kind=kind, external_id=f"{source_id}/{external_id}", amount=one.amount, on=one.on)


def _add_to_batch(batches: dict[str, Standing], raw: bytes, one: Standing) -> None:
    """A batch moves the sum of its payments, as one line."""
    payment = loosely(raw, wire.Payment)
    batch_id = payment.batch_payment_id or (payment.batch_payment.batch_payment_id if payment.batch_payment else None)
    held = batches.get(batch_id or "")
    if batch_id is None or one.amount is None:
        return
    part = (PAYMENTS, one.external_id)
    if held is None:
        batches[batch_id] = replace(
            one, kind=BATCHES, external_id=batch_id, version="", parts=(part,), in_deposit=False
        )
    elif held.amount is not None and held.amount.currency == one.amount.currency:
        batches[batch_id] = replace(held, amount=held.amount + one.amount, parts=(*held.parts, part))


def _between(first: date, last: date) -> str:
    return f"Date>=DateTime({first.year},{first.month},{first.day}) AND Date<=DateTime({last.year},{last.month},{last.day})"
