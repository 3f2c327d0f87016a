"""An account whose lines come from files: there is nothing to pull, and what is kept can be mapped again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from connectors.port import Context, Mapped, Page, Record, State, Told
from connectors.statement.mapping import KINDS, entries_of
from ledger.company import Company
from ledger.faults import Refused


class StatementConnector:
    """No feeds, no calls: `tieout import-statement` and the statements page bring its records."""

    provider = "statement"

    def __init__(self, company_id: str) -> None:
        self._company_id = company_id

    @property
    def kinds(self) -> tuple[str, ...]:
        return KINDS

    @property
    def calls(self) -> int:
        return 0

    def company(self) -> Company:
        raise Refused("A bank account is not asked; import its statement.")

    def feeds(self) -> tuple[str, ...]:
        return ()

    def waves(self) -> tuple[tuple[str, ...], ...]:
        return ()

    def behind(self) -> tuple[str, ...]:
        return ()

    def pull(self, feed: str, state: State | None, *, since: date | None = None) -> Iterator[Page]:
        yield from ()

    def read(self, kind: str, external_ids: Sequence[str]) -> Iterator[Page]:
        yield from ()

    def read_several(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[Page]:
        yield from ()

    def recheck(self, held: Mapping[str, Sequence[str]]) -> Iterator[Page]:
        return iter(())

    def told(self, body: bytes, event_type: str, kept_seconds: float) -> Told:
        return Told()

    def follow(self, record: Record) -> Sequence[tuple[str, str]]:
        return ()

    def map(self, record: Record, context: Context) -> Mapped:
        return Mapped(values=entries_of(record.raw, record.external_id))
