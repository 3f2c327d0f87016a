"""A day's changes of every kind that the stand-ins offer, and whether an incremental sync sees what a fresh one sees."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.spine.exports import exported, unequal
from bench.spine.house import House
from sandbox.run import Sandbox
from sandbox.world.load import Loaded

Change = tuple[str, str, str, dict[str, Any]]
"""(provider, tenant, verb, fields)."""
PULLED = (
    "customers", "invoices", "credit_notes", "payments", "allocations", "payouts", "fees", "refunds", "disputes",
)  # fmt: skip
DECIDED = frozenset({"primary"})  # columns of pulled kinds that the matcher fills


@dataclass(slots=True)
class Changed:
    """verbs: each change that was made. not_offered: that the stand-in has no verb for. rows: that were compared.

    unequal: what was pulled. decided: receipts and links, that is what the matcher made of it in each home.
    """

    verbs: list[str] = field(default_factory=list)
    not_offered: list[str] = field(default_factory=list)
    rows: int = 0
    unequal: list[str] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)


def changes(house: House, folder: Path, seed: int) -> Changed:
    """`house` is synced; the sandbox is changed; it syncs again, and a new home reads everything anew."""
    chance = random.Random(seed)
    told = Changed()
    for provider, tenant, verb, fields in day_of_changes(house.sandbox, chance):
        made = _made(house.sandbox, provider, tenant, verb, fields)
        (told.verbs if made else told.not_offered).append(f"{provider} {verb}")
    house.sync()
    house.reconcile()
    fresh = House(house.sandbox, folder)
    fresh.connect_all()
    fresh.sync()
    fresh.reconcile()
    here, there = (exported(one, PULLED, without=DECIDED) for one in (house, fresh))
    told.rows = sum(sum(lines.values()) for lines in here.values())
    told.unequal = unequal(here, there)
    here, there = (exported(one, ("invoices", "receipts")) for one in (house, fresh))
    told.decided = unequal(here, there) if not told.unequal else []
    return told


def day_of_changes(sandbox: Sandbox, chance: random.Random) -> Iterator[Change]:
    """What people do in a day, in every company; each is to be made before the next is asked for."""
    for one in sandbox.loaded:
        yield from _day(sandbox, one, chance)


def _made(sandbox: Sandbox, provider: str, tenant: str, verb: str, fields: dict[str, Any]) -> bool:
    try:
        sandbox.stands[provider].change(tenant, verb, fields)
    except ValueError as error:
        if "is unknown; known:" in str(error):
            return False
        raise
    return True


def _day(sandbox: Sandbox, one: Loaded, chance: random.Random) -> Iterator[Change]:
    provider, tenant = one.entity.books_provider, one.books_tenant
    open_invoices = unpaid_invoices(sandbox, one)
    chance.shuffle(open_invoices)
    edits = _quickbooks if provider == "quickbooks" else _xero
    for verb, fields in edits(one, iter(open_invoices), chance):
        yield provider, tenant, verb, fields
    for verb, fields in _stripe(one, chance):
        yield "stripe", one.stripe_tenant, verb, fields


def unpaid_invoices(sandbox: Sandbox, one: Loaded) -> list[tuple[str, str]]:
    """(key, what is open) of ledger invoices that nobody paid anything of, in home currency."""
    stand = sandbox.stands[one.entity.books_provider]
    standing = stand.truth(one.books_tenant, sandbox.today)["documents"]
    used = {applied.target for payment in one.entity.books.payments for applied in payment.applied}
    used |= {applied.target for credit in one.entity.books.credit_notes for applied in credit.applied}
    found = []
    for invoice in one.entity.books.invoices:
        if invoice.state == "open" and invoice.key not in used and not invoice.deposit:
            row = standing.get(stand.external_id(one.books_tenant, invoice.key))
            if row and invoice.currency == one.entity.books.company.home_currency:
                found.append((invoice.key, row["open"]))
    return found


def _plain_payments(one: Loaded, chance: random.Random) -> Iterator[str]:
    """Payments of one invoice each that no deposit holds."""
    held = {key for deposit in one.entity.books.deposits for key in deposit.payments}
    found = [
        payment.key
        for payment in one.entity.books.payments
        if payment.state == "open"
        and payment.kind == "payment"
        and len(payment.applied) == 1
        and payment.applied[0].amount == payment.amount
        and not payment.reconciled
        and payment.key not in held
    ]
    chance.shuffle(found)
    return iter(found)


def _half(text: str) -> str:
    return str((Decimal(text) / 2).quantize(Decimal("0.01")))


def _quickbooks(
    one: Loaded, invoices: Iterator[tuple[str, str]], chance: random.Random
) -> Iterator[tuple[str, dict[str, Any]]]:
    payments = _plain_payments(one, chance)
    customers = plain_customers(one, chance)
    yield "void_invoice", {"invoice": next(invoices)[0]}
    yield "delete_invoice", {"invoice": next(invoices)[0]}
    yield "edit_invoice", {"invoice": next(invoices)[0], "amount": "417.23", "number": "EDITED-1"}
    yield "pay_invoice", {"invoice": next(invoices)[0], "reference": "paid whole"}
    key, amount = next(invoices)
    yield "pay_invoice", {"invoice": key, "amount": _half(amount), "key": "part"}
    yield "void_payment", {"payment": next(payments)}
    yield "delete_payment", {"payment": next(payments)}
    customer = next(customers)
    yield "pay_customer", {"customer": customer, "amount": "88.10", "reference": "on account"}
    yield "credit", {"customer": customer, "amount": "12.00", "number": "CM-N1", "key": "new credit"}
    yield "new_invoice", {"customer": customer, "amount": "60.00", "number": "N-60", "key": "new invoice"}
    yield "apply_credit", {"credit": "new credit", "invoice": "new invoice"}
    yield "new_customer", {"name": "Harbour Lane Bakery", "email": "till@harbour.example"}
    yield "rename_customer", {"customer": next(customers), "name": "Renamed & Sons"}
    yield "deactivate_customer", {"customer": next(customers)}
    yield "merge_customers", {"customer": next(customers), "into": next(customers)}


def _xero(
    one: Loaded, invoices: Iterator[tuple[str, str]], chance: random.Random
) -> Iterator[tuple[str, dict[str, Any]]]:
    payments = _plain_payments(one, chance)
    customers = plain_customers(one, chance)
    yield "void_invoice", {"invoice": next(invoices)[0]}
    yield "edit_invoice", {"invoice": next(invoices)[0], "amount": "417.23", "number": "EDITED-1"}
    yield "pay_invoice", {"invoice": next(invoices)[0], "reference": "paid whole"}
    key, amount = next(invoices)
    yield "pay_invoice", {"invoice": key, "amount": _half(amount)}
    yield "pay_invoices", {"invoices": [next(invoices)[0], next(invoices)[0]], "reference": "two at once"}
    yield "delete_payment", {"payment": next(payments)}
    contact = next(customers)
    yield "overpay", {"customer": contact, "amount": "88.10", "reference": "on account", "key": "over"}
    yield "new_invoice", {"customer": contact, "amount": "60.00", "number": "N-60", "key": "new invoice"}
    yield "credit", {"customer": contact, "amount": "12.00", "number": "CN-N1", "key": "new credit"}
    yield "apply_credit", {"credit": "new credit", "invoice": "new invoice"}
    yield "allocate", {"source": "over", "invoice": "new invoice", "amount": "20.00"}
    yield "refund", {"source": "over", "amount": "8.10"}
    yield "unapply_credit", {"credit": "new credit", "invoice": "new invoice"}
    yield "bank", {"type": "RECEIVE", "amount": "45.00", "customer": contact, "reference": "till"}
    yield "new_contact", {"name": "Harbour Lane Bakery", "email": "till@harbour.example"}
    yield "rename_contact", {"contact": next(customers), "name": "Renamed & Sons"}
    yield "archive_contact", {"contact": next(customers)}
    yield "merge_contacts", {"contact": next(customers), "into": next(customers)}


def plain_customers(one: Loaded, chance: random.Random) -> Iterator[str]:
    """Customers in home currency without parent or child."""
    home = one.entity.books.company.home_currency
    parents = {customer.parent for customer in one.entity.books.customers}
    found = [
        customer.key
        for customer in one.entity.books.customers
        if customer.active and customer.currency in (None, home) and not customer.parent and customer.key not in parents
    ]
    chance.shuffle(found)
    return iter(found)


def _stripe(one: Loaded, chance: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    refunded = {refund.charge for refund in one.entity.stripe.refunds}
    refunded |= {dispute.charge for dispute in one.entity.stripe.disputes}
    charges = [
        charge.key
        for charge in one.entity.stripe.charges
        if charge.status == "succeeded" and not charge.off_stripe and charge.key not in refunded
    ]
    paid = {applied.target for charge in one.entity.stripe.charges for applied in charge.pays}
    credited = {applied.target for note in one.entity.stripe.credit_notes for applied in note.applied}
    invoices = [
        invoice.key
        for invoice in one.entity.stripe.invoices
        if invoice.state == "open" and invoice.key not in paid | credited
    ]
    chance.shuffle(charges)
    chance.shuffle(invoices)
    customer = chance.choice(one.entity.stripe.customers).key
    yield "refund", {"charge": charges[0], "amount": 100}
    yield "refund", {"charge": charges[1]}
    yield "dispute", {"charge": charges[2]}
    yield "charge", {"amount": 5150, "payer_name": "Walk-in", "description": "counter sale"}
    yield "pay_invoice", {"invoice": invoices[0]}
    yield "void_invoice", {"invoice": invoices[1]}
    yield "mark_uncollectible", {"invoice": invoices[2]}
    yield "edit_customer", {"customer": customer, "name": "Renamed Ltd"}
    yield "new_customer", {"name": "Newcomer", "email": "new@comer.example"}
    yield "payout", {}
