"""Which record of the books is which part of a processor's money: by who wrote it, by names, by amounts. Pure.

The surest first: our own postings, records known to be the cash of a charge or payout, ids in texts, one equal amount,
and sums that other apps book (the charges, fees or net of a payout or of a day). What came and went back before anybody
booked it ties to nothing in the books.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from proving.clearing_items import CHARGED, FEE, GROSS, Booked, Cent, Tie, Tied

DAYS = 7
SUM_DAYS = 7
_FITS = {
    "charge": frozenset({"payment", "overpayment", "prepayment", "sale", "receive", "deposit", "journal"}),
    "payout": frozenset({"transfer", "journal", "deposit", "spend", "receive"}),
}
_OTHERS = frozenset({"spend", "receive", "refund", "journal", "transfer", "payment", "deposit"})
_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


def tie(cents: Sequence[Cent], records: Sequence[Booked]) -> Tied:
    """Every part and every record once."""
    work = _Work(cents=dict.fromkeys(cents), records=dict.fromkeys(records))
    work.by("Tieout wrote it", lambda one: one.posting, lambda one: one.posting)
    work.through()
    work.by("it is known to be the charge", _charge_of, lambda one: one.charge)
    work.by("it is known to be the payout", _payout_of, lambda one: one.payout)
    work.named()
    work.equal()
    for name, key in _SUMS:
        work.sums(name, key)
    work.cancelled()
    return Tied(ties=tuple(work.ties), cents=tuple(work.cents), records=tuple(work.records))


@dataclass(slots=True)
class _Work:
    """What is still to be tied; dicts keep the order."""

    cents: dict[Cent, None]
    records: dict[Booked, None]
    ties: list[Tie] = field(default_factory=list)

    def by(
        self, how: str, of_cent: Callable[[Cent], Hashable | None], of_record: Callable[[Booked], Hashable | None]
    ) -> None:
        """All parts and all records of one key belong together, if there are both."""
        cents, records = _grouped(self.cents, of_cent), _grouped(self.records, of_record)
        for key in [one for one in cents if one in records]:
            self._take(how, cents[key], records[key])

    def through(self) -> None:
        """Ours that only pass through clearing: money out of disputed funds on its way to where it ends."""
        for own in _grouped(self.records, lambda one: one.posting).values():
            if len(own) > 1 and sum(record.amount.minor for record in own) == 0:
                self._take("it passes through", [], own)

    def named(self) -> None:
        """One part with one record of the same amount whose text names it, the nearest day first."""
        by_name: dict[tuple[str, int], list[Booked]] = defaultdict(list)
        for record in self.records:
            for name in record.names:
                by_name[name, record.amount.minor].append(record)
        self._pairs(
            "its text names it",
            (
                (cent, one)
                for cent in self.cents
                for name in cent.names
                for one in by_name.get((name, cent.amount.minor), ())
            ),
        )

    def equal(self) -> None:
        """The same of what fits by kind within some days. Many are alike in amount, so only near days are looked at."""
        by_amount = _grouped(
            sorted((one for one in self.records if one.posting is None), key=lambda one: one.on),
            lambda one: one.amount.minor,
        )
        self._pairs(
            "amount and day are equal",
            (
                (cent, one) for cent in self.cents for one in _within(by_amount.get(cent.amount.minor, ()), _day(cent))
                if one.kind in _FITS.get(cent.category, _OTHERS)
            ),
        )  # fmt: skip

    def _pairs(self, how: str, pairs: Iterable[tuple[Cent, Booked]]) -> None:
        ranked = sorted(
            pairs, key=lambda pair: (_apart(*pair), pair[0].on, pair[0].external_id, pair[0].part, pair[1].key)
        )
        for cent, record in ranked:
            if cent in self.cents and record in self.records:
                self._take(how, [cent], [record])

    def sums(self, how: str, key: Callable[[Cent], tuple[Hashable, date] | None]) -> None:
        """Several parts that somebody booked in one record."""
        groups = _grouped(self.cents, key)
        by_amount = _grouped(self.records, lambda one: one.amount.minor)
        for (_, day), own in sorted(groups.items(), key=lambda one: (one[0][1], str(one[0][0]))):
            total = sum(cent.amount.minor for cent in own)
            fitting = [one for one in by_amount.get(total, ()) if one in self.records and _near(one, day)]
            standing = [cent for cent in own if cent in self.cents]
            if fitting and len(standing) == len(own) > 1:
                self._take(how, own, [min(fitting, key=lambda one: (abs((one.on - day).days), one.key))])

    def cancelled(self) -> None:
        """A payout that came back, a refund that failed: nobody booked either, and together they move nothing."""
        for name, own in _grouped(self.cents, _came_back).items():
            if len(own) > 1 and sum(cent.amount.minor for cent in own) == 0:
                self._take(f"{name} came back before anybody booked it", own, [])

    def _take(self, how: str, cents: Iterable[Cent], records: Iterable[Booked]) -> None:
        made = Tie(cents=tuple(cents), records=tuple(records), how=how)
        self.ties.append(made)
        for cent in made.cents:
            del self.cents[cent]
        for record in made.records:
            del self.records[record]


def _grouped(items: Iterable[_V], key: Callable[[_V], _K | None]) -> dict[_K, list[_V]]:
    found: dict[_K, list[_V]] = defaultdict(list)
    for one in items:
        own = key(one)
        if own is not None:
            found[own].append(one)
    return dict(found)


def _charge_of(cent: Cent) -> Hashable | None:
    return cent.charge if cent.part == GROSS and cent.category in CHARGED else None


def _payout_of(cent: Cent) -> Hashable | None:
    return cent.back_of if cent.category == "payout" else None


def _within(records: Sequence[Booked], day: date) -> Sequence[Booked]:
    """Of records in the order of their days, those near one."""
    near = timedelta(days=DAYS)
    return records[
        bisect_left(records, day - near, key=lambda one: one.on) : bisect_right(
            records, day + near, key=lambda one: one.on
        )
    ]


def _apart(cent: Cent, record: Booked) -> int:
    return abs((record.on - _day(cent)).days)


def _day(cent: Cent) -> date:
    return cent.due_on or cent.on


def _near(record: Booked, day: date) -> bool:
    return record.posting is None and abs((record.on - day).days) <= SUM_DAYS


def _is_fee(cent: Cent) -> bool:
    return cent.part == FEE or cent.category in ("fee", "network_cost", "tax")


def _sums() -> Iterator[tuple[str, Callable[[Cent], tuple[Hashable, date] | None]]]:
    def of_payout(cent: Cent) -> tuple[Hashable, date] | None:
        return None if cent.payout is None or cent.carried_on is None else (cent.payout, cent.carried_on)

    def only(
        fits: Callable[[Cent], bool], place: Callable[[Cent], tuple[Hashable, date] | None]
    ) -> Callable[[Cent], tuple[Hashable, date] | None]:
        return lambda cent: place(cent) if fits(cent) else None

    def of_day(cent: Cent) -> tuple[Hashable, date] | None:
        return (cent.on, cent.on) if cent.category != "payout" else None

    def charges(cent: Cent) -> bool:
        return cent.part == GROSS and cent.category in CHARGED

    def of_charge(cent: Cent) -> tuple[Hashable, date] | None:
        return None if cent.charge is None else (cent.charge, cent.on)

    yield "what was captured of one charge", only(charges, of_charge)
    yield "the fees of one payout", only(_is_fee, of_payout)
    yield "the charges of one payout", only(charges, of_payout)
    yield "all that one payout carried", of_payout
    yield "the fees of one day", only(_is_fee, of_day)
    yield "the charges of one day", only(charges, of_day)
    yield "all of one day", of_day


_SUMS = tuple(_sums())


def _came_back(cent: Cent) -> Hashable | None:
    return cent.back_of
