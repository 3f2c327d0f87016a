"""The proof of a clearing account at a day: the books' balance and what explains the rest, row by row. Pure.

books + not posted + elsewhere + in transit + dated otherwise + unexplained = the processor's balance at the same cut-off,
always and to the cent, for every part and every record is in exactly one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from ledger.money import Money, total
from proving.clearing_items import FEE, Booked, Cent, Tie, Tied

_PAYOUTS = frozenset({"payout", "payout_reversal", "topup", "topup_reversal"})
_STANDS = ("posted", "found")


class Section(StrEnum):
    """not_posted: the processor moved it, the books do not have it yet. elsewhere: the books have it on another account.
    in_transit: it left for the bank and arrives there later. dated: both have it, on two sides of the cut-off.
    unexplained: nobody can say; each is a row of its own.
    """

    NOT_POSTED = "not_posted"
    ELSEWHERE = "elsewhere"
    IN_TRANSIT = "in_transit"
    DATED = "dated"
    UNEXPLAINED = "unexplained"


class Cause(StrEnum):
    CHANGED_THERE = "changed_there"
    OTHER_POSTER = "other_poster"
    ROUNDING = "rounding"
    UNKNOWN = "unknown"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRow:
    """amount: what has to be added to the books' balance for it, signed."""

    section: Section
    subject: str
    on: date
    amount: Money
    words: str
    remedy: str = ""
    cause: Cause = Cause.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What moved the processor's balance, by kind."""

    label: str
    amount: Money
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingProof:
    """stripe: the processor's balance from its balance transactions, at the end of `through` in the entity's zone.

    opening: the same before `since`; lines: what moved in between. account: the books' clearing account; None where
    nobody has chosen one, and then nothing is proved.
    """

    connection_id: UUID
    currency: str
    through: date
    account: str | None
    account_name: str
    books: Money
    stripe: Money
    rows: tuple[ProofRow, ...]
    opening: Money
    lines: tuple[Line, ...]
    since: date | None = None

    def sum_of(self, section: Section) -> Money:
        return total((row.amount for row in self.rows if row.section is section), self.currency)

    @property
    def unexplained(self) -> Money:
        return self.sum_of(Section.UNEXPLAINED)

    @property
    def not_posted(self) -> Money:
        return self.sum_of(Section.NOT_POSTED)

    @property
    def elsewhere(self) -> Money:
        return self.sum_of(Section.ELSEWHERE)

    @property
    def in_transit(self) -> Money:
        """On the way to the bank, and what the two sides have on two sides of the cut-off."""
        return self.sum_of(Section.IN_TRANSIT) + self.sum_of(Section.DATED)

    @property
    def closing(self) -> Money:
        return self.stripe

    @property
    def named(self) -> tuple[tuple[str, Money, str, str], ...]:
        return tuple(
            (row.subject, row.amount, row.words, row.remedy) for row in self.rows if row.section is Section.UNEXPLAINED
        )

    @property
    def ties(self) -> bool:
        """Every cent has its place: no row is unexplained, and the sum says so."""
        return self.account is not None and not any(row.section is Section.UNEXPLAINED for row in self.rows)


def rows_of(tied: Tied, currency: str, through: date) -> list[ProofRow]:
    """What explains the difference at the end of `through`, in the order of days."""
    found = [
        *(row for one in tied.ties for row in _tie(one, currency, through)),
        *(row_of_cent(one) for one in tied.cents if one.on <= through),
        *(_record(one) for one in tied.records if one.on <= through),
    ]
    return sorted(found, key=lambda row: (list(Section).index(row.section), row.on, row.subject))


def _tie(one: Tie, currency: str, through: date) -> Iterator[ProofRow]:
    missing = one.moved(through) - one.booked(through)
    if not missing:
        return
    amount = Money(missing, currency)
    last = max((*(cent.on for cent in one.cents), *(record.on for record in one.records)))
    on = min(last, through)
    if last > through:
        yield _later(one, amount, on)
        return
    yield _differs(one, amount, on)


def _later(one: Tie, amount: Money, on: date) -> ProofRow:
    sent = next((cent for cent in one.cents if cent.category in _PAYOUTS), None)
    if sent is not None:
        arrives = sent.due_on or max((record.on for record in one.records), default=sent.on)
        words = f"Payout {sent.back_of or sent.external_id}, in the bank on {_day(arrives)}."
        return ProofRow(
            section=Section.IN_TRANSIT, subject=sent.back_of or sent.external_id, on=on, amount=amount, words=words
        )
    days = sorted({record.on for record in one.records})
    if not one.cents:
        words = f"{one.records[0].words} passes through clearing until {_day(days[-1])}."
        return ProofRow(section=Section.DATED, subject=one.records[0].words, on=on, amount=amount, words=words)
    first = one.cents[0]
    there = f"on {_day(days[0])}" if days else "not at all"
    words = f"{_called(first)} of {_day(first.on)} is in the books {there}."
    return ProofRow(section=Section.DATED, subject=first.external_id, on=on, amount=amount, words=words)


