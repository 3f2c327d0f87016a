"""What many items of one customer say of themselves together is what they say one by one."""

import datetime as dt
from random import Random

import msgspec
import pytest

from reconcile.cuts import natural_cuts
from reconcile.index import MANY, Index
from reconcile.pile import Stack, amounts_of
from reconcile.slot import Slot
from reconcile.subsets import subsets_with_sum
from reconcile.values import OpenItem
from tests.reconcile.book import CUSTOMERS, NORD, invoice

START = dt.date(2026, 1, 1)


def _book(rng: Random) -> list[OpenItem]:
    found = []
    for number in range(MANY + 40):
        issued = START + dt.timedelta(days=rng.randrange(90))
        item = invoice(f"INV-{7000 + number}", f"{rng.randrange(5, 60)}.{rng.choice(('00', '50'))}")
        due = rng.choice((None, issued + dt.timedelta(days=rng.choice((0, 14, 30)))))
        order = rng.choice(("", "", f"PO-{rng.randrange(60)}"))
        found.append(msgspec.structs.replace(item, issued_on=issued, due_on=due, po_number=order))
    return found


def _open(index: Index, on: dt.date) -> list[Slot]:
    own = index.of_customer(NORD.id, "EUR")
    return [slot for slot in own if slot.left and slot.since <= on and slot.item.status == "open"]


@pytest.mark.parametrize("seed", range(2))
def test_a_pile_that_was_told_of_every_claim_is_what_stands_open(seed: int) -> None:
    rng = Random(f"pile {seed}")
    items = _book(rng)
    index = Index.build(items, CUSTOMERS)
    for step in range(60):
        slot = index.slots[rng.choice(items).id]
        on = START + dt.timedelta(days=rng.randrange(100))
        if slot.left:
            slot.claim(f"R{step}", on, rng.choice((slot.left, (slot.left + 1) // 2)))
            index.note_claims([slot])
        else:
            index.release([slot])
        if step % 20 == 10:
            gone = index.slots[slot.item.id].item
            index.remove_item(gone.id)
            index.release([slot])  # a stale one is nobody's
            index.put_item(gone)
        expected = _open(index, on)
        found = index.open_of([NORD.id], "EUR", on)
        assert list(found) == expected
        assert amounts_of(found) == [one.signed for one in expected]


def test_cuts_and_sums_of_a_stack_are_those_of_its_items() -> None:
    rng = Random("cuts")
    index = Index.build(_book(rng), CUSTOMERS)
    for days in (20, 45, 100):
        on = START + dt.timedelta(days=days)
        stack = index.open_of([NORD.id], "EUR", on)
        assert isinstance(stack, Stack)
        plain = list(stack)
        late = [slot for slot in plain if slot.item.due_on is not None and slot.item.due_on <= on]
        orders = {slot.item.po_number for slot in plain} - {""}
        ordered = [[slot for slot in plain if slot.item.po_number == one] for one in sorted(orders)[:5]]
        month = [slot for slot in plain if slot.since.month == 1]
        for chosen in (plain, late, month, plain[:30], plain[5:9], *ordered):
            target = sum(slot.left for slot in chosen)
            assert list(natural_cuts(stack, on, "STATEMENT", target)) == list(
                natural_cuts(plain, on, "STATEMENT", target)
            )
            assert stack.of_amount(target) == [slot for slot in plain if slot.left == target]
            assert (
                subsets_with_sum(stack.amounts, target).sets == subsets_with_sum([s.signed for s in plain], target).sets
            )
