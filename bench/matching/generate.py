"""Makes one set: a world of customers, receipts planned case by case in order of date, then numbers and texts."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import TypeAlias

from bench.matching import banks, files, history, numbers, people
from bench.matching.amounts import share
from bench.matching.cases import counts
from bench.matching.open_items import closed, issue
from bench.matching.plans import clear, damaged, differs, payouts, sets, traps
from bench.matching.prices import price
from bench.matching.rates import Rates
from bench.matching.texts import Writer
from bench.matching.world import Customer, Invoice, Plan, World

SPAN_DAYS = 180
_TRIES = 400
_CLOSED_PERCENT = 4
"""Of all invoices: void, draft, paid or written off, and in nobody's answer."""
_BUSINESS = ("Halden & Marsh Group", "Corvane Supply", "Tessera Works", "Ostrel Industries", "Pinfold Trading")

Planner: TypeAlias = Callable[[World, int], Plan | None]
PLANNERS: dict[int, Planner] = {
    1: clear.exact_number,
    2: clear.reformatted,
    3: clear.structured,
    4: clear.charge,
    5: clear.order_number,
    6: clear.customer_number,
    7: clear.no_reference,
    8: clear.subscription,
    9: damaged.transposed,
    10: damaged.misread,
    11: damaged.cut,
    12: damaged.split,
    13: damaged.paid_number,
    14: damaged.strangers_number,
    15: damaged.one_of_two_open,
    16: damaged.noise_digits,
    17: damaged.spoilt_name,
    18: damaged.relative_pays,
    19: damaged.stranger_pays,
    20: damaged.same_name,
    21: sets.two_numbers,
    22: sets.number_range,
    23: sets.few,
    24: sets.many,
    25: sets.statement,
    26: sets.with_credit,
    27: sets.several_solutions,
    28: sets.crowded,
    29: sets.several_customers,
    30: differs.instalment,
    31: differs.part_payment,
    32: differs.last_part,
    33: differs.overpaid,
    34: differs.bank_fee,
    35: differs.early_discount,
    36: differs.late_discount,
    37: differs.withheld,
    38: differs.line_deducted,
    39: differs.tax_wrong,
    40: differs.rounding,
    41: differs.digits_turned,
    42: differs.foreign,
    43: differs.exact_forms,
    44: payouts.payout,
    45: payouts.payout_with_refunds,
    46: payouts.instant_and_standard,
    47: sets.lockbox,
    48: traps.twins,
    49: traps.same_amount,
    50: traps.duplicate,
    51: traps.same_line,
    52: traps.prepayment,
    53: traps.unrelated,
    54: traps.returned,
    55: traps.refund,
    56: traps.dead_number,
    57: traps.coincidence,
    58: traps.instructions,
    59: traps.supplier,
    60: traps.paid_elsewhere,
}
_LATER = frozenset({50, 51, 54})
"""These repeat an earlier receipt, so they are kept out of the first weeks."""


class TooFewInvoicesError(ValueError):
    """The cases need more invoices than were asked for."""


def generate(seed: int, receipts: int, invoices: int, folder: Path) -> World:
    """Write one set to `folder`. The same arguments give the same bytes."""
    world = build(seed, receipts, invoices)
    files.write(world, folder)
    return world


