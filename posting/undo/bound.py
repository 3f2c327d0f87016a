"""What binds a record of ours to the books, so that it cannot be taken back: a tick, a deposit, a lock, a later use.

The same column of guards for the page and, with what was just read upstream, for the runner before it sends anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.writing import Standing
from ledger.entry import Entry, EntryKind, LineRole
from ledger.money import Money
from ledger.posting import EntryState
from posting.checks.ledger import lock_refusal
from posting.encoded import entry_of, standing_of
from posting.planning.books import Books
from posting.refusal import NotPosted
from store.database import Connection
from store.outbox_entries import entries_of
from store.queries import undoing as queries


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """An entry of ours that stands, and what is known of it. used: what others took out of it since, in sentences.

    deposit: a deposit that is not ours and holds it.
    """

    entry: Entry
    standing: Standing | None
    ids: tuple[str, ...]
    reconciled: bool = False
    deposit: str = ""
    used: tuple[str, ...] = ()


def stood(
    connection: Connection, books: Books, posting: Any, standings: Mapping[str, Standing] | None = None
) -> tuple[Stood, ...]:
    """What stands of a posting, in the order in which it was written. standings: by write id, as just read upstream."""
    fresh = standings or {}
    every = entries_of(connection, books.organisation_id, [posting.id])
    rows = [row for row in every if row.state in (EntryState.POSTED.value, EntryState.ENDING.value)]
    found = [(entry_of(row), fresh.get(row.write_id) or standing_of(row)) for row in rows]
    alive = [(entry, standing) for entry, standing in found if standing is not None and not standing.ended]
    return _facts(connection, books, alive, _named(entry_of(row) for row in every))


def _named(entries: Iterable[Entry]) -> frozenset[str]:
    """The documents that a posting's own entries pay, also those that were taken back a moment ago."""
    return frozenset(
        line.document.external_id
        for entry in entries
        for line in entry.lines
        if line.role in (LineRole.PAYS, LineRole.WITHHELD, LineRole.FEE) and line.document is not None
    )


def _facts(
    connection: Connection, books: Books, found: Sequence[tuple[Entry, Standing]], own: frozenset[str]
) -> tuple[Stood, ...]:
    whose = (connection, books.organisation_id, books.connection_id)
    ids = {own for _, standing in found for own in _ids(standing)}
    ticked = queries.reconciled(*whose, ids)
    deposits = queries.deposits_with(*whose, ids)
    ours = queries.ours(*whose, set(deposits.values())) | ids
    used = _used(queries.applied_from(*whose, ids), own)
    owing = {own for entry, standing in found if entry.kind in _OWED for own in _ids(standing)}
    for target, rows in queries.applied_to(*whose, owing).items():
        used.setdefault(target, []).extend(
            f"{Money(row.amount_minor, row.currency)} to this very record" for row in rows
        )
    return tuple(
        Stood(
            entry=entry,
            standing=standing,
            ids=_ids(standing),
            reconciled=bool(standing.reconciled) or any(own in ticked for own in _ids(standing)),
            deposit=_deposit(standing, deposits, ours, [one.kind for one, _ in found]),
            used=tuple(words for own in _ids(standing) for words in used.get(own, ())),
        )
        for entry, standing in found
    )


def _ids(standing: Standing) -> tuple[str, ...]:
    """An allocation is named with its source in front; what it hangs on is that source, which is not ours to end."""
    return (standing.external_id, *(own for _, own in standing.parts))


_OWED = (EntryKind.JOURNAL, EntryKind.INVOICE)
"""What a customer owes by it may have been paid since."""


def _deposit(standing: Standing, deposits: Mapping[str, str], ours: set[str], kinds: Sequence[EntryKind]) -> str:
    named = next((deposits[own] for own in _ids(standing) if own in deposits and deposits[own] not in ours), "")
    if named or not standing.in_deposit:
        return named
    own = EntryKind.DEPOSIT in kinds or any(deposits.get(one) in ours for one in _ids(standing) if one in deposits)
    return "" if own else "a deposit"


def _used(rows: Sequence[Any], own: frozenset[str]) -> dict[str, list[str]]:
    """What was taken out of our records for documents that our own entries do not name."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.target_external_id in own:
            continue
        what = "a refund" if row.target_kind == "refund" else f"invoice {row.number or row.target_external_id}"
        found.setdefault(row.source_external_id, []).append(f"{Money(row.amount_minor, row.currency)} to {what}")
    return found


def bound(books: Books, what: Stood) -> NotPosted | None:
    """The first reason why this record cannot be taken back, or None."""
    named = f"{what.entry.amount} of {what.entry.on:%-d %B %Y}"
    cash = what.entry.kind is not EntryKind.ALLOCATION  # an application moves none: its source is not what is ended
    if cash and what.reconciled:
        return NotPosted(
            "reconciled",
            f"The record of {named} is reconciled with a bank line in {books.name}.",
            "Take the reconciliation back there first, sync, and undo it then; or book the reversal as a new event.",
        )
    if cash and what.deposit:
        return NotPosted(
            "in_deposit",
            f"The record of {named} lies in {_deposit_name(what.deposit)} of {books.name} that Tieout did not make.",
            "Take it out of that deposit there first, sync, and undo it then.",
        )
    locked = lock_refusal(books, what.entry.on)
    if locked is not None:
        return NotPosted(
            "period_locked",
            f"The record of {named} lies in a closed period, through {books.locked_through:%-d %B %Y}.",
            "Have the period opened, or book the reversal in an open one.",
        )
    if cash and what.used:
        return NotPosted(
            "built_upon",
            f"Out of the record of {named} later was applied: {', '.join(what.used)}.",
            f"Remove that application in {books.name} first, sync, and undo it then.",
        )
    return None


def _deposit_name(deposit: str) -> str:
    return deposit if deposit.startswith("a ") else f"deposit {deposit}"


def turned_back(connection: Connection, books: Books, posting: Any) -> NotPosted | None:
    """Why a payment whose reversal stands, or is about to, cannot be undone: its money would be taken back twice."""
    if posting.receipt_id is None or str(posting.id) not in queries.reversed_postings(
        connection, books.organisation_id
    ):
        return None
    return NotPosted(
        "turned_back",
        f"The payment of {Money(posting.amount_minor, posting.currency)} went back, and its reversal is booked.",
        "Undo the reversal first; what it turned back stands again then and can be undone.",
    )


def refuse_if_bound(
    connection: Connection, books: Books, posting: Any, standings: Mapping[str, Standing] | None = None
) -> None:
    """Raises NotPosted where one of a posting's records cannot be taken back: then none of them is."""
    back = turned_back(connection, books, posting)
    if back is not None:
        raise back
    for what in stood(connection, books, posting, standings):
        refusal = bound(books, what)
        if refusal is not None:
            raise refusal
