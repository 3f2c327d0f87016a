"""The calls of a full listing: a page, several small lists in one answer, and how many rows each list has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.port import Record
from connectors.quickbooks import places
from connectors.quickbooks.client import Listing, QuickBooksClient
from connectors.quickbooks.faults import QuickBooksRefused
from connectors.quickbooks.kinds import BY_NAME
from connectors.quickbooks.places import Place, Stamped
from connectors.quickbooks.records import to_records
from ledger.finding import Finding

ANSWER_ROWS = 1_000  # what the answer to a batch may hold; a full one may have been cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """kinds: what it brings; none: the counts. position: of a page in the order of ids; None: one by stamp, or gathered ones."""

    kinds: tuple[str, ...] = ()
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What a call brought of one kind. listing: None where it was refused."""

    kind: str
    listing: Listing | None
    records: list[Record] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def raws(self) -> tuple[bytes, ...]:
        return () if self.listing is None else self.listing.of(self.kind)


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes the calls, in any thread."""

    client: QuickBooksClient

    def counts(self, kinds: Mapping[str, Stamped]) -> Mapping[str, int]:
        """Of kinds that QuickBooks counts."""
        try:
            return self.client.counted({kind: places.counting(BY_NAME[kind], rows) for kind, rows in kinds.items()})
        except QuickBooksRefused:
            return {}

    def by_stamp(self, kind: str, place: Place) -> tuple[Came, ...]:
        listing, findings = places.asked(self.client, BY_NAME[kind], place)
        return (Came(kind=kind, listing=None, findings=findings) if listing is None else _came(kind, listing),)

    def by_id(self, kind: str, rows: Stamped, position: int) -> tuple[Came, ...]:
        try:
            return (_came(kind, self.client.query(kind, places.by_position(BY_NAME[kind], rows, position))),)
        except QuickBooksRefused:
            return (Came(kind=kind, listing=None),)

    def gathered(self, kinds: Mapping[str, Stamped]) -> tuple[Came, ...]:
        """Whole lists; those that were refused, and all where the answer may have been cut, are left out."""
        try:
            listings = self.client.several(
                [(kind, places.by_position(BY_NAME[kind], rows, 1)) for kind, rows in kinds.items()]
            )
        except QuickBooksRefused:
            return ()
        found = [(kind, listing) for kind, listing in zip(kinds, listings, strict=True) if listing is not None]
        if sum(listing.count for _, listing in found) >= min(ANSWER_ROWS, places.PAGE_SIZE):
            return ()
        return tuple(_came(kind, listing) for kind, listing in found)


def _came(kind: str, listing: Listing) -> Came:
    records, findings = to_records(kind, listing.of(kind), listing.requested_at)
    return Came(kind=kind, listing=listing, records=records, findings=findings)
