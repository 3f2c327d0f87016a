"""Classes of evidence: every answer rests on exactly one, so that each can be proved on the benchmark and allowed or forbidden.

The codes are stable: they are stored with matches and written in policies.
"""

from enum import StrEnum
from functools import lru_cache

from reconcile.fold import compact, fold
from reconcile.hypothesis import Hypothesis
from reconcile.look import Look
from reconcile.numbers import BARE, LOOSE, STRUCTURED, number_forms
from reconcile.payers import CERTAIN, STRONG

_EXPLAINED = frozenset({"fee", "discount", "withholding", "fx", "rounding"})


class EvidenceClass(StrEnum):
    """What an answer rests on, strongest first."""

    PROCESSOR_ID = "processor_id"
    CHECK_DIGITS = "check_digits"
    NUMBER = "number"
    NUMBER_PART = "number_part"
    ORDER_NUMBER = "order_number"
    NUMBER_ALONE = "number_alone"
    NUMBERS = "numbers"
    NEAR_NUMBER = "near_number"
    PAYER_KNOWN = "payer_known"
    PAYER_NAMED = "payer_named"
    PAYER_LIKE = "payer_like"
    SET_SUM = "set_sum"
    DIFFERENCE = "difference"
    DIFFERENCE_UNNAMED = "difference_unnamed"
    PART = "part"
    OLDEST_FIRST = "oldest_first"
    AMOUNT = "amount"


SENTENCES: dict[EvidenceClass, str] = {
    EvidenceClass.PROCESSOR_ID: "A processor's or the books' own id names the invoice, and the amount is exact.",
    EvidenceClass.CHECK_DIGITS: "A structured payment reference names the invoice, and the amount is exact.",
    EvidenceClass.NUMBER: "The invoice number, the exact amount and the payer agree.",
    EvidenceClass.NUMBER_PART: "The digits of the invoice number, the exact amount and the payer agree.",
    EvidenceClass.ORDER_NUMBER: "The customer's order number, the exact amount and the payer agree.",
    EvidenceClass.NUMBER_ALONE: "The invoice number and the exact amount agree; the payer is not known or pays for another.",
    EvidenceClass.NUMBERS: "The documents named add up to the amount.",
    EvidenceClass.NEAR_NUMBER: "The text is nearly the invoice number; the amount is exact and the payer agrees.",
    EvidenceClass.PAYER_KNOWN: "The payer's account, address or customer number is known, and one open invoice has the amount.",
    EvidenceClass.PAYER_NAMED: "The payer's name is a customer's, and one open invoice has the amount.",
    EvidenceClass.PAYER_LIKE: "The payer's name resembles a customer's or is of its group, and one open invoice has the amount.",
    EvidenceClass.SET_SUM: "The payer is known, and only one set of open invoices adds up to the amount.",
    EvidenceClass.DIFFERENCE: "The invoice is named, and a fee, discount, tax, exchange rate or rounding explains the difference.",
    EvidenceClass.DIFFERENCE_UNNAMED: "No invoice is named; the payer is known, and a rule explains the difference to one invoice.",
    EvidenceClass.PART: "The invoice is named and paid in part, short, or too much.",
    EvidenceClass.OLDEST_FIRST: "The oldest of a customer's equal invoices, by the policy chosen here.",
    EvidenceClass.AMOUNT: "Only the amount fits; never automatic.",
}
"""One sentence each, for the policy page and the table of proof."""

CLASSES: dict[str, str] = {found.value: sentence for found, sentence in SENTENCES.items()}
"""The same by code."""


def class_of(look: Look, hypothesis: Hypothesis) -> EvidenceClass:
    """The one class that an answer belongs to."""
    if hypothesis.by_policy:
        return EvidenceClass.OLDEST_FIRST
    found = hypothesis.difference
    if hypothesis.kind == "named":
        if found is None:
            return _named(look, hypothesis)
        explained = found.kind in _EXPLAINED or found.exact
        return EvidenceClass.DIFFERENCE if explained and found.kind != "part" else EvidenceClass.PART
    if hypothesis.kind == "amount":
        return EvidenceClass.AMOUNT
    if found is not None:
        return EvidenceClass.DIFFERENCE_UNNAMED
    return EvidenceClass.SET_SUM if len(hypothesis.slots) > 1 else _single(look, hypothesis)


def _named(look: Look, hypothesis: Hypothesis) -> EvidenceClass:
    if len(hypothesis.slots) > 1:
        return EvidenceClass.NUMBERS
    item = hypothesis.slots[0].item
    strength = hypothesis.strength
    if strength == STRUCTURED:
        own = compact(item.payment_reference) if item.payment_reference else ""
        printed = own and any(mention.text == own for mention in look.mentions)
        return EvidenceClass.CHECK_DIGITS if printed else EvidenceClass.PROCESSOR_ID
    if hypothesis.agrees in {"unknown", "stranger"}:
        return EvidenceClass.NUMBER_ALONE
    if item.po_number and strength <= LOOSE and _by_order(look, item.po_number, item.number):
        return EvidenceClass.ORDER_NUMBER
    return EvidenceClass.NUMBER if strength > BARE else EvidenceClass.NUMBER_PART


def _by_order(look: Look, order: str, number: str) -> bool:
    """Whether what was found in the text is the order number and not the invoice's own."""
    said = {mention.text for mention in look.mentions}
    return bool(said & _forms(order)) and not said & _forms(number)


@lru_cache(maxsize=1 << 12)
def _forms(number: str) -> frozenset[str]:
    return frozenset({compact(number), *(form for form, _ in number_forms(fold(number)))})


def _single(look: Look, hypothesis: Hypothesis) -> EvidenceClass:
    if hypothesis.strength:
        return EvidenceClass.NEAR_NUMBER
    hit = look.hit(hypothesis.slots[0].item.customer_id)
    if hit is None or hit.level < STRONG or hypothesis.agrees != "payer":
        return EvidenceClass.PAYER_LIKE
    return EvidenceClass.PAYER_KNOWN if hit.level >= CERTAIN else EvidenceClass.PAYER_NAMED
