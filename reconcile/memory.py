"""What was learnt in one organisation: who pays under which name, account and address, and what was said no to.

A pure value made of facts in order. Nothing crosses organisations: a memory belongs to the run it is given to.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal

from reconcile.facts import Confirmed, Declined, Fact, Undone
from reconcile.fold import compact, fold
from reconcile.habits import Habits
from reconcile.values import Reason, Receipt

PROVEN = 2
"""Confirmations after which an alias counts by itself, unless another customer was confirmed under it."""
_DOUBT_MAX = 0.5
"""A decline of less than its half-life ago keeps an answer without a number from being automatic."""
_PER_NO = 0.3
"""What one fresh no leaves of an answer's weight."""
_NO_HABITS = Habits()

Sign = Literal["account", "email", "alias"]
Key = tuple[Sign, str]


class Tie:
    """What is known of one sign of a payer and one customer. `receipts` are the ids of those confirmed."""

    __slots__ = ("broken", "declined", "receipts")

    def __init__(self) -> None:
        """Nothing was confirmed."""
        self.receipts: set[str] = set()
        self.declined: dict[str, dt.date] = {}
        self.broken = False


class Memory:
    """Made by `of`; the engine asks it, the facts' owner feeds it."""

    def __init__(self) -> None:
        """Empty."""
        self._ties: dict[Key, dict[str, Tie]] = defaultdict(dict)
        self._refused: dict[str, set[str]] = defaultdict(set)
        self._habits: dict[str, Habits] = {}
        self._seen: set[tuple[str, str]] = set()
        self.doubts = False
        """Whether anything was ever declined or undone; where not, nothing need be asked."""

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> "Memory":
        """Everything learnt from facts, taken by day, those of one day as given. A fact given twice counts once."""
        memory = cls()
        for fact in sorted(facts, key=lambda fact: fact.on):
            if isinstance(fact, Confirmed):
                memory._confirm(fact)
            else:
                memory._refuse(fact)
        return memory

    def learnt(self) -> Iterator[tuple[Sign, str, str, int]]:
        """Each sign of a payer, the customer it stands for, and how many confirmations say so."""
        for (sign, text), ties in sorted(self._ties.items()):
            for customer, tie in sorted(ties.items()):
                if tie.receipts and not tie.broken:
                    yield sign, text, customer, len(tie.receipts)

    def habits(self, customer_id: str) -> Habits:
        """How a customer pays."""
        return self._habits.get(customer_id, _NO_HABITS)

    def doubt(self, receipt: Receipt, customer_id: str, half_life_days: int) -> float:
        """The weight of the noes to this payer for this customer on the receipt's day: 1 for a fresh one, half of it a half-life later."""
        days: dict[str, dt.date] = {}
        for key in keys_of(receipt):
            tie = self._ties.get(key, {}).get(customer_id)
            if tie is not None:
                days.update(tie.declined)
        ages = [max(0, (receipt.received_on - day).days) for day in days.values()]
        return math.fsum(0.5 ** (age / half_life_days) for age in ages)

    def weight(self, receipt: Receipt, customer_id: str, item_ids: Iterable[str], half_life_days: int) -> float:
        """What is left of an answer's weight after what was declined: 1 where nothing was."""
        doubt = self.doubt(receipt, customer_id, half_life_days)
        doubt += not self._refused.get(receipt.id, set()).isdisjoint(item_ids)
        return float(_PER_NO**doubt)

    def objection(
        self, receipt: Receipt, customer_id: str, item_ids: Iterable[str], half_life_days: int, *, named: bool
    ) -> Reason | None:
        """Why an answer is not automatic after what people said; None where nothing speaks against it."""
        if not self._refused.get(receipt.id, set()).isdisjoint(item_ids):
            return Reason("refused_before")
        ties = [self._ties.get(key, {}).get(customer_id) for key in keys_of(receipt)]
        if any(tie is not None and tie.broken for tie in ties):
            return Reason("undone_before")
        if not named and self.doubt(receipt, customer_id, half_life_days) >= _DOUBT_MAX:
            return Reason("declined_before")
        return None

    def _confirm(self, fact: Confirmed) -> None:
        self._refused.get(fact.receipt.id, set()).difference_update(fact.item_ids)
        for key in keys_of(fact.receipt):
            tie = self._tie(key, fact.customer_id)
            tie.broken = False
            tie.receipts.add(fact.receipt.id)
            tie.declined.pop(fact.receipt.id, None)
        if (fact.receipt.id, fact.customer_id) not in self._seen:
            self._seen.add((fact.receipt.id, fact.customer_id))
            self._habits.setdefault(fact.customer_id, Habits()).add(fact)

    def _refuse(self, fact: Declined | Undone) -> None:
        self.doubts = True
        self._refused[fact.receipt.id].update(fact.item_ids)
        for key in keys_of(fact.receipt):
            tie = self._tie(key, fact.customer_id)
            if isinstance(fact, Undone):
                tie.broken = True
                tie.receipts.clear()
            elif fact.receipt.id not in tie.receipts:
                tie.declined[fact.receipt.id] = fact.on

    def _tie(self, key: Key, customer_id: str) -> Tie:
        return self._ties[key].setdefault(customer_id, Tie())


def keys_of(receipt: Receipt) -> list[Key]:
    """The signs by which a payer is known again."""
    found: list[Key] = []
    if receipt.payer_account and (account := compact(receipt.payer_account)):
        found.append(("account", account))
    if "@" in receipt.payer_email:
        found.append(("email", receipt.payer_email.strip().upper()))
    if receipt.payer_name and (name := compact(fold(receipt.payer_name))):
        found.append(("alias", name))
    return found
