"""Two receipts held side by side: how far apart they came, whether one payer sent both, what they both name."""

from reconcile.look import Look
from reconcile.numbers import BARE, FULL
from reconcile.repeats import same_name
from reconcile.slot import Slot
from reconcile.values import Reason


def days_between(look: Look, other: Look) -> int:
    return (look.receipt.received_on - other.receipt.received_on).days


def repeats_reason(look: Look, other: Look) -> Reason:
    return Reason("repeats", (other.receipt.id, str(days_between(look, other))))


def one_payer(look: Look, other: Look) -> bool:
    return bool(set(look.customers) & set(other.customers)) or same_name(look, other)


def names_item(look: Look, slot: Slot) -> bool:
    return any(slot in mention.slots for mention in look.mentions)


def same_document(one: Look, two: Look) -> bool:
    """Whether two receipts name one and the same document."""
    named = {slot.item.id for mention in one.mentions if mention.strength >= BARE for slot in mention.slots}
    return any(slot.item.id in named for mention in two.mentions if mention.strength >= BARE for slot in mention.slots)


def own_document(look: Look) -> bool:
    """Whether a receipt names in full an open document of its amount, its payer's if that is known: no other's payment is this."""
    return any(
        mention.strength >= FULL
        and slot.left == look.receipt.amount_minor
        and slot.item.currency == look.receipt.currency
        and (not look.payers or look.hit(slot.item.customer_id) is not None)
        for mention in look.mentions
        for slot in mention.slots
    )
