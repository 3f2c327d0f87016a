"""Cases 30 to 43: the amount is not the invoice's, or is in another money."""

from bench.matching import amounts
from bench.matching.open_items import issue, only_one, pick, prefers_open, solutions, target
from bench.matching.plans.base import Way, receipt, rest_is_settled, whole
from bench.matching.world import Agreement, Customer, Invoice, Plan, Text, World

NAMED = Way()


def instalment(world: World, day: int) -> Plan | None:
    """The next instalment of a running agreement if one is due, else the first, or a later one of an older agreement."""
    for position, running in enumerate(world.agreements):
        if running.next_day <= day and running.invoice.customer.touched < day:
            world.agreements.append(world.agreements.pop(position))
            return _pay_instalment(world, day, running)
    customer = pick(world, day)
    if customer is None:
        return None
    invoice = issue(world, customer, day)
    count = world.rng.choice((3, 3, 4, 6, 6, 10, 12))
    done = world.rng.choice((0, 0, 0, 1, 2))
    part = invoice.total // count
    if done:
        invoice.opened = invoice.total - done * part
        world.change(invoice, invoice.opened)
    running = Agreement(invoice, count, done, part, day)
    world.agreements.append(running)
    invoice.blocked = True
    return _pay_instalment(world, day, running)


def _pay_instalment(world: World, day: int, running: Agreement) -> Plan:
    running.done += 1
    running.next_day = day + world.rng.randint(27, 34)
    last = running.done == running.count
    amount = running.invoice.left if last else running.part
    if last:
        world.agreements.remove(running)
    note = f"{{instalment}} {running.done}/{running.count}"
    return receipt(world, 30, day, [[(running.invoice, amount)]], Text("number", [running.invoice], note), NAMED)


def _payable(world: World, day: int) -> Invoice | None:
    customer = pick(world, day, fits=lambda one: prefers_open(world, one))
    return None if customer is None else target(world, customer, day)


def part_payment(world: World, day: int) -> Plan | None:
    invoice = _payable(world, day)
    if invoice is None or invoice.left < 20:
        return None
    share = world.rng.choice((250, 300, 333, 400, 500, 500, 600, 700))
    amount = amounts.share(invoice.left, share, 1000)
    step = 100 * amounts.unit(invoice.currency)
    if world.rng.random() < 0.5 and amount > 2 * step:
        amount -= amount % step
    note = "{part}" if world.rng.random() < 0.7 else ""
    world.parts.append(invoice)
    invoice.blocked = True
    return receipt(world, 31, day, [[(invoice, amount)]], Text("number", [invoice], note), NAMED)


def last_part(world: World, day: int) -> Plan | None:
    """What is left after the parts: of an invoice seen here before, or one that was part-paid before the first day."""
    ready = [one for one in world.parts if one.left and one.customer.touched <= day - 5]
    if ready and world.rng.random() < 0.7:
        invoice = world.rng.choice(ready)
        world.parts.remove(invoice)
    else:
        payer = pick(world, day)
        if payer is None:
            return None
        invoice = issue(world, payer, day)
        invoice.opened = invoice.left - amounts.share(invoice.left, world.rng.choice((250, 400, 500, 650)), 1000)
        world.change(invoice, invoice.opened)
    customer = invoice.customer
    silent = world.rng.random() < 0.4
    if silent and not only_one(world, customer, day, invoice.currency, invoice.left):
        silent = False
    text = Text("nothing" if silent else "number", [invoice], "{balance}" if not silent else "")
    return receipt(world, 32, day, [whole(invoice)], text, Way(known=silent))


def _alone(world: World, invoice: Invoice, day: int) -> bool:
    """Nothing else of the payer's within reach of the amount, so that the difference explains itself."""
    items = [one for one in world.open_items(invoice.customer, day, invoice.currency) if one is not invoice]
    return all(2 * abs(one.left) < invoice.left or abs(one.left) > 2 * invoice.left for one in items) and len(items) < 3


def _off(
    world: World, case: int, day: int, invoice: Invoice, amount: int, note: str = "", silent: float = 0.2
) -> Plan | None:
    """The invoice paid with another amount; at times without its number, where nothing else comes near."""
    if amount <= 0 or amount == invoice.left:
        return None
    hidden = world.rng.random() < silent and _alone(world, invoice, day)
    if hidden and solutions(world, invoice.customer, day, invoice.currency, amount):
        return None
    style = "nothing" if hidden else "number"
    applied = min(amount, invoice.left)
    text = Text(style, [invoice], note)
    plan = receipt(world, case, day, [[(invoice, applied)]], text, Way(known=hidden), amount=amount)
    return rest_is_settled(plan)


def overpaid(world: World, day: int) -> Plan | None:
    invoice = _payable(world, day)
    if invoice is None:
        return None
    one = amounts.unit(invoice.currency)
    if world.rng.random() < 0.5:
        step = world.rng.choice((10, 50, 100)) * one
        amount = invoice.left + step - invoice.left % step
    else:
        amount = invoice.left + world.rng.randint(1, 20) * one // 2
    return _off(world, 33, day, invoice, amount)


