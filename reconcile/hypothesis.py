"""One possible answer for a receipt, with what it would spend of each item."""

from reconcile.differences import Difference
from reconcile.slot import Slot
from reconcile.values import Reason, Receipt


class Hypothesis:
    """Items, amounts and the mass of evidence. `applied` is positive, in the item's currency, also for credit notes."""

    __slots__ = (
        "agrees", "applied", "by_policy", "currency", "difference",
        "ids", "kind", "left", "mass", "no_rate", "reasons", "slots", "strength", "unapplied",
    )  # fmt: skip

    def __init__(self, kind: str, slots: list[Slot], mass: float, reasons: list[Reason]) -> None:
        """`kind`: named, single, set, cut, near or amount."""
        self.kind = kind
        self.slots = slots
        self.ids = (slots[0].item.id,) if len(slots) == 1 else tuple(sorted([slot.item.id for slot in slots]))
        self.mass = mass
        self.reasons = reasons
        self.left = [slot.left for slot in slots]
        self.applied = list(self.left)
        self.currency = slots[0].item.currency
        self.difference: Difference | None = None
        self.no_rate = False
        self.by_policy = False
        self.strength = 0
        self.agrees = ""
        self.unapplied = 0


def spend(hypothesis: Hypothesis, difference: Difference | None) -> None:
    """Fit the applied amounts to a difference: a shortage is left on the newest invoice, by discount on each."""
    hypothesis.difference = difference
    if difference is None or difference.minor <= 0:
        return
    missing = difference.minor
    invoices = [place for place, slot in enumerate(hypothesis.slots) if slot.sign > 0]
    newest_first = sorted(
        invoices, key=lambda place: (hypothesis.slots[place].since, hypothesis.slots[place].item.id), reverse=True
    )
    for place in newest_first:
        taken = min(missing, hypothesis.applied[place])
        hypothesis.applied[place] -= taken
        missing -= taken


def settle_amounts(hypothesis: Hypothesis, receipt: Receipt, amount: int, back: float | None = None) -> None:
    """Write what the receipt keeps: `amount` is the receipt's in the items' currency."""
    used = sum([slot.sign * minor for slot, minor in zip(hypothesis.slots, hypothesis.applied, strict=True)])
    if receipt.currency == hypothesis.currency:
        hypothesis.unapplied = amount - used
    elif back is not None:
        hypothesis.unapplied = max(0, receipt.amount_minor - round(used / back)) if used < amount else 0
