"""Which invoices of the processor are the same sale as one of the ledger's. Pure.

Certain or not at all: by the one's id named in the other, else by number with customer and total where nothing else fits.
What is left over is for a person to link.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ledger.receivable import LinkReason
from reconcile.books.names import same_party
from reconcile.fold import compact


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    mirror_id: UUID
    primary_id: UUID
    reason: LinkReason


@dataclass(frozen=True, slots=True)
class Parties:
    """Customers by (connection, external id)."""

    rows: Mapping[tuple[UUID, str], Any]

    def of(self, document: Any) -> Any | None:
        return self.rows.get((document.connection_id, document.customer_external_id or ""))


def find_links(
    mirrored: Sequence[Any],
    primaries: Sequence[Any],
    parties: Parties,
    refused: frozenset[tuple[UUID, UUID]],
) -> list[Link]:
    """Links between unlinked processor invoices and unlinked ledger invoices. `refused`: pairs that a person parted."""
    links = _by_id(mirrored, primaries, refused)
    taken = {link.mirror_id for link in links} | {link.primary_id for link in links}
    rest = [row for row in mirrored if row.id not in taken]
    free = [row for row in primaries if row.id not in taken]
    return links + _by_number(rest, free, parties, refused)


def _by_id(mirrored: Sequence[Any], primaries: Sequence[Any], refused: frozenset[tuple[UUID, UUID]]) -> list[Link]:
    by_external = {row.external_id: row for row in mirrored}
    by_number = _unique({compact(row.number): row for row in primaries if row.number}, primaries)
    links: dict[UUID, Link] = {}
    used: set[UUID] = set()
    for primary in primaries:
        for hint in primary.hints:
            mirror = by_external.get(hint)
            if mirror is not None:
                _add(links, used, mirror, primary, refused)
    for mirror in mirrored:
        for hint in mirror.hints:
            primary = by_number.get(compact(hint.removeprefix("number:"))) if hint.startswith("number:") else None
            if primary is not None and _alike(mirror, primary) and mirror.id not in links:
                _add(links, used, mirror, primary, refused)
    return list(links.values())


def _unique(found: dict[str, Any], rows: Sequence[Any]) -> dict[str, Any]:
    """Numbers that stand for one document only."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.number:
            counts[compact(row.number)] += 1
    return {number: row for number, row in found.items() if counts[number] == 1}


def _add(
    links: dict[UUID, Link], used: set[UUID], mirror: Any, primary: Any, refused: frozenset[tuple[UUID, UUID]]
) -> None:
    if mirror.id in links or primary.id in used or (mirror.id, primary.id) in refused:
        return
    links[mirror.id] = Link(mirror_id=mirror.id, primary_id=primary.id, reason=LinkReason.PROVIDER_ID)
    used.add(primary.id)


def _alike(mirror: Any, primary: Any) -> bool:
    return (mirror.currency, mirror.total_minor) == (primary.currency, primary.total_minor)


def _by_number(
    mirrored: Sequence[Any], primaries: Sequence[Any], parties: Parties, refused: frozenset[tuple[UUID, UUID]]
) -> list[Link]:
    """Same number, total, currency and party, one to one."""
    candidates: dict[tuple[str, str, int], list[Any]] = defaultdict(list)
    for primary in primaries:
        if primary.number:
            candidates[(compact(primary.number), primary.currency, primary.total_minor)].append(primary)
    claims: dict[UUID, list[Any]] = defaultdict(list)
    wanted: dict[UUID, Any] = {}
    for mirror in mirrored:
        if not mirror.number:
            continue
        key = (compact(mirror.number), mirror.currency, mirror.total_minor)
        fits = [row for row in candidates.get(key, ()) if (mirror.id, row.id) not in refused]
        fits = [row for row in fits if _same_customer(mirror, row, parties)]
        if len(fits) == 1:
            wanted[mirror.id] = fits[0]
            claims[fits[0].id].append(mirror)
    return [
        Link(mirror_id=mirror_id, primary_id=primary.id, reason=LinkReason.NUMBER)
        for mirror_id, primary in wanted.items()
        if len(claims[primary.id]) == 1
    ]


def _same_customer(mirror: Any, primary: Any, parties: Parties) -> bool:
    one, other = parties.of(mirror), parties.of(primary)
    return one is not None and other is not None and same_party(one, other)
