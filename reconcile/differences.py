"""Why a payment is not the sum of what it names: each kind of difference with its own rule, never one blanket percentage."""

import datetime as dt
import re
from functools import lru_cache

from reconcile.causes import speaks_of_deduction, speaks_of_fee, speaks_of_part, speaks_of_tax
from reconcile.policy import Policy
from reconcile.rates import scaled
from reconcile.slot import Slot
from reconcile.values import Receipt, ResidualKind

_TERMS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:%\s*)?/\s*(\d{1,3})\b")
_INSTALMENTS = re.compile(r"(?<![/.-])\b(\d{1,2})\s*(?:/|OF|VON|DE|SUR|DI)\s*(\d{1,2})\b(?![/.-]\d)")
"""`2/6`, `2 OF 6`; inside a longer row of digits and signs it is a day or a document's number."""
_INSTALMENTS_MAX = 12
_WITHHELD_MIN, _WITHHELD_MAX = 0.01, 0.31
SETTLING = frozenset({"fee", "discount", "fx", "rounding"})
"""Kinds of residual that nobody pays later."""
_PART_SHARE = 0.90
"""Somebody who pays less than this pays a part; somebody who pays more keeps something back."""


class Difference:
    """What is missing (positive) or too much (negative), in the items' currency, and what it is taken for."""

    __slots__ = ("exact", "kind", "likely", "minor", "note")

    def __init__(self, kind: ResidualKind, minor: int, likely: float, note: str, *, exact: bool = False) -> None:
        """`likely`: how probable such a difference is a priori; `note`: a reason code; `exact`: a rule gives it to the cent."""
        self.exact = exact
        self.kind = kind
        self.minor = minor
        self.likely = likely
        self.note = note


def discount_of(slot: Slot, on: dt.date, grace_days: int) -> tuple[int, bool]:
    """The early-payment discount of an item in minor units and whether the day is inside the terms; 0 without such terms."""
    offer = _offer(slot.item.terms) if slot.item.terms and slot.sign > 0 else None
    if offer is None:
        return 0, False
    share, days = offer
    inside = slot.item.issued_on is not None and (on - slot.item.issued_on).days <= days + grace_days
    return scaled(slot.item.total_minor, share), inside


@lru_cache(maxsize=256)
def _offer(terms: str) -> tuple[str, int] | None:
    """The share that terms such as `2/10 net 30` let a prompt payer keep, and within how many days."""
    match = _TERMS.search(terms)
    return (str(float(match[1].replace(",", ".")) / 100), int(match[2])) if match is not None else None


def difference(
    receipt: Receipt, slots: list[Slot], amount: int, text: str, policy: Policy, unit: int, *, withholds: bool = False
) -> Difference | None:
    """Name the difference between the items' open sum and an amount in their currency; None where they are equal.

    `unit` is how many minor units one major unit has; `withholds`: this customer is known to keep tax back. Without that or
    a word of the trade no shortage is tax, whatever share of the sum it is: what nobody explained is still owed.
    """
    total = sum(slot.signed for slot in slots)
    short = total - amount
    if not short:
        return None
    most = policy.rounding_of(receipt.method) if policy.rounding_rules else policy.rounding_minor
    if abs(short) <= most and total > 100 * most:
        return Difference("rounding", short, 0.02, "rounding", exact=True)
    if _transposed(total, amount):
        return Difference("short_pay" if short > 0 else "overpay", short, 0.004, "transposed", exact=True)
    if short < 0:
        return _over(total, -short, policy)
    if speaks_of_tax(text) or (withholds and not speaks_of_part(text)):
        found = _withholding(total, short, policy)
        if found is not None:
            return found
    taken = _discount(receipt, slots, short, policy)
    if taken is not None:
        return taken
    if speaks_of_part(text) or instalment(text):
        return _part(amount, total, text)
    return (
        _fee(receipt, total, short, text, policy, unit)
        or _tax_left_out(total, short, policy)
        or _part(amount, total, text)
    )


def _transposed(total: int, amount: int) -> bool:
    """Two neighbouring digits of the amount changed places."""
    if (total - amount) % 9:
        return False  # which such a slip never is
    one, two = str(total), str(amount)
    apart = [place for place in range(len(one)) if one[place] != two[place]] if len(one) == len(two) else []
    return (
        len(apart) == 2
        and apart[1] == apart[0] + 1
        and one[apart[0]] == two[apart[1]]
        and one[apart[1]] == two[apart[0]]
    )


def _over(total: int, over: int, policy: Policy) -> Difference:
    for rate in policy.tax_rates:
        if abs(over - scaled(total, rate)) <= 1:
            return Difference("overpay", -over, 0.004, "tax_twice", exact=True)
    return Difference("overpay", -over, 0.01, "overpay")


def _discount(receipt: Receipt, slots: list[Slot], short: int, policy: Policy) -> Difference | None:
    offers = [discount_of(slot, receipt.received_on, policy.discount_grace_days) for slot in slots]
    allowed = sum(minor for minor, inside in offers if inside)
    offered = sum(minor for minor, _ in offers)
    if allowed and abs(short - allowed) <= len(slots):
        return Difference("discount", short, 0.3, "discount", exact=True)
    if offered and abs(short - offered) <= len(slots):
        return Difference("short_pay", short, 0.05, "discount_late", exact=True)
    return None


def _withholding(total: int, short: int, policy: Policy) -> Difference | None:
    """Tax of the whole sum, or of the sum before the tax on sales that is in it."""
    if not _WITHHELD_MIN * total <= short <= _WITHHELD_MAX * total:
        return None
    nets = [total, *(round(total / (1 + float(rate))) for rate in policy.tax_rates)]
    for net in nets:
        if any(abs(short - scaled(net, rate)) <= 1 for rate in policy.withholding_rates):
            return Difference("withholding", short, 0.01, "withholding", exact=True)
    return None


def _fee(receipt: Receipt, total: int, short: int, text: str, policy: Policy, unit: int) -> Difference | None:
    """A customary sum, or any small one where the text speaks of charges; never where it gives another reason."""
    said = speaks_of_fee(text)
    customary = short % (unit // 2 or 1) == 0
    if not said and (not customary or speaks_of_deduction(text)):
        return None
    for rule in policy.fee_rules:
        if receipt.method.lower() in rule.methods and short <= rule.most * unit and short <= total * policy.fee_share:
            return Difference("fee", short, 0.03 if customary else 0.008, "fee")
    return None


def _tax_left_out(total: int, short: int, policy: Policy) -> Difference | None:
    amount = total - short
    for rate in policy.tax_rates:
        if abs(amount + scaled(amount, rate) - total) <= 1:
            return Difference("short_pay", short, 0.006, "tax_left_out", exact=True)
    return None


@lru_cache(maxsize=16)
def instalment(text: str) -> tuple[str, str] | None:
    """Which of how many instalments a text speaks of, or None."""
    match = _INSTALMENTS.search(text)
    return (match[1], match[2]) if match and int(match[1]) <= int(match[2]) else None


def _part(amount: int, total: int, text: str) -> Difference:
    short = total - amount
    for count in range(2, _INSTALMENTS_MAX + 1):
        if abs(amount * count - total) <= count:
            return Difference("part", short, 0.02, "instalment", exact=instalment(text) is not None)
    if instalment(text) is not None:
        return Difference("part", short, 0.02, "instalment")
    if amount >= total * _PART_SHARE and not speaks_of_part(text):
        return Difference("short_pay", short, 0.008, "short_pay")
    return Difference("part", short, 0.01, "part")
