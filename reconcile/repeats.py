"""Payments that look like one another: the same money seen twice, or a payment made twice."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

import msgspec
from rapidfuzz import fuzz

from reconcile.fold import compact
from reconcile.hypothesis import Hypothesis
from reconcile.index import Index
from reconcile.look import Look
from reconcile.names import alike, begin_alike, take_apart
from reconcile.numbers import BARE
from reconcile.policy import Policy
from reconcile.slot import Slot
from reconcile.values import Reason

_PAYERS_MAX = 3
_RARE_MAX = 3
_SAME_NAME = 0.8
_NEARLY_ALL = 90.0
"""Of two names written as one word each: so much the same, in percent, that the rest are slips."""


class Return(msgspec.Struct, frozen=True):
    """The receipt by which a payment went back, and when."""

    receipt_id: str
    on: dt.date


class Repeats:
    """Receipts by payer and amount, in order of time. Receipts that a person matched before count as earlier ones."""

    def __init__(self, looks: Iterable[Look], policy: Policy) -> None:
        """`looks` in order of date and id."""
        self._policy = policy
        self._alike: dict[tuple[str, str, int], list[Look]] = defaultdict(list)
        self._of_amount: dict[tuple[str, int], list[Look]] = defaultdict(list)
        self.order: dict[str, int] = {}
        self.looks: dict[str, Look] = {}
        self.settled: dict[str, tuple[str, ...]] = {}
        self.sent_back: dict[str, Return] = {}
        """Receipts whose money went back: from then on nothing repeats them."""
        self._lent: dict[str, list[tuple[str, str, int]]] = {}
        for place, look in enumerate(looks):
            receipt = look.receipt
            self.order[receipt.id] = place
            self.looks[receipt.id] = look
            self._of_amount[receipt.currency, receipt.amount_minor].append(look)
        for found in self._of_amount.values():
            if len(found) > 1:  # an amount that came once repeats nothing, whoever sent it
                for look in found:
                    for key in _keys(look):
                        self._alike[key].append(look)

    def settle(self, look: Look, hypothesis: Hypothesis) -> None:
        """What a receipt paid; whose documents they are says who paid, where nothing else did."""
        receipt = look.receipt
        self.settled[receipt.id] = hypothesis.ids
        if len(hypothesis.slots) == 1 and hypothesis.slots[0].item.customer_id in look.customers:
            return
        for owner in {slot.item.customer_id for slot in hypothesis.slots}.difference(look.customers):
            key = owner, receipt.currency, receipt.amount_minor
            self._alike[key].append(look)
            self._lent.setdefault(receipt.id, []).append(key)

    def unsettle(self, look: Look) -> None:
        """Take back what a receipt paid: it is to be decided again."""
        self.settled.pop(look.receipt.id, None)
        for key in self._lent.pop(look.receipt.id, ()):
            self._alike[key].remove(look)

    def earlier(self, look: Look) -> list[Look]:
        """Receipts before this one, close enough in time, of the same payer and amount; newest first."""
        if len(self._of_amount[look.receipt.currency, look.receipt.amount_minor]) < 2:
            return []
        found = {other.receipt.id: other for key in _keys(look) for other in self._alike.get(key, ())}
        return self._before(look, list(found.values()))

    def of_amount(self, look: Look) -> list[Look]:
        """Receipts before this one, close enough in time, of the same amount; newest first."""
        found = self._of_amount[look.receipt.currency, look.receipt.amount_minor]
        if len(found) < 2:
            return []
        end = bisect_left(found, self.order[look.receipt.id], key=lambda other: self.order[other.receipt.id])
        since = look.receipt.received_on - dt.timedelta(days=self._policy.duplicate_days)
        near = found[bisect_left(found, since, hi=end, key=lambda other: other.receipt.received_on) : end][::-1]
        return [other for other in near if self._stands(other, look)] if self.sent_back else near

    def there_and_back(self, look: Look) -> list[Look]:
        """Every receipt of the amount, and every one by which just as much went back."""
        receipt = look.receipt
        found = [self._of_amount.get((receipt.currency, sign * receipt.amount_minor), ()) for sign in (1, -1)]
        return [*found[0], *found[1]]

    def later(self, look: Look) -> list[Look]:
        """Receipts after this one of the same amount that look back so far as to see it."""
        found = self._of_amount[look.receipt.currency, look.receipt.amount_minor]
        if len(found) < 2:
            return []
        begin = bisect_right(found, self.order[look.receipt.id], key=lambda other: self.order[other.receipt.id])
        until = look.receipt.received_on + dt.timedelta(days=self._policy.duplicate_days)
        return found[begin : bisect_right(found, until, lo=begin, key=lambda other: other.receipt.received_on)]

    def _stands(self, other: Look, look: Look) -> bool:
        """Whether an earlier receipt's money was still here when this one came."""
        gone = self.sent_back.get(other.receipt.id)
        return gone is None or gone.on > look.receipt.received_on

    def _before(self, look: Look, found: list[Look]) -> list[Look]:
        if len(found) < 2:
            return []
        place, on = self.order[look.receipt.id], look.receipt.received_on
        near = [
            other
            for other in found
            if self.order[other.receipt.id] < place
            and (on - other.receipt.received_on).days <= self._policy.duplicate_days
            and self._stands(other, look)
        ]
        near.sort(key=lambda other: -self.order[other.receipt.id])
        return near