def build(seed: int, receipts: int, invoices: int) -> World:
    if receipts < 300 or invoices * 10 < receipts * 14:
        message = f"{receipts} receipts with {invoices} invoices: at least 300 receipts, and 1.4 invoices for each, are needed"
        raise TooFewInvoicesError(message)
    rng = Random(f"plan {seed}")
    first = date(2025, 9, 1).toordinal() + Random(f"span {seed}").randrange(0, 200)
    last = first + SPAN_DAYS
    rates = Rates(first - 5, last + 5, Random(f"rates {seed}"))
    world = World(rng, first, last, rng.choice(_BUSINESS), invoices, receipts, rates)
    world.recent = max(400, receipts // 3)
    needed = counts(receipts)
    census = people.Census(world, Random(f"people {seed}"), receipts // 5)
    people.settle_in(world, census, needed)
    world.recruit = census.recruit
    _open_before(world)
    _plan_all(world, needed)
    _reach_target(world)
    numbers.number_all(world, Random(f"numbers {seed}"))
    _print_all(world, Random(f"texts {seed}"))
    world.history = history.remember(world, Random(f"history {seed}"))
    for position, plan in enumerate(world.history):
        plan.id = f"H{position:07d}"
    return world


def _open_before(world: World) -> None:
    """What was open on the first day: little for most, up to sixty for a few, some of it years old."""
    rng = world.rng
    budget = world.invoice_target * 22 // 100
    crowd = [one for one in world.customers if one.role not in {"subscriber", "big", "rounded", "foreign"}]
    rng.shuffle(crowd)
    for customer in crowd:
        way = rng.random()
        size = (
            rng.choice((0, 0, 1))
            if way < 0.5
            else rng.randint(1, 3)
            if way < 0.8
            else rng.randint(4, 9)
            if way < 0.955
            else rng.randint(10, 20)
            if way < 0.99
            else rng.randint(21, 60)
        )
        for _ in range(min(size, budget)):
            _old_item(world, customer)
        budget -= min(size, budget)


def _old_item(world: World, customer: Customer) -> None:
    rng = world.rng
    age = rng.randint(1, 60) if rng.random() < 0.7 else rng.randint(61, 900)
    total = None
    if rng.random() < 0.03:
        total = -share(price(customer.industry, customer.place, customer.currency, rng), 1, rng.choice((2, 3, 5)))
    invoice = issue(world, customer, world.first, total=total, issued=world.first - age)
    if rng.random() < 0.03 and total is None:
        invoice.status, invoice.blocked = "disputed", True


def _days(world: World, needed: dict[int, int]) -> list[tuple[int, int]]:
    """(day, case) in order of day; few receipts on weekends."""
    rng = world.rng
    slots = []
    for case, number in needed.items():
        for _ in range(number):
            day = rng.randint(world.first + (40 if case in _LATER else 0), world.last)
            if date.fromordinal(day).weekday() >= 5 and rng.random() < 0.85:
                day = max(world.first, day - 2)
            slots.append((day, case))
    rng.shuffle(slots)
    slots.sort(key=lambda slot: slot[0])
    return slots


def _plan_all(world: World, needed: dict[int, int]) -> None:
    for day, case in _days(world, needed):
        plan = _plan_one(world, day, case)
        world.plans.append(plan)
        if plan.source == "stripe" and plan.case != 51:
            world.charges[plan.currency].append(plan)
    world.plans.sort(key=lambda plan: plan.day)
    for position, plan in enumerate(world.plans):
        plan.id = f"R{position + 1:07d}"


def _plan_one(world: World, day: int, case: int) -> Plan:
    planner = PLANNERS[case]
    for _ in range(_TRIES):
        plan = planner(world, day)
        if plan is not None:
            return plan
    message = f"no receipt of case {case} could be made on {date.fromordinal(day)}: try another seed or more receipts"
    raise TooFewInvoicesError(message)


def _reach_target(world: World) -> None:
    """Drop invoices that no case rests on, or add bystanders, until the number asked for is there."""
    rng = world.rng
    needed = len(world.invoices)
    spare = [one for one in world.invoices if not one.kept]
    extra = needed - world.invoice_target
    if len(spare) < extra:
        message = f"this set needs {needed - len(spare)} invoices, {world.invoice_target} were asked for"
        raise TooFewInvoicesError(message)
    room_for_closed = world.invoice_target * _CLOSED_PERCENT // 100
    drop = max(0, min(len(spare), extra + room_for_closed))
    dropped = set(rng.sample(spare, drop))
    world.invoices = [one for one in world.invoices if one not in dropped]
    plain = world.by_role["plain"]
    while len(world.invoices) < world.invoice_target:
        _bystander(world, rng.choice(plain))


def _bystander(world: World, customer: Customer) -> Invoice:
    """A closed document of any age, or an open one that is younger than everything proved about its customer."""
    rng = world.rng
    if customer.touched >= world.last - 3 or rng.random() < 0.7:
        status = rng.choice(("paid", "paid", "paid", "void", "draft", "uncollectible"))
        total = price(customer.industry, customer.place, customer.currency, rng)
        return closed(world, customer, rng.randint(world.first - 400, world.last), total, status)
    when = rng.randint(max(customer.touched + 1, world.first), world.last)
    return issue(world, customer, world.last, issued=when)


def _print_all(world: World, rng: Random) -> None:
    writer = Writer(numbers.Book(world, rng), rng)
    for plan in world.plans:
        if plan.case == 51 and plan.base is not None:
            _reprint(plan, plan.base)
        else:
            banks.print_line(plan, writer.write(plan), rng)


def _reprint(plan: Plan, base: Plan) -> None:
    plan.payer, plan.reference, plan.metadata = base.payer, base.reference, base.metadata
    plan.damaged_name, plan.damaged_reference = base.damaged_name, base.damaged_reference
