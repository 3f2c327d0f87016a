"""What every case needs: a receipt with its payer and channel, and its effect on what is open."""

from dataclasses import dataclass
from random import Random

from bench.matching import amounts
from bench.matching.cases import CASES, Kind
from bench.matching.world import Answer, Customer, Invoice, Plan, Text, World

CARD_CURRENCIES = ("EUR", "USD", "GBP")
_HEX = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def token(prefix: str, rng: Random, length: int = 24) -> str:
    """An id in the manner of a card processor."""
    return f"{prefix}_{''.join(rng.choices(_HEX, k=length))}"


@dataclass(frozen=True, slots=True)
class Way:
    """How a receipt comes in. `known`: the payer can be told from name or account; `cards`: share paid by card."""

    known: bool = False
    cards: float = 0.0
    spoil: str = "any"
    payer: Customer | None = None
    alias: str = ""


def receipt(world: World, case: int, day: int, answers: list[Answer], text: Text, way: Way, **given: object) -> Plan:
    """Plan one receipt and let it take effect. `given` may hold amount, kind, currency."""
    customer = answers[0][0][0].customer
    amount = given.get("amount", sum(applied for _, applied in answers[0]))
    kind = given.get("kind", CASES[case].kind)
    currency = given.get("currency", customer.currency)
    if not (isinstance(amount, int) and isinstance(kind, Kind) and isinstance(currency, str)):
        raise TypeError(case)
    plan = Plan(case, day, kind, currency, amount, customer.place, text, customer, answers)
    _identify(world, plan, way)
    if world.rng.random() < way.cards and currency in CARD_CURRENCIES:
        by_card(world, plan, customer)
    _take_effect(world, plan)
    return plan


def _identify(world: World, plan: Plan, way: Way) -> None:
    rng = world.rng
    payer = way.payer or plan.customer
    if payer is None:
        return
    chance = rng.random()
    plan.payer = "" if way.alias == "-" else way.alias or payer.name
    plan.account = payer.account if rng.random() < 0.5 and not way.alias else ""
    if way.known and chance < 0.12 and not way.alias and (payer.listed_account or payer is plan.customer):
        plan.payer, plan.account = "", payer.account
        payer.remembered = payer.remembered or not payer.listed_account
    elif not way.known and chance < 0.08:
        plan.payer = ""
    plan.spoil = way.spoil
    if plan.place.country == "US" and rng.random() < 0.25:
        plan.method = "check"


def by_card(world: World, plan: Plan, customer: Customer) -> None:
    """A processor's charge: gross amount, its fee, the cardholder's company and e-mail."""
    rng = world.rng
    plan.source, plan.method = "stripe", rng.choice(("card", "card", "card", "sepa_debit"))
    plan.fee = amounts.share(plan.amount, 29, 1000) + 30
    plan.payer, plan.account = customer.name if rng.random() < 0.85 else "", ""
    plan.email = customer.email
    plan.metadata = {"charge": token("ch", rng)}


def _take_effect(world: World, plan: Plan) -> None:
    for answer in plan.answers:
        for invoice, _ in answer:
            invoice.kept = True
            invoice.customer.touched = max(invoice.customer.touched, plan.day)
            if plan.kind is not Kind.ONE:
                invoice.blocked = True
    if plan.kind is Kind.ONE:
        for invoice, applied in plan.answers[0]:
            world.change(invoice, invoice.left - applied)


def rest_is_settled(plan: Plan) -> Plan:
    """What the receipt leaves of its invoice (a fee, a discount) is nobody's next payment."""
    for invoice, _ in plan.answers[0]:
        invoice.blocked = True
    return plan


def whole(invoice: Invoice) -> Answer:
    return [(invoice, invoice.left)]


def set_of(invoices: list[Invoice]) -> Answer:
    return [(invoice, invoice.left) for invoice in invoices]
