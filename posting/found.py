"""Found already: the books hold the same money in the same account within a week, so nothing is posted.

One record is one receipt's money, never two: what another receipt was seen as, or what we wrote, does not count, and what
one posting of a run has found no other finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from connectors.writing import Standing, Writer
from ledger.entry import Entry, EntryKind
from ledger.match import MatchState
from ledger.money import Money
from ledger.posting import PostingState
from ledger.receipt import PostStatus, ReceiptStatus, SightingKind
from posting.held_money import HeldMoney, of_move, of_payments
from posting.planning.books import Books
from posting.refusal import NotPosted
from posting.rules import Role
from store import outbox
from store.audit import Act, record
from store.database import Connection
from store.outbox_matches import move_matches, set_post_status
from store.queries import same_money as queries
from store.receipts import add_sighting

DAYS: Final = 7
"""How far from the receipt's day the same money may stand in the books."""
DAYS_CLEARING: Final = 1
"""In clearing equal charges are usual, and who books them dates them as the processor does."""
POST: Final = "post"
"""A person's word in `choices["same_money"]`: it is other money, post it all the same."""
ASKED_MAX: Final = 5
"""Postings of one run for which the provider itself is asked; for more the change feed is as good and far cheaper."""
_NOUNS = {
    "deposit": "A deposit", "receive": "Money received", "sale": "A sale on the spot", "transfer": "A transfer",
    "journal": "A journal", "payment": "A payment", "overpayment": "An overpayment", "prepayment": "A prepayment",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A record of the books that is the same money. sure: nothing says that it is another customer's."""

    connection_id: UUID
    record_kind: str
    external_id: str
    amount: Money
    moved_on: date
    words: str
    sure: bool = True

    @property
    def currency(self) -> str:
        return self.amount.currency

    @property
    def amount_minor(self) -> int:
        return self.amount.minor

    @property
    def remedy(self) -> str:
        return (
            "If it is this money, leave it, and apply it to the invoice in the books; to have Tieout post it instead,"
            " delete it there, sync and retry. If it is other money, post it anyway."
        )


@dataclass(slots=True)
class Seeker:
    """Looks for the money of one run's postings in the store. Remembers what it has given away."""

    connection: Connection
    books: Books
    _months: dict[tuple[str, int, int], list[HeldMoney]] = field(default_factory=dict)
    _given: set[str] = field(default_factory=set)

    def seek(self, posting: Any, entries: Sequence[Entry]) -> Found | None:
        """The same money for a posting; None where there is none, or a person said that it is other money.

        Raises NotPosted where it may be: the record names another customer.
        """
        if (posting.choices or {}).get("same_money") == POST:
            return None
        for entry in entries:
            if entry.kind is EntryKind.RECEIPT and entry.account is not None and entry.amount:
                found = self._seek(posting, entry)
                if found is not None:
                    return found
        return None

    def _seek(self, posting: Any, entry: Entry) -> Found | None:
        same = [one for one in self._near(entry) if one.amount == entry.amount and self._given.isdisjoint(one.ids)]
        taken = self._spoken_for(same)
        free = [one for one in same if not any(own in taken and taken[own] != posting.receipt_id for own in one.ids)]
        if not free:
            return None
        customers = {entry.customer, *(line.customer for line in entry.lines)} - {None}
        best = min(
            free, key=lambda one: (self._strange(one, customers), abs((one.on - entry.on).days), one.external_id)
        )
        if self._strange(best, customers):
            raise _doubtful(best, self.books, entry)
        self._given.update(best.ids)
        return self._found(best, entry)

    def _spoken_for(self, records: Sequence[HeldMoney]) -> dict[str, UUID | str]:
        if not records:
            return {}
        ids = {own for one in records for own in one.ids}
        return queries.spoken_for(self.connection, self.books.organisation_id, self.books.connection_id, ids)

    @staticmethod
    def _strange(one: HeldMoney, customers: set[str | None]) -> bool:
        return one.customer is not None and bool(customers) and one.customer not in customers

    def _found(self, one: HeldMoney, entry: Entry) -> Found:
        return Found(
            connection_id=self.books.connection_id,
            record_kind=one.record_kind,
            external_id=one.external_id,
            amount=one.amount,
            moved_on=one.on,
            words=_words(one, self.books, entry),
        )

    def _near(self, entry: Entry) -> Iterator[HeldMoney]:
        days = DAYS_CLEARING if entry.account in self._clearing() else DAYS
        since, until = entry.on - timedelta(days=days), entry.on + timedelta(days=days)
        for year, month in dict.fromkeys(((since.year, since.month), (until.year, until.month))):
            for one in self._month(entry.account or "", year, month):
                if since <= one.on <= until:
                    yield one

    def _clearing(self) -> set[str]:
        return {place.account for place in self.books.rules.places if place.role is Role.CLEARING}

    def _kept_in(self, account: str) -> str:
        known = self.books.accounts.get(account)
        return self.books.home if known is None else known.currency

    def _month(self, account: str, year: int, month: int) -> list[HeldMoney]:
        key = (account, year, month)
        if key not in self._months:
            first = date(year, month, 1)
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            whose = (self.connection, self.books.organisation_id, self.books.connection_id, account, first, last)
            self._months[key] = [
                *of_payments(queries.payments_into(*whose), self._kept_in(account)),
                *(of_move(row) for row in queries.moves_into(*whose)),
            ]
        return self._months[key]


def _words(one: HeldMoney, books: Books, entry: Entry) -> str:
    account = books.accounts.get(entry.account or "")
    where = f" in {account.name}" if account is not None else ""
    of = f" of {one.customer_name}" if one.customer_name else ""
    said = f", saying {one.said!r}" if one.said else ""
    noun = _NOUNS.get(one.noun, "A record")
    return f"{noun} of {one.amount}{of}, dated {one.on:%-d %B %Y}{where}{said}, was entered by a person or another app."


def _doubtful(one: HeldMoney, books: Books, entry: Entry) -> NotPosted:
    return NotPosted(
        "same_money",
        f"It may stand in {books.name} already: {_words(one, books, entry)}",
        "Look there whether it is this money. If it is, undo the match; if not, post it anyway.",
        {"same_money": POST},
    )


Answers = tuple[tuple[Entry, tuple[Standing, ...]], ...]
"""What the provider holds beside each entry that brings money into an account."""


def asked(writer: Writer, posting: Any, entries: Sequence[Entry]) -> Answers:
    """Asks the provider itself: for a handful, where the store may lag behind. No store is touched."""
    if (posting.choices or {}).get("same_money") == POST:
        return ()
    return tuple(
        (entry, tuple(writer.same_money(entry.account, entry.amount, entry.on, days=DAYS)))
        for entry in entries
        if entry.kind is EntryKind.RECEIPT and entry.account is not None and entry.amount
    )


def judge(connection: Connection, books: Books, posting: Any, answers: Answers) -> Found | None:
    """What of it is the posting's money: a record that is no other receipt's and not ours."""
    for entry, standing in answers:
        ids = {own for one in standing for own in (one.external_id, *(part for _, part in one.parts))}
        taken = queries.spoken_for(connection, books.organisation_id, books.connection_id, ids)
        for one in standing:
            owners = {taken.get(own, posting.receipt_id) for own in (one.external_id, *(part for _, part in one.parts))}
            if owners == {posting.receipt_id} and not one.ended:
                return _asked(one, books, entry)
    return None


def _asked(one: Standing, books: Books, entry: Entry) -> Found:
    told = HeldMoney(
        record_kind=one.kind, external_id=one.external_id, amount=entry.amount, on=one.on or entry.on, noun="",
        customer=None, customer_name="", said="", ids=(one.external_id,),
    )  # fmt: skip
    return Found(
        connection_id=books.connection_id, record_kind=one.kind, external_id=one.external_id, amount=entry.amount,
        moved_on=told.on, words=_words(told, books, entry),
    )  # fmt: skip


def settle(connection: Connection, posting: Any, found: Found, *, by: str, now: Any) -> None:
    """Nothing is posted: the record is a sighting of the receipt, which is recorded already; its match never was.

    In a transaction that the caller holds alone.
    """
    own = posting.organisation_id
    outbox.move(
        connection, own, [posting.id], PostingState.FOUND, expected=(PostingState.READY,), by=by, reason=found.words,
        now=now, code="found", remedy=found.remedy, due_at=None,
    )  # fmt: skip
    if posting.match_id is not None:
        move_matches(
            connection, own, [posting.match_id], MatchState.UNDONE,
            expected=(MatchState.APPROVED, MatchState.POSTING, MatchState.FAILED), by=by,
            reason=f"The money stands in the books already. {found.words}", now=now,
        )  # fmt: skip
    if posting.receipt_id is not None:
        add_sighting(
            connection, own, posting.receipt_id, found, kind=SightingKind.LEDGER, reason=found.words, now=now
        )  # fmt: skip
        set_post_status(
            connection, own, [posting.receipt_id], PostStatus.NONE, status=ReceiptStatus.ALREADY_RECORDED.value,
            status_reason=found.words, unapplied_minor=0,
        )  # fmt: skip
    act = Act(
        actor=by, verb="posting.found", object_kind="posting", object_id=str(posting.id), summary=found.words,
        detail={"record": found.record_kind, "external_id": found.external_id, "amount": str(found.amount)},
    )  # fmt: skip
    record(connection, own, act, now)
