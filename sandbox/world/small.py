"""The small world: an American joinery supplier on QuickBooks and a British maker on Xero, each with its Stripe account.

The same seed and day give the same world. Nine months of ordinary trade carry every case that the matching has to
tell apart; `EntityPlan.cases` names them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.world import charges, mirrors, names, oddments, payouts, plan, receipts, trade
from sandbox.world.books import BooksDraft
from sandbox.world.currencies import RateTable, first_of_month
from sandbox.world.entity import EntityDraft
from sandbox.world.takings import TakingsDraft, Tariff

MONTHS = 9  # this month and the eight before it


@dataclass(frozen=True)
class Outline:
    """What tells the two entities apart."""

    prefix: str
    provider: str
    name: str
    stripe_name: str
    country: str
    home: str
    time_zone: str
    number_prefix: str
    first_number: int
    stripe_prefix: str
    tax_bp: int
    tariff: Tariff
    foreign: tuple[tuple[str, int], ...]  # currency and how many customers have it
    taken_abroad: tuple[tuple[str, int], ...]  # currency and how many charges come in it
    only_at_stripe: tuple[tuple[str, int], ...]  # currency and the total of an invoice


AMERICAN = Outline(
    prefix="a-",
    provider="quickbooks",
    name="Harrow Creek Supply Co.",
    stripe_name="Harrow Creek Supply",
    country="US",
    home="USD",
    time_zone="America/Chicago",
    number_prefix="HC-",
    first_number=2040,
    stripe_prefix="7KQX41D",
    tax_bp=0,
    tariff=Tariff(bp=290, fixed=30),
    foreign=(("EUR", 3), ("GBP", 2)),
    taken_abroad=(("EUR", 2), ("GBP", 1)),
    only_at_stripe=(("JPY", 128_400), ("JPY", 45_000), ("KWD", 312_450)),
)
BRITISH = Outline(
    prefix="b-",
    provider="xero",
    name="Pennine Oak Joinery Ltd",
    stripe_name="Pennine Oak",
    country="GB",
    home="GBP",
    time_zone="Europe/London",
    number_prefix="INV-",
    first_number=410,
    stripe_prefix="R2M8TZ5",
    tax_bp=2000,
    tariff=Tariff(bp=150, fixed=20, dispute_fee=2000),
    foreign=(("USD", 2), ("EUR", 3)),
    taken_abroad=(("EUR", 1),),
    only_at_stripe=(("JPY", 61_000), ("KWD", 84_300)),
)


def small_world(seed: int, today: date) -> tuple[plan.EntityPlan, plan.EntityPlan]:
    """Both entities as they stand on the morning of `today`."""
    return _entity(AMERICAN, seed, today).finished(), _entity(BRITISH, seed, today).finished()


def begin(outline: Outline, seed: int, today: date, months: int) -> EntityDraft:
    """An entity with its company and rates, before it has customers."""
    chance = random.Random(f"world/{outline.prefix}/{seed}")
    first = first_of_month(trade.first_day(today, months), -2)
    foreign = tuple(dict.fromkeys(currency for currency, _ in (*outline.foreign, *outline.only_at_stripe)))
    rates = RateTable(outline.home, foreign, first, today, str(seed))
    books_currencies = (outline.home, *(currency for currency, _ in outline.foreign))
    ledger = plan.Company(
        f"{outline.prefix}books",
        outline.name,
        outline.country,
        outline.home,
        outline.time_zone,
        lock_date=first_of_month(today, -6) - timedelta(days=1),
        currencies=books_currencies,
    )
    account = plan.Company(
        f"{outline.prefix}stripe",
        outline.stripe_name,
        outline.country,
        outline.home,
        outline.time_zone,
        currencies=(outline.home, *foreign),
    )
    ledger_rates = RateTable(outline.home, books_currencies[1:], first, today, str(seed))
    books = BooksDraft(
        ledger, today, ledger_rates, chance, outline.number_prefix, outline.first_number, outline.tax_bp, outline.prefix
    )
    takings = TakingsDraft(account, today, rates, outline.tariff, chance, outline.stripe_prefix, outline.prefix)
    return EntityDraft(outline.provider, books, takings, chance)


def _entity(outline: Outline, seed: int, today: date) -> EntityDraft:
    entity = begin(outline, seed, today, MONTHS)
    people(entity, outline, clients=42, locals_=14)
    trade.ordinary(entity, 90, MONTHS)
    mirrors.everyday(entity, 102)
    every_case(entity, outline, MONTHS)
    payouts.weekly(entity)
    return entity


def every_case(entity: EntityDraft, outline: Outline, months: int) -> None:
    """All that is not everyday trade, each case as often as its function says."""
    trade.abroad(entity, months)
    trade.together(entity, 4)
    mirrors.odd(entity)
    mirrors.alone(entity, outline.only_at_stripe)
    for case in charges.CASES:
        case(entity)
    for currency, count in outline.taken_abroad:
        charges.foreign_currency(entity, currency, count)
    receipts.unapplied(entity)
    oddments.credit_notes(entity)
    oddments.papers(entity)
    oddments.cash(entity)
    if outline.provider == "quickbooks":
        oddments.american(entity)


def people(entity: EntityDraft, outline: Outline, *, clients: int, locals_: int) -> None:
    """Clients whom Stripe knows too, locals whom it does not, foreigners, one branch and one who has left."""
    known = names.companies(entity.chance, clients + locals_, outline.home)
    entity.clients = [entity.add_customer(name, outline.home, at_stripe=True) for name in known[:clients]]
    entity.locals = [entity.add_customer(name, outline.home, at_stripe=False) for name in known[clients:]]
    for currency, count in outline.foreign:
        abroad = [name for name in names.companies(entity.chance, 10, currency) if name.name not in _held(entity)]
        entity.foreign += [entity.add_customer(name, currency, at_stripe=False) for name in abroad[:count]]
    if outline.provider == "quickbooks":  # Xero has no branches
        head = entity.locals[0]
        branch = names.Name(f"{head.name} - Riverside branch", f"riverside.{head.email}")
        entity.locals.append(entity.add_customer(branch, outline.home, at_stripe=False, parent=head.key))
    gone = names.Name("Old Mill Antiques", "hello@old-mill-antiques.example")
    entity.add_customer(gone, outline.home, at_stripe=False, active=False)


def _held(entity: EntityDraft) -> set[str]:
    return {customer.name for customer in entity.books.customers.values()}
