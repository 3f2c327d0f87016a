"""Cases 44 to 46: what a processor pays out; the charges are receipts of their own, or a shop's that are not listed."""

from bench.matching import amounts
from bench.matching.cases import Kind
from bench.matching.places import PLACES, Place
from bench.matching.plans.base import CARD_CURRENCIES, token
from bench.matching.world import Plan, Text, World

LISTED_LEAST = 20
_PROCESSORS = (
    ("PAYPAL (EUROPE) SARL", "PP*TRANSFER {n} PAYPAL"),
    ("GOCARDLESS LTD", "GOCARDLESS REF {n}"),
    ("ADYEN N.V.", "TX{n}XT BATCH {b} ADYEN"),
    ("SUMUP PAYMENTS LTD", "SUMUP PID{n} PAYOUT"),
    ("SQUARE INC", "SQ DEP {n} SQUARE INC"),
    ("STRIPE", "STRIPE TRANSFER ST-{t}"),
    ("STRIPE PAYMENTS EUROPE LTD", "STRIPE {t} PAYOUT"),
    ("MOLLIE B.V.", "SETTLEMENT {n}.2026.{b} MOLLIE"),
    ("KLARNA BANK AB", "KLARNA SETTLEMENT {n}"),
    ("SHOPIFY PAYMENTS", "SHOPIFY TRANSFER ST-{t}"),
    ("AMERICAN EXPRESS", "AMEX SETTLEMENT {n}"),
    ("WORLDPAY UK LIMITED", "WORLDPAY MERCHANT SETTLEMENT {n}"),
    ("AMAZON PAYMENTS EUROPE SCA", "AMZN MKTPLACE SETTLEMENT {t}"),
    ("CONCARDIS GMBH", "KARTENUMSATZ VU-NR {n}"),
    ("ZETTLE BY PAYPAL", "ZETTLE PAYOUT {n}"),
    ("EBAY COMMERCE UK LTD", "EBAY PAYOUT {t}"),
)


def _place(world: World, currency: str) -> Place:
    return world.rng.choice([place for place in PLACES if place.currency == currency])


def _line(world: World, case: int, day: int, currency: str, amount: int, words: tuple[str, str] | None = None) -> Plan:
    rng = world.rng
    name, pattern = words or rng.choice(_PROCESSORS)
    text = pattern.format(n=rng.randrange(10**8, 10**9), b=rng.randint(10, 99), t=token("", rng, 10)[1:].upper())
    plan = Plan(case, day, Kind.PAYOUT, currency, amount, _place(world, currency), Text("words", note=text))
    plan.payer, plan.spoil = name, "never"
    return plan


def _listed(world: World, case: int, day: int) -> Plan | None:
    """Pay out the charges that wait, if there are enough; what is paid is their net to the cent."""
    for currency in CARD_CURRENCIES:
        waiting = [one for one in world.charges[currency] if one.day < day]
        net = sum(one.amount - one.fee for one in waiting)
        if len(waiting) < LISTED_LEAST or net <= 0 or (case == 45 and all(one.amount > 0 for one in waiting)):
            continue
        if case == 44 and any(one.amount < 0 for one in waiting):
            continue
        paid = waiting[: world.rng.randint(LISTED_LEAST, 500)] if case == 44 else waiting
        payout = token("po", world.rng)
        for charge in paid:
            charge.payout = payout
        left = set(paid)
        world.charges[currency] = [one for one in world.charges[currency] if one not in left]
        words = ("STRIPE", f"STRIPE PAYOUT {payout}" if world.rng.random() < 0.5 else "STRIPE TRANSFER")
        return _line(world, case, day, currency, sum(one.amount - one.fee for one in paid), words)
    return None


def _of_a_shop(world: World) -> tuple[str, int]:
    rng = world.rng
    currency = rng.choice(CARD_CURRENCIES)
    gross = [int(rng.lognormvariate(8.4, 0.8)) + 100 for _ in range(rng.randint(20, 500))]
    return currency, sum(one - amounts.share(one, 19, 1000) - 25 for one in gross)


def payout(world: World, day: int) -> Plan | None:
    listed = _listed(world, 44, day)
    if listed is not None:
        return listed
    currency, amount = _of_a_shop(world)
    return _line(world, 44, day, currency, amount)


def payout_with_refunds(world: World, day: int) -> Plan | None:
    listed = _listed(world, 45, day)
    if listed is not None:
        return listed
    currency, amount = _of_a_shop(world)
    if world.rng.random() < 0.25:
        return _line(world, 45, day, currency, -amount // 40)
    return _line(world, 45, day, currency, amount - amount // world.rng.randint(3, 12))


def instant_and_standard(world: World, day: int) -> Plan | None:
    """Every second one repeats the amount of the one before, a day or two later, by the other speed."""
    earlier = world.instant
    if earlier is None:
        currency, amount = _of_a_shop(world)
        day = min(day, world.last - 2)
        world.instant = _line(world, 46, day, currency, amount, ("STRIPE", "STRIPE INSTANT PAYOUT"))
        return world.instant
    world.instant = None
    later = earlier.day + world.rng.randint(0, 2)
    return _line(world, 46, later, earlier.currency, earlier.amount, ("STRIPE", "STRIPE PAYOUT STANDARD"))
