"""Cases 21 to 29 and 47: one receipt for several documents."""

from datetime import date

from bench.matching import amounts, search
from bench.matching.open_items import free, frugal, issue, only_one, pick
from bench.matching.plans.base import Way, receipt, set_of
from bench.matching.prices import PRECISE
from bench.matching.world import Customer, Invoice, Plan, Text, World

_ROOM = search.FULL_SEARCH_MAX
SILENT = Way(known=True)


def gather(world: World, customer: Customer, day: int, size: int) -> list[Invoice]:
    """That many unpaid invoices: some that are open already, the rest new."""
    ready = free(world, customer, day)
    world.rng.shuffle(ready)
    old = [one for one in ready if world.rng.random() < max(0.5, frugal(world))][:size]
    chosen = old + [issue(world, customer, day) for _ in range(size - len(old))]
    return sorted(chosen, key=lambda one: (one.issued, one.serial))


def _roomy(world: World, day: int, size: int, *, role: str = "plain", least: int = 0) -> Customer | None:
    """A customer with prices to the cent and few enough open items for every subset to be searched."""

    def fits(one: Customer) -> bool:
        return least <= len(one.items) <= _ROOM - size and one.industry in PRECISE

    return pick(world, day, role=role, fits=fits)


def two_numbers(world: World, day: int) -> Plan | None:
    customer = pick(world, day, fits=lambda one: len(one.items) > 0 or world.rng.random() < 0.6)
    if customer is None:
        return None
    chosen = gather(world, customer, day, world.rng.choice((2, 2, 2, 2, 3)))
    return receipt(world, 21, day, [set_of(chosen)], Text("numbers", chosen), Way(cards=0.05))


def number_range(world: World, day: int) -> Plan | None:
    """Invoices issued one after another on one day, so that their numbers follow each other."""
    customer = pick(world, day, gap=14)
    if customer is None:
        return None
    when = day - world.rng.randint(1, 12)
    batch = world.new_batch()
    chosen = [issue(world, customer, day, issued=when, batch=batch) for _ in range(world.rng.randint(3, 6))]
    return receipt(world, 22, day, [set_of(chosen)], Text("range", chosen), Way())


def _unnamed_set(world: World, day: int, case: int, size: int) -> Plan | None:
    customer = _roomy(world, day, size, least=1 if world.rng.random() < 0.7 else 0)
    if customer is None:
        return None
    chosen = gather(world, customer, day, size)
    total = sum(one.left for one in chosen)
    if not only_one(world, customer, day, customer.currency, total):
        return None
    return receipt(world, case, day, [set_of(chosen)], Text("nothing", chosen), SILENT)


def few(world: World, day: int) -> Plan | None:
    return _unnamed_set(world, day, 23, world.rng.choice((2, 2, 2, 3, 3, 4, 5)))


def many(world: World, day: int) -> Plan | None:
    return _unnamed_set(world, day, 24, world.rng.choice((6, 6, 7, 7, 8, 9, 10, 12)))


def month_of(ordinal: int) -> int:
    """Months since year 0, so that equal months compare equal."""
    when = date.fromordinal(ordinal)
    return when.year * 12 + when.month - 1


def statement(world: World, day: int) -> Plan | None:
    """All that was issued in one month, or all that is overdue, named only as such."""
    size = world.rng.randint(2, 5)
    customer = _roomy(world, day, size)
    if customer is None or any(one.blocked or one.is_credit for one in customer.items):
        return None
    for _ in range(max(0, size - len(free(world, customer, day)))):
        issue(world, customer, day)
    items = [one for one in world.open_items(customer, day, customer.currency) if one.left > 0]
    month = month_of(world.rng.choice(items).issued)
    overdue = world.rng.random() < 0.4
    chosen = [one for one in items if (one.due < day if overdue else month_of(one.issued) == month)]
    clean = all(one.left == one.total and one.status == "open" for one in chosen)
    on_the_day = overdue and any(one.due == day for one in items)
    if len(chosen) < 2 or on_the_day or not clean or not (overdue or month < month_of(day)):
        return None
    if not only_one(world, customer, day, customer.currency, sum(one.left for one in chosen)):
        return None
    text = Text("overdue" if overdue else "statement", chosen, month=month)
    return receipt(world, 25, day, [set_of(chosen)], text, SILENT)


def with_credit(world: World, day: int) -> Plan | None:
    size = world.rng.choice((1, 2, 2, 3))
    customer = _roomy(world, day, size + 1)
    if customer is None:
        return None
    chosen = gather(world, customer, day, size)
    biggest = max(one.left for one in chosen)
    worth = -amounts.share(biggest, world.rng.randint(50, 450), 1000)
    chosen.append(issue(world, customer, day, total=worth))
    total = sum(one.left for one in chosen)
    named = world.rng.random() < 0.6
    if not named and not only_one(world, customer, day, customer.currency, total):
        return None
    return receipt(world, 26, day, [set_of(chosen)], Text("numbers" if named else "nothing", chosen), SILENT)


