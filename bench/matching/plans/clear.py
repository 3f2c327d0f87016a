"""Cases 1 to 8: receipts that say plainly what they are for."""

from bench.matching import prices
from bench.matching.open_items import issue, only_one, pick, prefers_open, target
from bench.matching.plans.base import Way, by_card, receipt, token, whole
from bench.matching.world import Plan, Text, World

NUMBERED = Way(cards=0.14)
SILENT = Way(known=True, cards=0.05)


def _named(world: World, day: int, case: int, style: str) -> Plan | None:
    customer = pick(world, day, fits=lambda one: prefers_open(world, one))
    if customer is None:
        return None
    invoice = target(world, customer, day)
    return receipt(world, case, day, [whole(invoice)], Text(style, [invoice]), NUMBERED)


def exact_number(world: World, day: int) -> Plan | None:
    return _named(world, day, 1, "number")


def reformatted(world: World, day: int) -> Plan | None:
    return _named(world, day, 2, "reformatted")


def structured(world: World, day: int) -> Plan | None:
    customer = pick(world, day, fits=lambda one: one.place.reference != "-")
    if customer is None:
        return None
    invoice = target(world, customer, day)
    invoice.reference = invoice.reference or "?"
    return receipt(world, 3, day, [whole(invoice)], Text("structured", [invoice]), Way())


def charge(world: World, day: int) -> Plan | None:
    """A processor's charge that carries the invoice in its metadata, or a bank line that quotes the payment id."""
    customer = pick(world, day, fits=lambda one: one.currency in {"EUR", "USD", "GBP"})
    if customer is None:
        return None
    invoice = target(world, customer, day)
    if invoice.reference or world.rng.random() < 0.75:
        plan = receipt(world, 4, day, [whole(invoice)], Text("metadata", [invoice]), Way())
        by_card(world, plan, customer)
        return plan
    invoice.reference = token("pi", world.rng)
    plan = receipt(world, 4, day, [whole(invoice)], Text("payment id", [invoice]), Way())
    if world.rng.random() < 0.5:
        by_card(world, plan, customer)
    return plan


def order_number(world: World, day: int) -> Plan | None:
    customer = pick(world, day, fits=lambda one: prefers_open(world, one))
    if customer is None:
        return None
    invoice = target(world, customer, day)
    invoice.order = invoice.order or "?"
    return receipt(world, 5, day, [whole(invoice)], Text("order", [invoice]), Way(cards=0.1))


def _unique(world: World, day: int, case: int, style: str, way: Way) -> Plan | None:
    customer = pick(world, day, fits=lambda one: prefers_open(world, one))
    if customer is None:
        return None
    invoice = target(world, customer, day)
    if not only_one(world, customer, day, customer.currency, invoice.left):
        return None
    return receipt(world, case, day, [whole(invoice)], Text(style, [invoice]), way)


def customer_number(world: World, day: int) -> Plan | None:
    return _unique(world, day, 6, "customer", Way())


def no_reference(world: World, day: int) -> Plan | None:
    return _unique(world, day, 7, "nothing", SILENT)


def subscription(world: World, day: int) -> Plan | None:
    """The same price each month; the earlier months are paid, the later ones not yet issued."""
    customer = pick(world, day, role="subscriber", gap=26) or pick(world, day, role="subscriber", gap=19)
    if customer is None:
        return None
    customer.price = customer.price or prices.price("software", customer.place, customer.currency, world.rng)
    invoice = issue(world, customer, day, total=customer.price, issued=day - world.rng.randint(0, 10))
    if not only_one(world, customer, day, customer.currency, customer.price):
        return None
    return receipt(world, 8, day, [whole(invoice)], Text("subscription", [invoice]), Way(known=True, cards=0.4))