def bank_fee(world: World, day: int) -> Plan | None:
    invoice = _payable(world, day)
    if invoice is None or invoice.currency in {"JPY", "KRW", "NOK", "SEK"}:
        return None
    fee = world.rng.choice((10, 12, 15, 15, 18, 20, 25, 25, 30)) * amounts.unit(invoice.currency)
    if invoice.left < 12 * fee:
        return None
    plan = _off(world, 34, day, invoice, invoice.left - fee, world.rng.choice(("", "", "CHG SHA", "OUR FEES DEDUCTED")))
    if plan is not None:
        plan.method = "wire"
    return plan


def _discount(world: World, day: int, case: int, age: int, note: str) -> Plan | None:
    customer = pick(world, day, gap=age + 1)
    if customer is None:
        return None
    invoice = issue(world, customer, day, issued=day - age)
    percent, within = world.rng.choice(((2, 10), (2, 10), (2, 10), (3, 10), (2, 14)))
    invoice.terms, invoice.due = f"{percent}/{within} net 30", invoice.issued + 30
    amount = invoice.left - amounts.share(invoice.left, percent, 100)
    return _off(world, case, day, invoice, amount, note, silent=0.2 if case == 35 else 0.0)


def early_discount(world: World, day: int) -> Plan | None:
    return _discount(world, day, 35, world.rng.randint(1, 10), world.rng.choice(("", "", "{discount}")))


def late_discount(world: World, day: int) -> Plan | None:
    return _discount(world, day, 36, world.rng.randint(18, 40), world.rng.choice(("", "{discount}")))


def withheld(world: World, day: int) -> Plan | None:
    invoice = _payable(world, day)
    if invoice is None:
        return None
    tenths = world.rng.choice((15, 20, 50, 50, 75, 100, 100, 150, 200, 250, 300))
    amount = invoice.left - amounts.share(invoice.left, tenths, 1000)
    note = world.rng.choice(
        (f"less WHT {tenths / 10:g}%", f"net of {tenths / 10:g}% withholding tax", f"TDS {tenths / 10:g} pct")
    )
    return _off(world, 37, day, invoice, amount, note)


def line_deducted(world: World, day: int) -> Plan | None:
    invoice = _payable(world, day)
    if invoice is None:
        return None
    amount = invoice.left - amounts.share(invoice.left, world.rng.randint(40, 400), 1000)
    note = world.rng.choice(("less damaged goods", "short delivery deducted", "{dispute}", "minus pos 3 see claim"))
    return _off(world, 38, day, invoice, amount, note, silent=0.0)


def tax_wrong(world: World, day: int) -> Plan | None:
    invoice = _payable(world, day)
    if invoice is None:
        return None
    vat = max(invoice.customer.place.vat_tenths)
    if not vat:
        return None
    net = amounts.share(invoice.left, 1000, 1000 + vat)
    amount = net if world.rng.random() < 0.7 else amounts.share(invoice.left, 1000 + vat, 1000)
    return _off(world, 39, day, invoice, amount, world.rng.choice(("", "net amount", "excl. VAT")), silent=0.0)


def rounding(world: World, day: int) -> Plan | None:
    invoice = _payable(world, day)
    if invoice is None or invoice.left < 2000:
        return None
    return _off(world, 40, day, invoice, invoice.left + world.rng.choice((-5, -4, -3, -2, -1, -1, 1, 1, 2, 3)))


def digits_turned(world: World, day: int) -> Plan | None:
    invoice = _payable(world, day)
    if invoice is None:
        return None
    digits = str(invoice.left)
    spots = [spot for spot in range(1, len(digits) - 1) if digits[spot] != digits[spot + 1]]
    if not spots:
        return None
    spot = world.rng.choice(spots)
    amount = int(digits[:spot] + digits[spot + 1] + digits[spot] + digits[spot + 2 :])
    return _off(world, 41, day, invoice, amount, silent=0.0)


def foreign(world: World, day: int) -> Plan | None:
    """The invoice is in one money, the receipt in the seller's, at the day's rate or within a bank's margin of it."""
    rng = world.rng
    customer = pick(world, day, role="foreign")
    if customer is None:
        return None
    home = customer.home
    invoice = issue(world, customer, day)
    at_home = world.rates.convert(day, invoice.currency, home, invoice.left)
    if rng.random() < 0.45:
        at_home += amounts.share(at_home, rng.randint(-70, 70), 10_000)
    back = world.rates.convert_back(day, invoice.currency, home, at_home)
    applied = invoice.left if abs(back - invoice.left) <= _slack(invoice) else min(back, invoice.left)
    named = rng.random() < 0.75
    if not named and len(world.open_items(customer, day, invoice.currency)) > 1:
        named = True
    text = Text("number" if named else "nothing", [invoice])
    way = Way(known=not named, spoil="any")
    plan = receipt(world, 42, day, [[(invoice, applied)]], text, way, amount=at_home, currency=home)
    return rest_is_settled(plan)


def _slack(invoice: Invoice) -> int:
    """One minor unit of the receipt's money may be several of the invoice's."""
    return max(1, invoice.left // 20_000)


def exact_forms(world: World, day: int) -> Plan | None:
    customer: Customer | None = pick(world, day, role="exact")
    if customer is None:
        return None
    invoice = target(world, customer, day)
    silent = world.rng.random() < 0.4 and only_one(world, customer, day, customer.currency, invoice.left)
    text = Text("nothing" if silent else "number", [invoice])
    return receipt(world, 43, day, [whole(invoice)], text, Way(known=silent))
