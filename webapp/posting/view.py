"""What the posting page shows, as values: tabs, rows, and the one posting that is looked at with its records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from connectors.writing import Standing
from ledger.entry import EntryKind
from ledger.money import Money
from posting.encoded import entry_of, standing_of
from store.database import Connection
from store.queries.screens import posting, posting_detail, queue
from store.queries.screens.posting import Wanted
from webapp.context import now, organisation_id
from webapp.posting.chosen import WHATS
from webapp.posting.links import link_to
from webapp.posting.place import Place
from webapp.posting.waits import Books, Paused, why
from webapp.posting.words import CAUSES, Names, Record, cause, names_of, records_of
from webapp.shown import ago, day, figure, moment

NAMES: Final = {
    "second": "Second yes", "ready": "Ready", "sending": "Sending", "failed": "Failed", "given_up": "Given up",
    "posted": "Posted", "undone": "Undone",
}  # fmt: skip
SHOWN_WHEN_FILLED: Final = frozenset({"second", "given_up"})
STATES: Final = {
    "awaiting": ("needs", "pause", "Waits for a second person"),
    "ready": ("open", "circle", "Ready to post"),
    "posting": ("open", "arrow", "Being sent"),
    "posted": ("tied", "arrow", "Posted"),
    "failed": ("failed", "cross", "Failed to post"),
    "given_up": ("quiet", "dash", "Given up"),
    "undoing": ("open", "arrow", "Being taken back"),
    "undone": ("quiet", "dash", "Undone"),
    "found": ("tied", "chain", "Stands already"),
    "withdrawn": ("quiet", "dash", "Taken back before it was sent"),
}
_OF_A_PAYER: Final = frozenset({"match", "reversal", "allocation"})
ENTRY_STATES: Final = {
    "waiting": ("open", "circle", "Not sent"),
    "sent": ("open", "arrow", "Sent, no answer yet"),
    "unknown": ("needs", "pause", "To be looked up"),
    "posted": ("tied", "arrow", "Stands"),
    "refused": ("failed", "cross", "Refused"),
    "ending": ("open", "arrow", "Being taken back"),
    "ended": ("quiet", "dash", "Taken back"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    key: str
    name: str
    postings: int
    sums: tuple[Money, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A posting in the list. target: the documents it pays, shortly. why: why it waits, failed, or what stands."""

    posting: Any
    amount: Money
    who: str
    target: str
    why: str

    @property
    def state(self) -> tuple[str, str, str]:
        return STATES[self.posting.state]

    @property
    def cause(self) -> str:
        """The cause of a failure in two words."""
        return cause(self.posting.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was asked for beside what was read back. equal: None where the books do not say."""

    what: str
    asked: str
    read: str
    equal: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A record with what became of it: its id in the books, a link to it, and what was read back."""

    row: Any
    record: Record
    state: tuple[str, str, str]
    link: str | None
    checks: tuple[Check, ...]

    @property
    def differs(self) -> bool:
        """Whether the books hold something else than was asked for."""
        return any(check.equal is False for check in self.checks)


def tabs_of(connection: Connection, organisation_id: UUID, entity_id: UUID | None) -> dict[str, Tab]:
    numbers = posting.counts(connection, organisation_id, entity_id)
    sums = posting.sums(connection, organisation_id, entity_id)
    return {
        key: Tab(key=key, name=name, postings=numbers[key], sums=_sums(sums.get(key, ())))
        for key, name in NAMES.items()
    }


def _sums(rows: Sequence[Any]) -> tuple[Money, ...]:
    by_currency: dict[str, int] = {}
    for row in rows:
        by_currency[row.currency] = by_currency.get(row.currency, 0) + int(row.minor)
    return tuple(Money(minor, currency) for currency, minor in sorted(by_currency.items()))


def summed(connection: Connection, tab: Tab, place: Place) -> Tab:
    """With its sums, also of what only grows: that is summed only where it is looked at."""
    if tab.sums or not tab.postings:
        return tab
    whole = Wanted(organisation_id=organisation_id(), tab=tab.key, entity_id=place.entity)
    return replace(tab, sums=_sums(posting.total(connection, whole)))


def shown_tabs(tabs: Mapping[str, Tab], here: str) -> dict[str, Tab]:
    """Without those that hold nothing and seldom do."""
    return {key: one for key, one in tabs.items() if one.postings or key == here or key not in SHOWN_WHEN_FILLED}


def rows_of(
    connection: Connection,
    organisation_id: UUID,
    found: Sequence[Any],
    books: Mapping[UUID, Books],
    paused: Sequence[Paused] = (),
) -> list[Row]:
    documents = _documents(connection, organisation_id, [row.match_id for row in found if row.match_id])
    return [
        Row(
            posting=row,
            amount=Money(row.amount_minor, row.currency),
            who=_who(row),
            target=_shortly(documents.get(row.match_id, ())),
            why=why_of(row, books.get(row.connection_id), paused),
        )
        for row in found
    ]


def why_of(row: Any, books: Books | None, paused: Sequence[Paused] = ()) -> str:
    if row.state in ("awaiting", "ready"):
        later = row.due_at is not None and row.due_at > now()
        return why(row, books, due=moment(row.due_at) if later else None, paused=paused)
    if row.state in ("posting", "undoing"):
        return f"Since {ago(row.updated_at)}: {row.reason}" if row.reason else "On its way; the answer is waited for."
    return row.reason or ""


def _who(row: Any) -> str:
    if row.receipt_id is not None and row.cause_kind in _OF_A_PAYER:
        return str(row.payer_name or row.payer_email or row.payer_account or "Payer not named")
    words = str(CAUSES.get(row.cause_kind, row.cause_kind.replace("_", " ").capitalize()))
    if row.cause_kind == "balance_transaction":
        words = WHATS.get((row.choices or {}).get("what", ""), words)
    about, kind = (row.choices or {}).get("name"), (row.choices or {}).get("kind")
    if row.cause_kind == "write_off" and about:
        return f"{kind.replace('_', ' ').capitalize() if kind else words} of {about}"
    return words


def _documents(connection: Connection, organisation_id: UUID, match_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Match -> the numbers of what it pays."""
    if not match_ids:
        return {}
    lines = posting_detail.lines_of(connection, organisation_id, match_ids)
    names: dict[UUID, str] = {}
    for noun in ("invoices", "credit_notes"):
        ids = {line.document_id for own in lines.values() for line in own if line.document_noun == noun}
        rows = queue.documents(connection, noun, organisation_id, sorted(ids)) if ids else []
        names |= {row.id: row.number or row.external_id for row in rows}
    return {own: [names.get(line.document_id, "removed") for line in found] for own, found in lines.items()}


def _shortly(names: Sequence[str]) -> str:
    return names[0] + (f" + {len(names) - 1}" if len(names) > 1 else "") if names else ""


def written(connection: Connection, organisation_id: UUID, row: Any) -> list[Written]:
    """The stored records of a posting; [] before it was planned."""
    rows = posting_detail.entries_of(connection, organisation_id, [row.id]).get(row.id, [])
    if not rows:
        return []
    entries = [entry_of(one) for one in rows]
    names = names_of(connection, organisation_id, rows[0].connection_id, entries)
    return [
        Written(
            row=one,
            record=record,
            state=ENTRY_STATES.get(one.state, ("quiet", "dash", one.state)),
            link=link_to(row, one.record_kind, one.external_id),
            checks=_checks(one, standing_of(one), names) if one.standing is not None else (),
        )
        for one, record in zip(rows, records_of(entries, names), strict=True)
    ]


def _checks(row: Any, standing: Standing | None, names: Names) -> tuple[Check, ...]:
    """Amount, day and account as they were asked for, beside what the books hold."""
    if standing is None:
        return ()
    entry = entry_of(row)
    applied = entry.kind is EntryKind.ALLOCATION  # it moves no money, so no account is asked for
    found = []
    if not (applied and standing.amount is None):
        found.append(_check("Amount", _sum(entry.amount), None if standing.amount is None else _sum(standing.amount)))
    found.append(_check("Day", day(entry.on), None if standing.on is None else day(standing.on)))
    if not applied and (entry.account or standing.account):
        found.append(_check("Account", names.account(entry.account), names.account(standing.account) or None))
    return tuple(found)


def _check(what: str, asked: str, read: str | None) -> Check:
    return Check(what=what, asked=asked, read=read or "", equal=None if read is None else asked == read)


def _sum(amount: Money) -> str:
    return f"{figure(amount)} {amount.currency}"
