"""A processor's fees as lines of the books: one a kind, with the tax that the processor charged on it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.money import Money
from posting.processor.move import TAX, Kept

MAIN = "stripe_fee"
NETWORK = "network_cost"
_WORDS = {
    "stripe_fee": "Processing fees", "application_fee": "Application fees", "network_cost": "Network costs",
    "payment_method_passthrough_fee": "Passed-on fees of payment methods", "stripe_fx_fee": "Currency conversion fees",
    "tax_fee": "Tax on fees", TAX: "Tax on fees", "withheld_tax": "Tax withheld", "unnamed": "Fees of no kind given",
}  # fmt: skip
_TAXES = frozenset({TAX, "tax_fee"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSum:
    """amount: without tax, positive when it costs. tax: what the processor charged on it."""

    kind: str
    amount: Money
    tax: Money

    @property
    def whole(self) -> Money:
        return self.amount + self.tax

    @property
    def words(self) -> str:
        return _WORDS.get(self.kind, self.kind.replace("_", " ").capitalize())


def sums_of(moves: Sequence[Sequence[Kept]], currency: str) -> list[FeeSum]:
    """By kind, the largest first. moves: each transaction's fees, all in `currency`.

    Tax that came with fees goes to the kinds of the same transaction in proportion, to the cent; tax that came alone
    goes to the processing fees, and stands for itself where there are none.
    """
    zero = Money(0, currency)
    amounts: dict[str, Money] = defaultdict(lambda: zero)
    taxes: dict[str, Money] = defaultdict(lambda: zero)
    for kept in moves:
        _add(kept, amounts, taxes)
    alone = taxes.pop("", zero)
    if alone:
        taxes[MAIN if amounts.get(MAIN) else TAX] += alone
    kinds = sorted({*amounts, *taxes}, key=lambda kind: (-(amounts[kind] + taxes[kind]).minor, kind))
    found = [FeeSum(kind=kind, amount=amounts[kind], tax=taxes[kind]) for kind in kinds]
    return [one for one in found if one.amount or one.tax]


def _add(kept: Sequence[Kept], amounts: dict[str, Money], taxes: dict[str, Money]) -> None:
    charged = [one for one in kept if one.kind not in _TAXES and one.amount]
    tax = [one.amount for one in kept if one.kind in _TAXES]
    for one in charged:
        amounts[one.kind] += one.amount
    for amount in tax:
        for kind, share in _shares(charged, amount):
            taxes[kind] += share


def _shares(charged: Sequence[Kept], tax: Money) -> Iterator[tuple[str, Money]]:
    weights = [abs(one.amount.minor) for one in charged]
    if not charged:
        yield "", tax
        return
    for one, share in zip(charged, tax.split(weights), strict=True):
        yield one.kind, share