def _differs(one: Tie, amount: Money, on: date) -> ProofRow:
    """Both sides have all of it, and not the same amount."""
    record = max(one.records, key=lambda item: abs(item.amount.minor), default=None)
    subject = one.cents[0].external_id if record is None else record.words or "/".join(record.key)
    moved = Money(sum(cent.amount.minor for cent in one.cents), amount.currency)
    booked = Money(sum(item.amount.minor for item in one.records), amount.currency)
    changed = next((item for item in one.records if item.written is not None and item.written != item.amount), None)
    if changed is not None:
        words = f"{changed.words} was changed in the books: {abs(changed.amount)} where Tieout wrote {abs(changed.written or amount)}."
        return ProofRow(
            section=Section.UNEXPLAINED, subject=subject, on=on, amount=amount, words=words, cause=Cause.CHANGED_THERE,
            remedy="Put it back in the books, or undo its posting and post it again.",
        )  # fmt: skip
    converted = any(item.converted for item in one.records)
    if converted and abs(amount.minor) <= max(1, len(one.records)):
        return ProofRow(
            section=Section.UNEXPLAINED, subject=subject, on=on, amount=amount, cause=Cause.ROUNDING,
            words=f"The books' rate makes {booked} of what settled for {moved}.",
            remedy="Book the difference to exchange gain or loss.",
        )  # fmt: skip
    return ProofRow(
        section=Section.UNEXPLAINED, subject=subject, on=on, amount=amount, cause=Cause.OTHER_POSTER,
        words=f"{subject} is {booked} in the books and {moved} at the processor ({one.how}).",
        remedy="Look at it in the books: another amount was booked than moved.",
    )  # fmt: skip


def row_of_cent(one: Cent) -> ProofRow:
    """Of a part that no record on clearing is."""
    section, cause, words, remedy = _untied(one)
    return ProofRow(
        section=section, subject=one.external_id, on=one.on, amount=one.amount, words=words, remedy=remedy, cause=cause
    )


def _untied(one: Cent) -> tuple[Section, Cause, str, str]:
    """Why the books have nothing of it on clearing."""
    called = f"{_called(one)} of {_day(one.on)}"
    if one.state in _STANDS:
        words = f"{called} was posted, and its record is not on clearing any more."
        remedy = (
            "It was deleted, voided or moved in the books: restore it there, or undo its posting and post it again."
        )
        return Section.UNEXPLAINED, Cause.CHANGED_THERE, words, remedy
    if one.elsewhere:
        return Section.ELSEWHERE, Cause.NONE, f"{called} is in the books as {one.elsewhere}.", ""
    on_its_way = one.category == "payout" and one.state in ("", "ready", "posting")
    section = Section.IN_TRANSIT if on_its_way else Section.NOT_POSTED
    words = f"{called}: {one.why}" if one.why else called
    return section, Cause.NONE, words.rstrip(".") + ".", ""


def _record(one: Booked) -> ProofRow:
    if one.posting is not None:
        return ProofRow(
            section=Section.UNEXPLAINED, subject=one.words or "/".join(one.key), on=one.on, amount=-one.amount,
            words=f"{one.words} is ours and belongs to no money of this processor.", cause=Cause.UNKNOWN,
            remedy="Look at its posting; it may belong to another clearing account.",
        )  # fmt: skip
    doubt = " Its amount on this account is not told by the books." if one.doubtful else ""
    return ProofRow(
        section=Section.UNEXPLAINED, subject=one.words or "/".join(one.key), on=one.on, amount=-one.amount,
        words=f"{one.words} of {_day(one.on)} is on clearing and fits no payment, fee or payout of the processor.{doubt}",
        cause=Cause.OTHER_POSTER, remedy=(
            "See who wrote it. Fees that were entered by hand as one sum: leave them to Tieout or to that app, and void the "
            "others; else move it to its right account."
        ),
    )  # fmt: skip


def _called(one: Cent) -> str:
    words = one.category.replace("_", " ").capitalize() or "Transaction"
    return f"Fee of {words.lower()} {one.external_id}" if one.part == FEE else f"{words} {one.external_id}"


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


def lines_of(cents: Sequence[Cent], currency: str, since: date | None, through: date) -> tuple[Line, ...]:
    """What moved the balance from `since` to `through`, by kind; fees beside what they were taken from."""
    sums: dict[str, list[int]] = {}
    for one in cents:
        if (since is None or one.on >= since) and one.on <= through:
            label = "Fees" if one.part == FEE else (one.category.replace("_", " ").capitalize() or "Other")
            sums.setdefault(label, []).append(one.amount.minor)
    return tuple(
        Line(label=label, amount=Money(sum(minors), currency), count=len(minors))
        for label, minors in sorted(sums.items())
    )
