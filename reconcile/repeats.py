"""Payments that look like one another: the same money seen twice, or a payment made twice."""

from collections import defaultdict
from collections.abc import Iterable

from reconcile.fold import compact
from reconcile.look import Look
from reconcile.policy import Policy
from reconcile.values import HistoryRow, Reason

_NEAR_DAYS = 3


class Repeats:
    """Receipts by payer and amount, in order of time. Receipts that a person matched before count as earlier ones."""

    def __init__(self, looks: Iterable[Look], policy: Policy) -> None:
        """`looks` in order of date and id."""
        self._policy = policy
        self._alike: dict[tuple[str, str, int], list[Look]] = defaultdict(list)
        self.order: dict[str, int] = {}
        self.settled: dict[str, tuple[str, ...]] = {}
        for place, look in enumerate(looks):
            self.order[look.receipt.id] = place
            key = _key(look)
            if key is not None:
                self._alike[key].append(look)

    def earlier(self, look: Look) -> list[Look]:
        """Receipts before this one, close enough in time, of the same payer and amount; newest first."""
        key = _key(look)
        found = self._alike.get(key, ()) if key is not None else ()
        if len(found) < 2:
            return []
        place = self.order[look.receipt.id]
        return [
            other
            for other in reversed(found)
            if self.order[other.receipt.id] < place
            and (look.receipt.received_on - other.receipt.received_on).days <= self._policy.duplicate_days
        ]

    def alike_count(self, look: Look) -> int:
        """How many receipts up to and including this one look alike."""
        return len(self.earlier(look)) + 1


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


def of_history(look: Look, history: dict[tuple[str, int, str], list[HistoryRow]], policy: Policy) -> Reason | None:
    """A receipt that a person matched before and that came again."""
    receipt = look.receipt
    for row in history.get(history_key(receipt.currency, receipt.amount_minor, receipt.reference), ()):
        days = (receipt.received_on - row.receipt.received_on).days
        if 0 <= days <= policy.duplicate_days and row.customer_id in look.customers and receipt.id != row.receipt.id:
            return Reason("repeats_history", (row.receipt.id, row.invoice_id))
    return None


def history_key(currency: str, minor: int, reference: str) -> tuple[str, int, str]:
    """What a repeat of a matched receipt has in common with it."""
    return currency, minor, compact(reference)


def _key(look: Look) -> tuple[str, str, int] | None:
    receipt = look.receipt
    who = (
        look.payers[0].customer_id
        if look.payers
        else compact(receipt.payer_account or receipt.payer_name or receipt.payer_email)
    )
    if not who:
        who = compact(receipt.reference)
        if not who:
            return None
    return who, receipt.currency, receipt.amount_minor
