"""Bank lines that are a processor's transfer of charges, and not a customer's payment."""

import sys
from collections import defaultdict
from collections.abc import Iterable

from reconcile.fold import compact, fold, words
from reconcile.legal_forms import PROCESSORS
from reconcile.suspicion import beginnings, unrelated_word
from reconcile.values import Reason, Receipt

_PAYOUT_WORDS = frozenset({"PAYOUT", "KARTENUMSATZ", "PAYOUTS", "AUSZAHLUNG"})
_SETTLED_BY = frozenset(
    {"CARD", "CARDS", "MERCHANT", "MERCHANTS", "ACQUIRING", "TERMINAL", "POS", "BATCH", "MID", "TID"}
)
"""Beside one of these, or a processor's name, a settlement is a processor's; alone it may be anybody's."""


class Payouts:
    """The charges of each payout, summed net of fees."""

    def __init__(self, receipts: Iterable[Receipt]) -> None:
        """Looks at the receipts that name the payout they were paid out in."""
        self._net: dict[tuple[str, str], int] = defaultdict(int)
        self._members: dict[tuple[str, str], list[Receipt]] = defaultdict(list)
        for receipt in receipts:
            if receipt.payout_id:
                key = receipt.payout_id, receipt.currency
                self._members[key].append(receipt)
                self._net[key] += receipt.amount_minor - receipt.fee_minor
        self._by_key = {compact(payout): (payout, currency) for payout, currency in self._members}
        self._shortest = min([len(key) for key in self._by_key], default=sys.maxsize)
        self._by_amount: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
        for key, net in sorted(self._net.items()):
            self._by_amount[key[1], net].append(key)

    def reason(self, receipt: Receipt, *, known_payer: bool) -> Reason | None:
        """Why a receipt is a payout, or None. A customer who is known by name is never taken for a processor by amount alone."""
        own = receipt.payout_id, receipt.currency
        if receipt.payout_id and len(self._members[own]) > 1:
            rest = self._net[own] - (receipt.amount_minor - receipt.fee_minor)
            if rest == receipt.amount_minor and receipt.source != "stripe":
                return Reason("payout_sum", (receipt.payout_id, str(len(self._members[own]) - 1)))
        if receipt.payout_id:
            return self._own_line(receipt)
        named = self._named(fold(receipt.reference))
        if named:
            return Reason("payout_named", (named,))
        return None if known_payer else self._by_words(receipt)

    def _named(self, folded: str) -> str:
        """The payout whose id stands in a text, or an empty string."""
        if len(folded) < self._shortest:
            return ""
        keys = self._by_key
        long = [token for token in folded.split() if len(token) >= self._shortest]  # most texts have no such word
        for key in [*(word for token in long for word in words(token)), *map(compact, long)]:
            if key in keys:
                return keys[key][0]
        return ""

    def _own_line(self, receipt: Receipt) -> Reason | None:
        """A bank's line that carries the payout's id itself."""
        said = words(fold(f"{receipt.payer_name} {receipt.reference}"))
        if receipt.source == "bank" and ("PAYOUT" in said or (said and said[0] in PROCESSORS)):
            return Reason("payout_named", (receipt.payout_id,))
        return None

    def _by_words(self, receipt: Receipt) -> Reason | None:
        name = words(fold(receipt.payer_name))
        processor = next((word for word in name[:3] if word in PROCESSORS), "") or (
            "AMEX" if name[:2] == ["AMERICAN", "EXPRESS"] else ""
        )
        said = words(fold(receipt.reference))
        summed = [
            key
            for key in self._by_amount.get((receipt.currency, receipt.amount_minor), ())
            if any(abs((receipt.received_on - charge.received_on).days) <= 31 for charge in self._members[key])
        ]
        if summed and (processor or receipt.source == "bank"):
            return Reason("payout_sum", (summed[0][0], str(len(self._members[summed[0]]))))
        if processor:
            return Reason("payout_processor", (processor.title(),))
        if (
            receipt.source == "bank"
            and _speaks_of_payout(said)
            and (not name or any(word in PROCESSORS for word in said))
            and not unrelated_word(" ".join(said), beginnings(said))
        ):
            return Reason("payout_processor", ("A processor's",))
        return None


def _speaks_of_payout(said: list[str]) -> bool:
    found = set(said)
    if found & _PAYOUT_WORDS:
        return True
    return bool(found & {"SETTLEMENT", "MERCHANT"}) and len(found & (_SETTLED_BY | {"SETTLEMENT"} | PROCESSORS)) > 1
