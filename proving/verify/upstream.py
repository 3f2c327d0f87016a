"""What stands at the provider and not here: the feeds read on from where they stand, and the documents of some customers.

Nothing of it is written: a sync does that, by its own rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from connectors.figures import Figures
from connectors.port import Connector, Context, Record, Value
from ledger.allocation import Allocation
from ledger.payment import Payment
from proving.verify.changes import Change, called, change_of
from proving.verify.differences import PROVIDERS, Cause
from proving.verify.moves import AccountMove, account_moves, moved_by
from store.database import Database
from store.incoming import Key
from store.intake import known_records
from store.queries.proving import document_names, records_of_customers, values_of
from store.scope import Scope

PAGES_MAX = 12
"""Of all feeds together: who is further behind than that is to sync first."""
CUSTOMERS_MAX = 8
"""Whose documents are looked at one by one: Xero takes four calls for one, and a hundred that differ have one cause."""


@dataclass(slots=True)
class Upstream:
    """One look. own: by record the write id of the entry that made it; marks: all write ids that were ever sent.

    on: the day that is compared. behind: more has changed than was looked through. fresh: by kind what came less what
    went; fresh_values: of records not known here; moved: what changed on accounts of money; not_looked_at: customers that were too
    many.
    """

    database: Database
    scope: Scope
    connector: Connector
    figures: Figures
    context: Context
    own: Mapping[Key, str]
    marks: frozenset[str]
    on: date
    changes: dict[Key, Change] = field(default_factory=dict)
    behind: bool = False
    not_looked_at: int = 0
    fresh: Counter[str] = field(default_factory=Counter)
    fresh_values: list[Value] = field(default_factory=list)
    moved: list[AccountMove] = field(default_factory=list)
    _seen: set[Key] = field(default_factory=set)

    def since_last_sync(self, states: Mapping[str, Any], report: Callable[[str], None]) -> None:
        """What these feeds tell from where they stand."""
        left = PAGES_MAX
        for feed in states:
            report(f"what changed in {feed} since the last sync")
            for page in self.connector.pull(feed, states[feed]):
                if page.full or left == 0:  # a listing of everything: it says nothing of what changed
                    self.behind = True
                    return
                left -= 1
                self._take(page.records)

    def of_customers(self, customers: Sequence[str], report: Callable[[str], None]) -> None:
        """Everything of these customers that a change feed may have kept silent about, deletions too."""
        some = list(customers)[:CUSTOMERS_MAX]
        self.not_looked_at = len(customers) - len(some)
        report(f"the documents of {len(some)} customers")
        listed: set[Key] = set()
        kinds: set[str] = set()
        for page in self.figures.documents(some):
            kinds.add(page.feed)
            listed.update((record.kind, record.external_id) for record in page.records)
            self._take(page.records)
        if not kinds:
            return
        with self.database.read() as connection:
            held = records_of_customers(connection, self.scope, sorted(kinds), some)
        missing = [key for key in held if key not in listed and key not in self._seen]
        for kind in sorted({kind for kind, _ in missing}):
            for page in self.connector.read(kind, [external_id for own, external_id in missing if own == kind]):
                self._take(page.records)

    def _take(self, records: Iterable[Record]) -> None:
        fresh = [record for record in records if (record.kind, record.external_id) not in self._seen]
        self._seen.update((record.kind, record.external_id) for record in fresh)
        with self.database.read() as connection:
            keys = [(record.kind, record.external_id) for record in fresh]
            before = values_of(connection, self.scope, keys)
            known = known_records(connection, self.scope, keys)
        mapped = {key: self._mapped(record) for key, record in zip(keys, fresh, strict=True)}
        names = self._names([*before.values(), *mapped.values()])
        for record in fresh:
            key = (record.kind, record.external_id)
            stood = key in known and not known[key].deleted
            self.fresh[record.kind] += int(not record.deleted) - int(stood)
            after = mapped[key]
            if not stood:
                self.fresh_values += after
            change = change_of(
                record, before.get(key, ()), after, self.context.home_currency, own=self._own(key, after),
                there=PROVIDERS[self.figures.provider], names=names, through=self.on,
            )  # fmt: skip
            if change is not None:
                self.changes[key] = change
            self._move(record, before.get(key, ()), after, change)

    def _move(self, record: Record, before: Sequence[Value], after: Sequence[Value], change: Change | None) -> None:
        cause = moved_by(None if change is None else change.cause, before, after)
        words = f"{record.kind} {record.external_id}" if change is None else called(change.noun, change.number)
        for account, minor in account_moves(before, after, self.context.home_currency, self.on).items():
            self.moved.append(AccountMove(account=account, minor=minor, cause=cause, words=words))

    def _mapped(self, record: Record) -> tuple[Value, ...]:
        return () if record.deleted else self.connector.map(record, self.context).values

    def _names(self, values: Iterable[Sequence[Value]]) -> dict[str, str]:
        """What people call the documents that something is applied to."""
        targets = {one.target_external_id for some in values for one in some if isinstance(one, Allocation)}
        with self.database.read() as connection:
            return document_names(connection, self.scope, sorted(targets))

    def _own(self, key: Key, values: Sequence[Value]) -> str:
        """The write id of the entry that made this record, by its id or by the marker that it carries: an answer that was
        lost leaves only the marker.
        """
        if key in self.own:
            return self.own[key]
        for value in values:
            if isinstance(value, Payment):
                told = self.marks.intersection([value.reference or "", *(value.memo or "").split()])
                if told:
                    return min(told)
        return ""

    def standing(self) -> list[Change]:
        """The changes, without applications that merely fell with the document that they were put to."""
        ended = {
            change.external_id
            for change in self.changes.values()
            if change.cause in (Cause.VOIDED_THERE, Cause.DELETED_THERE)
        }
        return [change for change in self.changes.values() if not _fell(change, ended)]


def _fell(change: Change, ended: set[str]) -> bool:
    return change.cause is Cause.CREDITS_MOVED and change.let_go is not None and change.let_go <= ended
