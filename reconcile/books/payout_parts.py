"""What a payout carried: charges, refunds, disputes and fees that sum to it to the cent, or the difference, named. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger.balance import NOT_CAPTURED, Treatment
from ledger.money import Money

_WORDS = {
    Treatment.REFUND: "Refunds", Treatment.DISPUTE: "Disputes", Treatment.FEE: "Fees of their own",
    Treatment.RESERVE: "Reserves", Treatment.PAYOUT: "Payouts returned", Treatment.FINANCING: "Financing",
    Treatment.NOT_OURS: "Not of this business", Treatment.PARKED: "Of a kind that is not known here",
}  # fmt: skip


class Itemised(StrEnum):
    """Whether the processor says what a payout carried. waiting: not yet; never: sent by hand or at once."""

    YES = "yes"
    WAITING = "waiting"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One balance transaction: gross less fee is net. row holds what caused it."""

    treatment: Treatment
    gross: Money
    fee: Money
    net: Money
    row: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    words: str
    parts: tuple[Part, ...]
    gross: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """unread: parts that are named and whose amounts did not come yet. difference: what the parts are short of the payout."""

    itemised: Itemised
    groups: tuple[Group, ...]
    fees: Money
    total: Money
    difference: Money
    unread: int

    @property
    def count(self) -> int:
        return sum(len(group.parts) for group in self.groups)

    @property
    def adds_up(self) -> bool:
        return self.itemised is Itemised.YES and not self.difference and not self.unread


def itemised(payout: Any) -> Itemised:
    if not payout.automatic or payout.reconciliation_status == "not_applicable":
        return Itemised.NEVER
    return Itemised.YES if payout.reconciliation_status == "completed" else Itemised.WAITING


def parts_of(payout: Any, rows: Sequence[Any]) -> Parts:
    """`rows`: its parts as balance transactions; an amount of None has not been read. Parts in another currency differ."""
    zero = Money(0, payout.currency)
    found: dict[str, list[Part]] = defaultdict(list)
    read = [row for row in rows if row.net_minor is not None and row.currency == payout.currency]
    for row in read:
        treatment = Treatment(row.treatment)
        gross, fee, net = (Money(one, row.currency) for one in (row.gross_minor, row.fee_minor, row.net_minor))
        words = "Charges" if row.reporting_category == NOT_CAPTURED else _WORDS.get(treatment, "Charges")
        found[words].append(Part(treatment=treatment, gross=gross, fee=fee, net=net, row=row))
    order = ["Charges", *_WORDS.values()]
    groups = tuple(
        Group(words=words, parts=tuple(found[words]), gross=sum((part.gross for part in found[words]), zero))
        for words in sorted(found, key=order.index)
    )
    total = sum((part.net for own in found.values() for part in own), zero)
    return Parts(
        itemised=itemised(payout),
        groups=groups,
        fees=sum((part.fee for own in found.values() for part in own), zero),
        total=total,
        difference=Money(payout.amount_minor, payout.currency) - total,
        unread=len(rows) - len(read),
    )


def in_words(payout: Any, count: int, net_minor: int, unread: int) -> str:
    """How far a payout's contents are known. `net_minor`: the sum of its `count` parts, without those unread."""
    how = itemised(payout)
    if how is Itemised.NEVER:
        return "it was sent by hand or at once, and what such a payout carried cannot be itemised"
    if how is Itemised.WAITING:
        return "the processor has not said yet what it carried"
    if unread:
        return f"{unread} of its {count} parts have not been read yet"
    short = Money(payout.amount_minor - net_minor, payout.currency)
    if short:
        total = Money(net_minor, payout.currency)
        side = "less" if short.minor > 0 else "more"
        return f"its {_parts(count)} add up to {total}, {abs(short)} {side} than it"
    return f"its {_parts(count)} add up to it"


def _parts(count: int) -> str:
    return "one part" if count == 1 else f"{count} parts"
