"""Receipts that a person matched before the first day: who pays under which name, account or e-mail."""

from random import Random

from bench.matching import names, prices
from bench.matching.cases import Kind
from bench.matching.world import Customer, Plan, Text, World

_SEEN_BEFORE = 0.35


def _earlier(world: World, customer: Customer, payer: str, account: str, rng: Random) -> Plan:
    day = world.first - rng.randint(5, 300)
    amount = prices.price(customer.industry, customer.place, customer.currency, rng)
    text = Text("words", note="" if rng.random() < 0.5 else f"{rng.randrange(10_000, 99_999)}")
    plan = Plan(0, day, Kind.ONE, customer.currency, amount, customer.place, text, customer)
    plan.payer, plan.account, plan.reference = payer, account, text.note
    return plan


def remember(world: World, rng: Random) -> list[Plan]:
    """Rows in order of date. Aliases and accounts that later cases rest on are seen at least twice."""
    rows: list[Plan] = []
    for customer in world.customers:
        if customer.alias:
            rows += [_earlier(world, customer, customer.alias, "", rng) for _ in range(rng.choice((2, 2, 3)))]
        if customer.parent is not None and rng.random() < 0.5:
            parent = customer.parent
            rows += [_earlier(world, customer, parent.name, parent.account, rng) for _ in range(2)]
        if customer.remembered:
            rows += [_earlier(world, customer, customer.name, customer.account, rng) for _ in range(2)]
        if rng.random() > _SEEN_BEFORE:
            continue
        spelt = names.spoil(customer.name, customer.place, rng) if rng.random() < 0.6 else customer.name
        account = customer.account if rng.random() < 0.6 else ""
        rows += [_earlier(world, customer, spelt, account, rng) for _ in range(rng.choice((1, 1, 2, 3)))]
    rows.sort(key=lambda plan: plan.day)
    return rows
