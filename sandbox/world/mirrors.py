"""Stripe invoices and their twins in the ledger, which another app wrote there; and those that have no twin."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Any

from sandbox.world import plan
from sandbox.world.entity import EntityDraft

_STYLES = ("same_number", "same_number", "reference", "metadata")
# What became of the debt, in the shares of an ordinary small business.
_FATES = ("recorded",) * 11 + ("unrecorded",) * 7 + ("open",) * 10 + ("paid_by_bank",) * 8
_AGES = {"recorded": (25, 250), "unrecorded": (6, 60), "open": (2, 90), "paid_by_bank": (40, 200)}


def mirrored(
    entity: EntityDraft, issued: tuple[int, int], style: str, *, open_at_stripe: bool = True
) -> tuple[plan.Invoice, plan.Invoice]:
    """A Stripe invoice and its twin in the ledger; `style` is how the two can be told to be one."""
    client = entity.next_client()
    day = entity.ago(*issued)
    lines = entity.books.lines()
    number = entity.books.take_number()
    fields: dict[str, Any] = {"metadata": (("ledger_invoice", number),)} if style == "metadata" else {}
    if not open_at_stripe:
        fields["state"] = "void"
    if entity.chance.random() < 0.2:
        fields["due_on"] = None  # charged automatically
    theirs = entity.takings.invoice(client.key, day, lines, **fields)
    ours = entity.books.invoice(
        client,
        day,
        lines=lines,
        number=theirs.number if style == "same_number" else number,
        reference=f"{{stripe:{theirs.key}}}" if style == "reference" else None,
        mirror_of=theirs.key,
    )
    return theirs, ours


def everyday(entity: EntityDraft, count: int) -> None:
    """`count` twins with their fates, in which nothing is odd."""
    styles = cycle(_STYLES)
    for fate in islice(cycle(_FATES), count):
        theirs, ours = mirrored(entity, _AGES[fate], next(styles))
        if fate == "open":
            continue
        client = entity.customer_of(ours)
        if fate == "paid_by_bank":
            entity.books.pay(client, entity.after(ours.issued_on, 8, 35), [(ours, ours.total)], reference=ours.number)
            continue
        paid_on = entity.after(theirs.issued_on, 0, 20)
        charge = entity.take(
            "already_recorded" if fate == "recorded" else "stripe_invoice",
            theirs.total,
            [(ours, ours.total)],
            customer=client,
            on=paid_on,
            pays=[(theirs, theirs.total)],
            description=f"Payment for Invoice {theirs.number}" if entity.chance.random() < 0.5 else None,
        )
        if fate == "recorded":
            entity.record(charge, ours, ours.total)


def odd(entity: EntityDraft) -> None:
    """Twins that disagree, part payments, one charge for two invoices, a pending debit, money that went past Stripe."""
    _disagreeing(entity)
    theirs, ours = mirrored(entity, (10, 30), "same_number")
    part = theirs.total // 3
    entity.take(
        "part_payment",
        part,
        [(ours, part)],
        customer=entity.customer_of(ours),
        on=entity.ago(3, 5),
        pays=[(theirs, part)],
    )
    rest = theirs.total - part
    entity.take(
        "last_part", rest, [(ours, rest)], customer=entity.customer_of(ours), on=entity.ago(1, 2), pays=[(theirs, rest)]
    )
    _one_charge_for_two(entity)
    theirs, ours = mirrored(entity, (4, 10), "reference")
    entity.take(
        "pending",
        theirs.total,
        customer=entity.customer_of(ours),
        on=entity.ago(1, 2),
        pays=[(theirs, theirs.total)],
        method="us_bank_account" if entity.provider == "quickbooks" else "bacs_debit",
        status="pending",
    )
    theirs, ours = mirrored(entity, (15, 40), "same_number")
    entity.take(
        "off_stripe",
        theirs.total,
        [(ours, ours.total)],
        customer=entity.customer_of(ours),
        on=entity.ago(2, 9),
        pays=[(theirs, theirs.total)],
        method="custom",
        off_stripe=True,
    )


def _disagreeing(entity: EntityDraft) -> None:
    theirs, ours = mirrored(entity, (30, 60), "same_number")
    shorter = (*ours.lines[:-1], plan.Line(ours.lines[-1].description, ours.lines[-1].amount - 500, ours.lines[-1].tax))
    entity.books.edit(ours, lines=shorter)
    entity.books.open[ours.key] -= 500
    mirrored(entity, (30, 60), "same_number", open_at_stripe=False)  # void there, open here
    theirs, _ = mirrored(entity, (120, 200), "metadata")
    entity.takings.invoices[theirs.key] = replace(theirs, state="uncollectible")
    entity.takings.open[theirs.key] = 0


def _one_charge_for_two(entity: EntityDraft) -> None:
    client = entity.next_client()
    pairs = []
    for _ in range(2):
        lines, day = entity.books.lines(), entity.ago(12, 30)
        theirs = entity.takings.invoice(client.key, day, lines)
        pairs.append(
            (theirs, entity.books.invoice(client, day, lines=lines, number=theirs.number, mirror_of=theirs.key))
        )
    entity.take(
        "two_invoices_one_charge",
        sum(theirs.total for theirs, _ in pairs),
        [(ours, ours.total) for _, ours in pairs],
        customer=client,
        on=entity.ago(2, 8),
        pays=[(theirs, theirs.total) for theirs, _ in pairs],
    )


def alone(entity: EntityDraft, currencies: tuple[tuple[str, int], ...]) -> None:
    """Invoices that stand at Stripe only: paid, open, draft, void, credited, and in the currencies (with their totals)."""
    takings = entity.takings
    for state in ("open", "open", "draft", "void", "uncollectible"):
        takings.invoice(entity.next_client().key, entity.ago(10, 80), entity.books.lines(), state=state)
    for _ in range(3):
        client, day = entity.next_client(), entity.ago(20, 60)
        invoice = takings.invoice(client.key, day, entity.books.lines())
        entity.take(
            "stripe_only_invoice",
            invoice.total,
            [(invoice, invoice.total)],
            customer=client,
            on=entity.after(day, 1, 10),
            pays=[(invoice, invoice.total)],
        )
    for number, (currency, total) in enumerate(currencies):
        _abroad(entity, number, currency, total)
    _credited(entity)


def _abroad(entity: EntityDraft, number: int, currency: str, total: int) -> None:
    key = f"{entity.takings.prefix}scus-{number + 1:04d}"
    name = f"{('Asagiri Trading', 'Hinode Works', 'Al Marsa Stores')[number % 3]} {currency}"
    entity.takings.customers[key] = plan.Customer(key, name, f"pay{number}@overseas.example", currency)
    day = entity.ago(15, 50)
    line = plan.Line("Export order", total)
    invoice = entity.takings.invoice(key, day, (line,), currency=currency)
    at = entity.takings.moment(entity.after(day, 1, 9))
    charge = entity.takings.charge(
        at,
        total,
        currency,
        pays=[(invoice, total)],
        customer=key,
        payer_name=name,
        payer_email=f"pay{number}@overseas.example",
    )
    entity.tell(charge.key, "other_decimals", [(invoice, total)], entity.takings.local_day(at))


def _credited(entity: EntityDraft) -> None:
    takings = entity.takings
    client, day = entity.next_client(), entity.ago(30, 60)
    invoice = takings.invoice(client.key, day, entity.books.lines(40_000, 90_000))
    amount = invoice.total // 4
    on = entity.after(day, 2, 6)
    applied = (plan.Applied(invoice.key, amount, on),)
    line = plan.Line("Goods returned", amount)
    takings.spend(invoice.key, amount)
    takings.credit_notes.append(
        plan.CreditNote(
            takings.key("scn"), f"{invoice.number}-CN-01", client.key, on, invoice.currency, (line,), applied=applied
        )
    )
    _customer_balance(entity, on)


def _customer_balance(entity: EntityDraft, on: date) -> None:
    """Credit given to a customer, and a part of it used on the next invoice, which no cash pays."""
    takings, home = entity.takings, entity.takings.company.home_currency
    client = entity.next_client()
    given = takings.moment(on + timedelta(days=1))
    takings.balance_credits.append(plan.BalanceCredit(takings.key("cb"), client.key, given, home, -5_000))
    day = entity.after(on, 3, 6)
    invoice = takings.invoice(client.key, day, entity.books.lines(40_000, 90_000))
    used = plan.BalanceCredit(
        takings.key("cb"), client.key, takings.moment(day, 21), home, 3_000, "applied_to_invoice", invoice.key
    )
    takings.spend(invoice.key, used.amount)
    takings.balance_credits.append(used)
