"""The large world: the same two businesses grown, with 50,000 invoices between their ledgers and Stripe.

20,000 invoices stand in each ledger and 5,000 in each Stripe account, which has taken 5,000 charges. Every special case
is in it as often as in the small world; the rest is everyday trade.
"""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.world import mirrors, payouts, plan, trade
from sandbox.world.entity import EntityDraft
from sandbox.world.small import AMERICAN, BRITISH, Outline, begin, every_case, people

MONTHS = 24
LEDGER_INVOICES = 20_000
STRIPE_INVOICES = 5_000
CHARGES = 5_000
_BOOKED_OLDER_THAN_DAYS = 21  # what is younger still waits for somebody to book it


def large_world(seed: int, today: date) -> tuple[plan.EntityPlan, plan.EntityPlan]:
    """Both entities as they stand on the morning of `today`."""
    return _entity(AMERICAN, seed, today).finished(), _entity(BRITISH, seed, today).finished()


def _entity(outline: Outline, seed: int, today: date) -> EntityDraft:
    entity = begin(outline, seed, today, MONTHS)
    people(entity, outline, clients=800, locals_=400)
    every_case(entity, outline, MONTHS)
    mirrors.everyday(entity, STRIPE_INVOICES - len(entity.takings.invoices))
    _by_link(entity, CHARGES - len(entity.takings.charges))
    trade.ordinary(entity, LEDGER_INVOICES - len(entity.books.invoices), MONTHS)
    payouts.weekly(entity)
    return entity


def _by_link(entity: EntityDraft, count: int) -> None:
    """Ledger invoices paid by a payment link that quotes their number."""
    for number in range(count):
        age = 4 + number * (MONTHS * 30 - 40) // count
        issued_on = entity.today - timedelta(days=age)
        debt = entity.debt(issued_on=issued_on)
        booked = age > _BOOKED_OLDER_THAN_DAYS
        charge = entity.take(
            "already_recorded" if booked else "exact_number",
            debt.total,
            [(debt, debt.total)],
            customer=entity.customer_of(debt),
            on=entity.after(issued_on, 1, 12),
            description=f"Invoice {debt.number}",
        )
        if booked:
            entity.record(charge, debt, debt.total)
