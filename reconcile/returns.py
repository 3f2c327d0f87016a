"""Payments that were sent back: from that day on they count no more, and what they paid is open again."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from reconcile.look import Look
from reconcile.numbers import BARE
from reconcile.repeats import Return, same_name
from reconcile.suspicion import speaks_of_return

_DAYS_MAX = 180
"""Direct debits come back for thirteen months, but hardly ever after half a year."""


def sent_back(looks: Iterable[Look]) -> dict[str, Return]:
    """What went back, by the id of the payment. `looks` in order of time."""
    came: dict[tuple[str, int], list[Look]] = defaultdict(list)
    found: dict[str, Return] = {}
    for look in looks:
        receipt = look.receipt
        if receipt.amount_minor > 0:
            came[receipt.currency, receipt.amount_minor].append(look)
            continue
        first = _came_as(look, came.get((receipt.currency, -receipt.amount_minor), ()), found)
        if first is not None:
            found[first.receipt.id] = Return(receipt.id, receipt.received_on)
    return found


def sent_back_now(known: Mapping[str, Return], looks: Collection[Look], order: Mapping[str, int]) -> dict[str, Return]:
    """What went back, where only among `looks`, all of one amount there and back, it may be otherwise than known."""
    ordered = sorted(looks, key=lambda look: order[look.receipt.id])
    own = {look.receipt.id for look in ordered}
    found = {**{first: back for first, back in known.items() if first not in own}, **sent_back(ordered)}
    return dict(sorted(found.items(), key=lambda pair: order[pair[1].receipt_id]))


def _came_as(back: Look, before: Sequence[Look], gone: Collection[str]) -> Look | None:
    """The payment that a return takes back: the latest of the amount that names the same document or has the same payer."""
    if not speaks_of_return(back.text):
        return None
    for look in reversed(before):
        days = (back.receipt.received_on - look.receipt.received_on).days
        if days > _DAYS_MAX:
            return None
        if look.receipt.id not in gone and _of_one_payment(back, look):
            return look
    return None


def _of_one_payment(back: Look, look: Look) -> bool:
    named, said = _documents(back), _documents(look)
    if named and said:
        return bool(named & said)
    return bool(set(back.customers) & set(look.customers)) or same_name(back, look)


def _documents(look: Look) -> set[str]:
    return {slot.item.id for mention in look.mentions if mention.strength >= BARE for slot in mention.slots}
