"""What a processor's invoice says is settled, held against the applications that are known. Pure.

An invoice's open amount is what its books say. Where more is settled than is applied, the rest was paid by something that is
not known here: marked as paid by hand, mostly. Where more is applied, it was paid too much, or a payment has left it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ledger.money import Money
from receivables.open_items import Application, Key

UNKNOWN = ("unknown", "")


@dataclass(frozen=True, slots=True)
class Settled:
    """The total less what is open, and the day from which what has no known source counts as paid."""

    amount: Money
    on: date | None


def as_settled(settled: Mapping[Key, Settled], applications: Iterable[Application]) -> list[Application]:
    """Applications whose sum is what each target says is settled. What is not among `settled` is left out.

    Sources use up nothing by them: a processor's credits are its customers' balance. Too much is taken off the latest.
    """
    by_target: dict[Key, list[Application]] = defaultdict(list)
    for one in applications:
        if one.target in settled:
            by_target[one.target].append(one)
    found: list[Application] = []
    for key, said in settled.items():
        found += _of_one(key, said, by_target.get(key, []))
    return found


def _of_one(key: Key, said: Settled, known: list[Application]) -> list[Application]:
    nothing = Money.zero(said.amount.currency)
    excess = sum(one.amount.minor for one in known) - said.amount.minor
    kept = []
    for one in sorted(known, key=lambda one: one.on or date.min, reverse=True):
        less = max(0, min(excess, one.amount.minor))
        excess -= less
        kept.append(replace(one, amount=Money(one.amount.minor - less, nothing.currency), source_amount=nothing))
    if excess:
        rest = Money(-excess, nothing.currency)
        kept.append(Application(source=UNKNOWN, target=key, amount=rest, source_amount=nothing, on=said.on))
    return kept
