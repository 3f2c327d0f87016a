"""Whether a receipt is money that was seen before: the same payment told twice, or an invoice paid twice."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from reconcile.contenders import named_alike
from reconcile.desk import Desk
from reconcile.differences import instalment
from reconcile.fold import compact
from reconcile.hypothesis import Hypothesis
from reconcile.look import Look
from reconcile.numbers import BARE
from reconcile.pairs import days_between, names_item, one_payer, own_document, repeats_reason, same_document
from reconcile.repeats import Repeats, like_name, may_pay, same_words, twin_reason
from reconcile.slot import Slot
from reconcile.values import HistoryRow, Reason, ReceiptOutcome
from reconcile.verdict import Verdict

_LAST = re.compile(r"\b(REST\w*|BALANCE|REMAIN\w*|SOLDE|SALDO|FINAL|LETZTE\w*|LAST)\b")
"""Words of a payment that is said to be the last of its invoice: there is no second one."""
_LIKELY = 0.5

Matched = Mapping[tuple[str, int], Sequence[HistoryRow]]
"""Rows of history by currency and amount."""


def matched_before(history: Iterable[HistoryRow]) -> Matched:
    """History, findable by what a repeat of a receipt has in common with it."""
    found: dict[tuple[str, int], list[HistoryRow]] = defaultdict(list)
    for row in history:
        found[row.receipt.currency, row.receipt.amount_minor].append(row)
    return found


class Duplicates:
    """Asked twice: before an automatic answer (`again`) and, of what is left, before suggesting (`of`)."""

    def __init__(self, desk: Desk, repeats: Repeats, history: Matched, done: Mapping[str, ReceiptOutcome]) -> None:
        """`done` is read as it grows. Receipts in `history` (`matched_before`) count as earlier ones."""
        self._desk = desk
        self._policy = desk.policy
        self._repeats = repeats
        self._done = done
        self._history = history

    def of_history(self, look: Look) -> Reason | None:
        """A receipt that a person matched before and that came again. Without a text, an open item of the amount means another month."""
        receipt = look.receipt
        rows = self._history.get((receipt.currency, receipt.amount_minor))
        if rows is None:
            return None
        text = compact(receipt.reference)
        for row in rows:
            days = (receipt.received_on - row.receipt.received_on).days
            if not 0 <= days <= self._policy.duplicate_days or receipt.id == row.receipt.id:
                continue
            if row.customer_id not in look.customers or compact(row.receipt.reference) != text:
                continue
            if text or days <= self._policy.repeat_days or not self._fitting(look):
                return Reason("repeats_history", (row.receipt.id, row.invoice_id))
        return None

    def again(self, look: Look, best: Hypothesis) -> Reason | None:
        """Why an answer that seems certain may be the same money as an earlier receipt, or None."""
        known = self.of_history(look)
        if known is not None:
            return known
        earlier = self._repeats.earlier(look)
        if earlier:
            named = best.kind == "named"
            found = self._same_part(look, best, earlier) if named else twin_reason(look, earlier, self._policy)
            if found is not None:
                return found
        return self._paid_before(look, best) if len(best.slots) == 1 else None

    def of(self, look: Look, verdict: Verdict) -> Reason | None:
        """The earlier receipt that already paid what this one would, or None."""
        known = self.of_history(look) or self._settled_by_another(look)
        if known is not None:
            return known
        if own_document(look):
            return next(
                (repeats_reason(look, one) for one in self._repeats.earlier(look) if same_document(look, one)), None
            )
        fitting = bool(self._fitting(look)) or _share_of_exact(verdict) >= _LIKELY
        part = instalment(look.text)
        for other in self._repeats.earlier(look):
            reason = repeats_reason(look, other)
            paid = self._repeats.settled.get(other.receipt.id)
            if part is not None and part != instalment(other.text):
                continue
            if paid is None:
                again = days_between(look, other) == 0 and same_words(look, other)
                told = any(char.isdigit() for char in look.text)
                if same_document(look, other) or (again and (told or not self._room(look))):
                    return reason
                continue
            if self._names_paid(look, other, paid):
                return reason
            if not fitting or (days_between(look, other) <= self._policy.repeat_days and same_words(look, other)):
                return reason
        return named_alike(look, self._repeats) or (None if fitting else self._settled_alike(look, verdict))

    def _settled_alike(self, look: Look, verdict: Verdict) -> Reason | None:
        """Nothing open fits well, and somebody of nearly the same name paid just this before; his own next item is no repeat."""
        name = look.receipt.payer_name
        if not name or look.unrelated or instalment(look.text) or any(one.strength >= BARE for one in look.mentions):
            return None
        names, slots = self._desk.index.payers.names, self._desk.index.slots
        exact = {slot.item.customer_id for one in verdict.hypotheses if one.difference is None for slot in one.slots}
        if any(names.begins_like(name, owner) for owner in exact):
            return None
        for other in self._repeats.of_amount(look):
            owners = {slots[one].item.customer_id for one in self._repeats.settled.get(other.receipt.id, ())}
            if not owners or owners & exact:
                continue
            if like_name(look, other) or any(
                names.resembles(name, owner) or names.begins_like(name, owner) for owner in owners
            ):
                return repeats_reason(look, other)
        return None

    def _fitting(self, look: Look) -> list[Slot]:
        """Open items of the possible payers with just this amount."""
        return self._desk.fitting(look, look.customers)

    def _room(self, look: Look) -> bool:
        """Whether as many items of the amount stand open as receipts of it came up to this one: then each may have its own."""
        fitting = self._fitting(look) if look.payers else self._desk.index.with_amount(*_amount_of(look))
        free = sum(slot.left > 0 for slot in fitting)
        return free > len(self._repeats.of_amount(look) if not look.payers else self._repeats.earlier(look))

    def _names_paid(self, look: Look, other: Look, paid: Sequence[str]) -> bool:
        """Whether this receipt names what the other one settled, and no second part of it."""
        named = [slot for mention in look.mentions for slot in mention.slots if slot.item.id in paid]
        return any(not self._next_part(look, other, slot) for slot in named)

    def _next_part(self, look: Look, other: Look | None, slot: Slot) -> bool:
        """An item that still holds the amount is paid on, unless the same words came within days."""
        if other is not None and (one := instalment(look.text)) and one != instalment(other.text):
            return True
        if slot.left < look.receipt.amount_minor:
            return False
        return other is None or not (
            same_words(look, other) and days_between(look, other) <= self._policy.part_repeat_days
        )

    def _settled_by_another(self, look: Look) -> Reason | None:
        """A named document that an earlier receipt of the same amount paid, whoever it seemed to come from."""
        receipt = look.receipt
        slots = [slot for mention in look.mentions if mention.strength >= BARE for slot in mention.slots]
        for slot in slots:
            for claim in slot.claims:
                days = (receipt.received_on - claim.on).days
                other = self._repeats.looks.get(claim.receipt_id)
                came = other.receipt.amount_minor if other is not None else claim.minor
                if receipt.amount_minor not in (claim.minor, came) or claim.receipt_id == receipt.id:
                    continue
                if slot.item.currency != receipt.currency or not 0 <= days <= self._policy.named_duplicate_days:
                    continue
                if not self._next_part(look, other, slot):
                    return Reason("repeats", (claim.receipt_id, str(days)))
        return None

    def _paid_before(self, look: Look, best: Hypothesis) -> Reason | None:
        """An earlier receipt of this amount that is still waiting and may be the item's payment: then this one is the second."""
        slot, index = best.slots[0], self._desk.index
        waiting = [other for other in self._repeats.of_amount(look) if other.receipt.id not in self._done]
        if not waiting:
            return None
        fitting = self._desk.fitting(look, sorted({slot.item.customer_id, *look.customers}))
        if len(fitting) > len(waiting):
            return None  # enough for all of them, whoever they are
        before = [other for other in waiting if may_pay(other, slot, index) or like_name(look, other)]
        if len(fitting) > 1 and own_document(look):  # strangers who wait have something else to pay
            before = [other for other in before if names_item(other, slot) or one_payer(look, other)]
        return repeats_reason(look, before[0]) if before and len(fitting) <= len(before) else None

    def _same_part(self, look: Look, best: Hypothesis, earlier: list[Look]) -> Reason | None:
        """A part of an invoice paid again with the same words within days: a second part or the same one, nobody can tell."""
        for other in earlier:
            paid = self._repeats.settled.get(other.receipt.id, ())
            near = days_between(look, other) <= self._policy.part_repeat_days
            said_last = _LAST.search(look.text) and _LAST.search(other.text)
            if ((near and same_words(look, other)) or said_last) and set(paid) & set(best.ids):
                return repeats_reason(look, other)
        return None


def _share_of_exact(verdict: Verdict) -> float:
    """How probable it is that the receipt pays something open to the cent, amounts alone aside."""
    pairs = zip(verdict.hypotheses, verdict.confidences, strict=True)
    return sum(share for one, share in pairs if one.difference is None and one.kind != "amount")


def _amount_of(look: Look) -> tuple[str, int]:
    return look.receipt.currency, look.receipt.amount_minor