def _is_natural(chosen: list[Invoice], items: list[Invoice]) -> bool:
    """Whether a person would single this set out: the oldest few, one whole month, one day, or everything."""
    rest = [one for one in items if one not in chosen]
    last, latest = max(one.issued for one in chosen), max(one.due for one in chosen)
    if all(one.issued > last for one in rest) or all(one.due > latest for one in rest):
        return True
    if all(one.issued < min(other.issued for other in chosen) for one in rest):
        return True
    months = {month_of(one.issued) for one in chosen}
    return len(months) == 1 and not any(month_of(one.issued) in months for one in rest)


def several_solutions(world: World, day: int) -> Plan | None:
    """Two sets or more make the amount, no single document does, and no set stands out."""
    customer = pick(world, day, fits=lambda one: 1 <= len(one.items) <= 8)
    if customer is None or any(one.left <= 0 for one in customer.items):
        return None
    first, second = gather(world, customer, day, 2)
    total = first.left + second.left
    least = min(first.left, second.left)
    third = world.rng.randint(max(1, least // 3), total - max(1, least // 3) - 1)
    issue(world, customer, day, total=third)
    issue(world, customer, day, total=total - third)
    items = world.open_items(customer, day, customer.currency)
    found = search.enumerate_all([one.left for one in items], total)
    sets = [[items[position] for position in positions] for positions in found]
    if not 2 <= len(sets) <= 40 or any(len(one) == 1 or _is_natural(one, items) for one in sets):
        return None
    if world.confusable(customer, customer.currency, total, day):
        return None
    answers = [set_of(one) for one in sets]
    return receipt(world, 27, day, answers, Text("nothing", sets[0]), SILENT)


def crowded(world: World, day: int) -> Plan | None:
    """More than thirty open: several named, a whole month, or one amount that stands alone."""
    customer = pick(world, day, role="big", gap=2)
    if customer is None:
        return None
    for _ in range(31 + world.rng.randint(2, 14) - len(world.open_items(customer, day, customer.currency))):
        issue(world, customer, day)
    items = free(world, customer, day)
    for one in items:
        one.kept = True
    way = world.rng.random()
    if way < 0.4:
        chosen = sorted(world.rng.sample(items, world.rng.randint(2, 6)), key=lambda one: one.serial)
        return receipt(world, 28, day, [set_of(chosen)], Text("numbers", chosen), SILENT)
    if way < 0.65:
        month = month_of(world.rng.choice(items).issued)
        chosen = [one for one in customer.items if month_of(one.issued) == month and one.issued <= day]
        if month == month_of(day) or not 2 <= len(chosen) <= 25 or any(one not in items for one in chosen):
            return None
        return receipt(world, 28, day, [set_of(chosen)], Text("statement", chosen, month=month), SILENT)
    chosen = [world.rng.choice(items)]
    if not only_one(world, customer, day, customer.currency, chosen[0].left):
        return None
    return receipt(world, 28, day, [set_of(chosen)], Text("nothing", chosen), SILENT)


def several_customers(world: World, day: int) -> Plan | None:
    """A parent pays for its children, or a card terminal's one line settles strangers' invoices, all named."""
    if world.rng.random() < 0.6:
        child = pick(world, day, role="child", gap=3)
        if child is None:
            return None
        family = [one for one in world.by_role["child"] if one.parent is child.parent and one.touched < day - 2]
        chosen = [issue(world, one, day) for one in family]
        way = Way(payer=child.parent, known=True)
    else:
        chosen = _of_strangers(world, day)
        way = Way(alias=world.rng.choice(("CARD TERMINAL 004", "SUMUP TERMINAL", "KARTENTERMINAL 2", "WORLDPAY")))
    if len(chosen) < 2:
        return None
    return receipt(world, 29, day, [set_of(chosen)], Text("numbers", chosen), way)


def _of_strangers(world: World, day: int, countries: frozenset[str] = frozenset()) -> list[Invoice]:
    first = pick(world, day, fits=lambda one: not countries or one.place.country in countries)
    if first is None:
        return []
    group = [first]
    for _ in range(world.rng.randint(1, 3)):
        other = pick(world, day, fits=lambda one: one.currency == first.currency and one not in group)
        if other is not None:
            group.append(other)
    return [issue(world, one, day) for one in group]


def lockbox(world: World, day: int) -> Plan | None:
    """A bank's one credit for several cheques, with the list of what they are for."""
    chosen = _of_strangers(world, day, frozenset({"US", "GB", "FR"}))
    if len(chosen) < 2:
        return None
    way = Way(alias=world.rng.choice(("LOCKBOX 7731", "LOCKBOX DEPOSIT", "CHEQUE DEPOSIT", "REMISE CHEQUES")))
    plan = receipt(world, 47, day, [set_of(chosen)], Text("numbers", chosen), way)
    plan.method = "check"
    return plan
