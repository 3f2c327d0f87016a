"""Cases 9 to 20: the number or the name is spoilt, or is somebody else's."""

from bench.matching import prices
from bench.matching.open_items import closed, only_one, pick, prefers_open, solutions, target
from bench.matching.plans.base import Way, receipt, whole
from bench.matching.world import Customer, Invoice, Plan, Text, World

FACTORS = ("EUROFACTOR SA", "BIBBY FINANCIAL SERVICES", "CLOSE BROTHERS INVOICE FIN", "COFACE FACTORING GMBH")
MARKETPLACES = ("AMAZON PAYMENTS EUROPE SCA", "ETSY IRELAND UC", "FAIRE WHOLESALE INC", "MANOMANO SAS")


def _customer_with_target(world: World, day: int, *, unique: bool) -> tuple[Customer, Invoice] | None:
    customer = pick(world, day, fits=lambda one: prefers_open(world, one))
    if customer is None:
        return None
    invoice = target(world, customer, day)
    if unique and not only_one(world, customer, day, customer.currency, invoice.left):
        return None
    return customer, invoice


def _spoilt_number(world: World, day: int, case: int, style: str) -> Plan | None:
    """The amount is the payer's only such one, so that the answer stands even if the number is unreadable."""
    found = _customer_with_target(world, day, unique=True)
    if found is None:
        return None
    return receipt(world, case, day, [whole(found[1])], Text(style, [found[1]]), Way(known=True))


def transposed(world: World, day: int) -> Plan | None:
    return _spoilt_number(world, day, 9, "transposed")


def misread(world: World, day: int) -> Plan | None:
    return _spoilt_number(world, day, 10, "misread")


def cut(world: World, day: int) -> Plan | None:
    return _spoilt_number(world, day, 11, "cut")


def split(world: World, day: int) -> Plan | None:
    return _spoilt_number(world, day, 12, "split")


def strangers_number(world: World, day: int) -> Plan | None:
    return _spoilt_number(world, day, 14, "stranger")


def noise_digits(world: World, day: int) -> Plan | None:
    return _spoilt_number(world, day, 16, "noise")


def _paid_before(world: World, customer: Customer, day: int, other_than: int) -> Invoice:
    total = other_than
    while total == other_than or any(item.left == total for item in customer.items):
        total = prices.price(customer.industry, customer.place, customer.currency, world.rng)
    return closed(world, customer, day - world.rng.randint(35, 200), total, "paid")


def paid_number(world: World, day: int) -> Plan | None:
    """An old number is quoted, of another total; the amount is that of one open invoice."""
    found = _customer_with_target(world, day, unique=True)
    if found is None:
        return None
    old = _paid_before(world, found[0], day, found[1].left)
    return receipt(world, 13, day, [whole(found[1])], Text("number", [old]), Way(known=True))


def one_of_two_open(world: World, day: int) -> Plan | None:
    found = _customer_with_target(world, day, unique=True)
    if found is None:
        return None
    old = _paid_before(world, found[0], day, found[1].left)
    pair = [old, found[1]] if world.rng.random() < 0.6 else [found[1], old]
    return receipt(world, 15, day, [whole(found[1])], Text("numbers", pair), Way(known=True))


def spoilt_name(world: World, day: int) -> Plan | None:
    found = _customer_with_target(world, day, unique=True)
    if found is None or found[0].place.language in {"ja", "zh", "ko", "ar"} or len(found[0].name) < 14:
        return None
    plan = receipt(world, 17, day, [whole(found[1])], Text("nothing", [found[1]]), Way(spoil="hard"))
    plan.payer, plan.account = found[0].name, ""
    return plan


def relative_pays(world: World, day: int) -> Plan | None:
    """The parent or a sister pays; the number is named, or the amount is the only one in the whole family."""
    child = pick(world, day, role="child", gap=3)
    if child is None or child.parent is None:
        return None
    family = [one for one in world.by_role["child"] if one.parent is child.parent]
    payer = child.parent if world.rng.random() < 0.65 else world.rng.choice([one for one in family if one is not child])
    invoice = target(world, child, day)
    if world.rng.random() < 0.7:
        return receipt(world, 18, day, [whole(invoice)], Text("number", [invoice]), Way(payer=payer))
    if any(not _untouched(world, one, day, invoice) for one in (*family, child.parent)):
        return None
    plan = receipt(world, 18, day, [whole(invoice)], Text("nothing", [invoice]), Way(known=True, payer=payer))
    for one in (*family, child.parent):
        one.touched = day
    return plan


def _untouched(world: World, customer: Customer, day: int, invoice: Invoice) -> bool:
    wanted = 1 if invoice.customer is customer else 0
    found = solutions(world, customer, day, invoice.currency, invoice.left)
    return found == wanted and not world.confusable(customer, invoice.currency, invoice.left, day)


def stranger_pays(world: World, day: int) -> Plan | None:
    """A factor or marketplace that names the number, or a private account that history has seen twice."""
    private = world.rng.random() < 0.45
    found = _customer_with_target(world, day, unique=private)
    if found is None:
        return None
    customer, invoice = found
    if not private or customer.place.language in {"ja", "zh", "ko", "ar", "bg"}:
        alias = world.rng.choice((*FACTORS, *MARKETPLACES))
        note = f"O/B {customer.name}" if world.rng.random() < 0.5 else ""
        return receipt(world, 19, day, [whole(invoice)], Text("number", [invoice], note), Way(alias=alias))
    customer.alias = customer.alias or world.new_alias(customer)
    way = Way(known=True, alias=customer.alias, spoil="never")
    return receipt(world, 19, day, [whole(invoice)], Text("nothing", [invoice]), way)


def same_name(world: World, day: int) -> Plan | None:
    """Two customers of one name: the number, the account or the amount tells which."""
    customer = pick(world, day, role="double", gap=3)
    if customer is None:
        return None
    twin = next((one for one in world.namesakes(customer) if one.name == customer.name), None)
    invoice = target(world, customer, day)
    way = world.rng.random()
    if way < 0.5 or twin is None:
        return receipt(world, 20, day, [whole(invoice)], Text("number", [invoice]), Way(known=True, spoil="mild"))
    if not only_one(world, customer, day, invoice.currency, invoice.left):
        return None
    plan = receipt(world, 20, day, [whole(invoice)], Text("nothing", [invoice]), Way(known=True, spoil="mild"))
    plan.payer, plan.account = customer.name, ""
    if way < 0.75:
        customer.listed_account, plan.account = True, customer.account
    twin.touched = day
    return plan
