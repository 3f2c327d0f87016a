"""What is decided stage by stage is part of the best choice that there is for all receipts at once."""

import math
from collections.abc import Sequence
from random import Random

from reconcile.desk import Desk
from reconcile.engine import Matcher
from reconcile.index import Index
from reconcile.look import Look
from reconcile.policy import DEFAULT
from reconcile.rates import Rates
from reconcile.values import OpenItem, Receipt
from reconcile.verdict import judge
from tests.reconcile.book import CUSTOMERS, HILL, KITE, NORD, invoice, receipt

_FLOOR = 1e-6
_HELD = 1_000.0
"""Worth more than any answer: what was decided is not given up for others."""
_BOOKS = 400

Answer = tuple[float, dict[str, int]]
"""How much more speaks for it than for none, as a logarithm, and what it takes of which items."""


def _component(rng: Random) -> tuple[list[OpenItem], list[Receipt]]:
    """Few items and receipts of few amounts: each receipt pays one item, and may say which or come without a name."""
    owners = (NORD, HILL, KITE)[: rng.randrange(1, 4)]
    prices = [f"{rng.randrange(80, 900)}.{rng.randrange(100):02}" for _ in range(rng.randrange(2, 6))]
    items = [
        invoice(f"INV-{7001 + 37 * n}", rng.choice(prices), rng.choice(owners)) for n in range(rng.randrange(2, 8))
    ]
    came = []
    for n in range(rng.randrange(2, 7)):
        item = rng.choice(items)
        name = next(one.name for one in owners if one.id == item.customer_id)
        name = name if rng.random() < 0.8 else rng.choice(("", rng.choice(owners).name))
        text, day = rng.choice((item.number, "", "")), f"02-{rng.randrange(1, 28):02}"
        amount = f"{item.open_minor // 100}.{item.open_minor % 100:02}"
        came.append(receipt(amount, text, name, receipt_id=f"r{n}", on=day))
    return items, came


def _answers(items: Sequence[OpenItem], receipts: Sequence[Receipt]) -> list[list[Answer]]:
    """Of each receipt, everything that it could mean while nobody has taken anything."""
    index = Index.build(items, CUSTOMERS)
    desk = Desk(index, Rates((), 7), DEFAULT)
    looks = [Look(one, index) for one in receipts]
    desk.note_mentions(looks)
    found = []
    for look in looks:
        verdict = judge(look, desk)
        masses = [one.mass for one in verdict.hypotheses]
        none = max(1e-9, 1 - sum(verdict.confidences)) * sum(masses)
        uses = [dict(zip([slot.item.id for slot in one.slots], one.applied, strict=True)) for one in verdict.hypotheses]
        found.append([(math.log(mass / none), use) for mass, use in zip(masses, uses, strict=True)])
    return found


def _best(answers: Sequence[Sequence[Answer]], left: dict[str, int], least: float = -math.inf) -> float:
    """The most that any choice of one answer or none for each reaches, if that is above `least`: branch and bound."""
    if not answers:
        return 0.0
    hope = sum(max([0.0, *(weight for weight, _ in one)]) for one in answers)
    if hope <= least:
        return -math.inf
    found = _best(answers[1:], left, least)
    for weight, use in answers[0]:
        if weight > 0 and all(left[item] >= minor for item, minor in use.items()):
            rest = {item: minor - use.get(item, 0) for item, minor in left.items()}
            found = max(found, weight + _best(answers[1:], rest, max(least, found) - weight))
    return found


def test_automatic_answers_are_part_of_the_best_choice_for_all() -> None:
    rng, automatic = Random("choice"), 0
    for _ in range(_BOOKS):
        items, receipts = _component(rng)
        outcomes = Matcher(Index.build(items, CUSTOMERS), Rates((), 7), DEFAULT).run(receipts).outcomes
        decided = {one.receipt_id: one for one in outcomes if one.status != "duplicate"}
        waits = [one for one in receipts if one.id in decided]
        free, held, least = [], [], 0.0
        for one, answers in zip(receipts, _answers(items, receipts), strict=True):
            if one not in waits:
                continue
            lines = decided[one.id].proposals[0].lines if decided[one.id].status == "matched" else ()
            taken = {line.item_id: line.applied_minor for line in lines}
            automatic += bool(taken)
            free.append(answers)
            held.append([(w + _HELD * bool(taken), use) for w, use in answers if not taken or use == taken])
            least += _HELD * bool(taken)
        left = {item.id: item.open_minor for item in items}
        assert _best(held, left) - least > _best(free, left) - _FLOOR
    assert automatic > _BOOKS