def may_pay(look: Look, slot: Slot, index: Index) -> bool:
    """Whether a waiting receipt of an item's amount could be its payment: by payer, by number, or with neither where the amount is rare."""
    if any(slot in mention.slots for mention in look.mentions) or look.hit(slot.item.customer_id):
        return True
    if look.nearly_names(slot.item):
        return True
    if index.payers.names.resembles(look.receipt.payer_name, slot.item.customer_id):
        return True
    if look.payers or look.unrelated:
        return False
    named = any(mention.strength >= BARE for mention in look.mentions)
    return not named and len(index.with_amount(slot.item.currency, slot.item.open_minor)) <= _RARE_MAX


def same_name(one: Look, two: Look) -> bool:
    """Whether two receipts come from one account or under nearly one name."""
    here, there = one.receipt, two.receipt
    if here.payer_account and compact(here.payer_account) == compact(there.payer_account):
        return True
    return bool(here.payer_name and there.payer_name) and _nearly_one(here.payer_name, there.payer_name)


@lru_cache(maxsize=1 << 15)
def _nearly_one(here: str, there: str) -> bool:
    """Remembered, since in a book of equal amounts every receipt is held against those before it, stage after stage."""
    one, two = take_apart(here), take_apart(there)
    return alike(one, two) >= _SAME_NAME or fuzz.ratio(one.joined, two.joined) >= _NEARLY_ALL


def like_name(one: Look, two: Look) -> bool:
    """The same, or names that begin with the same long word, give or take a letter."""
    here, there = one.receipt.payer_name, two.receipt.payer_name
    return same_name(one, two) or bool(here and there and begin_alike(take_apart(here), take_apart(there)))


def same_words(one: Look, two: Look) -> bool:
    """Whether two receipts carry the same text."""
    return compact(one.receipt.reference) == compact(two.receipt.reference)


def twin_reason(look: Look, earlier: list[Look], policy: Policy) -> Reason | None:
    """The earlier receipt that this one would be the same money as: alike within days and without a different text of its own."""
    for other in earlier:
        days = (look.receipt.received_on - other.receipt.received_on).days
        if days > policy.repeat_days:
            break
        if same_words(look, other) or not look.mentions or not other.mentions:
            return Reason("repeats", (other.receipt.id, str(days)))
    return None


def _keys(look: Look) -> list[tuple[str, str, int]]:
    receipt = look.receipt
    who = [hit.customer_id for hit in look.payers[:_PAYERS_MAX]]
    if not who:
        text = compact(receipt.payer_account or receipt.payer_name or receipt.payer_email) or compact(receipt.reference)
        who = [text] if text else []
    if receipt.payer_account:
        who.append(f"@{compact(receipt.payer_account)}")
    return [(one, receipt.currency, receipt.amount_minor) for one in who]
