"""Issuing invoices into the world, choosing whom a receipt is from, and proving that its answer is the only one."""

from collections.abc import Callable

from bench.matching import prices, search
from bench.matching.world import Customer, Invoice, World

_GAP_DAYS = 8
"""Between two receipts that rely on one customer's open items, so that new invoices can be a few days old."""


def issue(
    world: World, customer: Customer, day: int, *, total: int | None = None, issued: int | None = None, batch: int = 0
) -> Invoice:
    """An open invoice, dated after the customer's last proof and not after `day`, unless `issued` says when."""
    rng = world.rng
    when = issued
    if when is None:
        when = max(customer.touched + 1, day - rng.choice((4, 9, 14, 20, 28, 35, 35, 45, 60, 90)) - rng.randrange(4))
        when = min(when, day)
    amount = _free_price(world, customer, when) if total is None else total
    net = customer.net_days
    terms = f"net {net}" if net else "due on receipt"
    invoice = Invoice(customer, amount, amount, customer.currency, when, when + net, len(world.invoices), terms)
    invoice.opened, invoice.batch = amount, batch
    world.add_invoice(invoice)
    return invoice


def _free_price(world: World, customer: Customer, issued: int) -> int:
    """A price that stands beside no proof; a short menu may run out, so the tries are few."""
    for _ in range(30):
        amount = prices.price(customer.industry, customer.place, customer.currency, world.rng)
        taken = (customer.currency, amount) in world.reserved or world.spoils_a_proof(customer, amount, issued)
        if not taken:
            break
    return amount


def closed(world: World, customer: Customer, issued: int, total: int, status: str) -> Invoice:
    """A document that no receipt may be put on."""
    net = customer.net_days
    invoice = Invoice(
        customer, total, 0, customer.currency, issued, issued + net, len(world.invoices), f"net {net}", status
    )
    invoice.opened = total if status in {"draft", "uncollectible"} else 0
    invoice.kept = True
    world.add_invoice(invoice)
    return invoice


_RECRUITED = frozenset({"plain", "subscriber", "foreign", "exact", "rounded"})


def pick(
    world: World, day: int, *, role: str = "plain", fits: Callable[[Customer], bool] | None = None, gap: int = _GAP_DAYS
) -> Customer | None:
    """A customer of that role that no recent receipt relied on; a new one where there is none, if the role allows it."""
    crowd = world.by_role[role]
    for _ in range(40):
        customer = world.rng.choice(crowd)
        if customer.touched <= day - gap and (fits is None or fits(customer)):
            return customer
    recruit = world.recruit if role in _RECRUITED else None
    for _ in range(12):
        if recruit is None:
            break
        customer = recruit(role)
        if fits is None or fits(customer):
            return customer
    return None


def frugal(world: World) -> float:
    """How often an invoice that is open already should be paid rather than a new one: more as the target comes near."""
    ahead = world.receipt_target - len(world.plans)
    spare = world.invoice_target - len(world.invoices)
    return 0.22 if spare > 1.12 * ahead else 0.5 if spare > 0.95 * ahead else 0.85


def free(world: World, customer: Customer, day: int) -> list[Invoice]:
    """Open, issued, unpaid in full, and not spoken for."""
    return [
        item
        for item in world.open_items(customer, day, customer.currency)
        if not item.blocked and item.left == item.total > 0 and item.status == "open"
    ]


def target(world: World, customer: Customer, day: int) -> Invoice:
    """One invoice of the customer to be paid."""
    if world.rng.random() < frugal(world):
        ready = free(world, customer, day)
        if ready:
            return world.rng.choice(ready)
    return issue(world, customer, day)


def solutions(world: World, customer: Customer, day: int, currency: str, amount: int) -> int:
    """How many sets of the customer's open items make up the amount."""
    return search.solutions_within_reach([item.left for item in world.open_items(customer, day, currency)], amount)


def only_one(world: World, customer: Customer, day: int, currency: str, amount: int) -> bool:
    """One set at this customer, and nobody with a like name has the same amount open, now or by a later step."""
    if solutions(world, customer, day, currency, amount) != 1 or world.confusable(customer, currency, amount, day):
        return False
    world.proved[currency, amount, customer.key] = (day, customer)
    return True


def prefers_open(world: World, customer: Customer) -> bool:
    """When invoices run short, customers that have some open are worth more."""
    return bool(customer.items) or world.rng.random() > frugal(world)
