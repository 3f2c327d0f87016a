"""Debts that stand twice, at Stripe and in the ledger: counted once, closed by paying either, and parted on request."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy

from bench.spine.house import House
from receivables.load import load_ledger
from receivables.open_items import open_on
from reconcile.books.decisions import Deciding
from sandbox.run import Held, Sandbox
from sandbox.world import plan
from sandbox.world.load import Loaded, load_entity
from store.queries.exports.kinds import EXPORTS
from store.queries.exports.parts import Reader
from store.tables.matching import mirrors

STYLES = ("same_number", "reference", "metadata")
HOME = "USD"


@dataclass(slots=True)
class Twinned:
    """owed: minor units, by what stood; here: by what we count, ledger and processor; the rest: what went wrong."""

    debts: int = 0
    linked: int = 0
    owed: int = 0
    here: dict[str, int] = field(default_factory=dict)
    after_paying: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def plan_of(today: date, count: int, seed: int) -> plan.EntityPlan:
    """`count` Stripe invoices with a twin each, in QuickBooks; every amount its own, so that only the link can tell."""
    chance = random.Random(seed)
    customers = [(f"c-{number}", f"Quarry Lane {number:03d} Ltd") for number in range(max(1, count // 5))]
    theirs, ours = [], []
    for number in range(count):
        customer = chance.choice(customers)[0]
        day = today - timedelta(days=chance.randint(5, 80))
        lines = (plan.Line("Work", 10_000 + 137 * number + chance.randint(0, 99)),)
        style = STYLES[number % len(STYLES)]
        own_number = f"QL-{number:04d}"
        stripe_number = own_number if style == "same_number" else f"ST9-{number:04d}"
        metadata = (("ledger_invoice", own_number),) if style == "metadata" else ()
        due = day + timedelta(days=30)
        theirs.append(
            plan.Invoice(f"s-{number}", stripe_number, customer, day, due, HOME, lines, metadata=metadata)
        )  # fmt: skip
        reference = f"{{stripe:s-{number}}}" if style == "reference" else None
        ours.append(
            plan.Invoice(
                f"q-{number}", own_number, customer, day, due, HOME, lines, reference=reference, mirror_of=f"s-{number}"
            )
        )
    people = tuple(plan.Customer(key, name, f"{key}@quarry.example") for key, name in customers)
    books = plan.Company("quarry", "Quarry Lane Supplies", "US", HOME, "America/Chicago")
    account = plan.Company("quarry-stripe", "Quarry Lane Supplies", "US", HOME, "America/Chicago")
    return plan.EntityPlan(
        "quickbooks",
        plan.BooksPlan(books, people, tuple(ours)),
        plan.StripePlan(account, people, tuple(theirs)),
    )


def twins(sandbox: Sandbox, folder: Path, seed: int, count: int) -> Twinned:
    """A home of its own over an entity of its own, added to the sandbox's."""
    entity = plan_of(sandbox.today, count, seed)
    loaded = load_entity(entity, sandbox.ledgers["quickbooks"], sandbox.stripe)
    house = House(sandbox, folder)
    made_for = house.connect(Held("quickbooks", loaded.books_tenant, entity.books.company.name))
    house.connect(Held("stripe", loaded.stripe_tenant, entity.stripe.company.name), made_for)
    told = Twinned(debts=count, owed=sum(invoice.total for invoice in entity.books.invoices))
    _sync(house)
    told.linked = len(_links(house))
    told.here = _counted(house, sandbox.today)
    _pay_both_ways(house, loaded, told)
    _part_and_join(house, told)
    return told


def _sync(house: House) -> None:
    house.sync()
    house.reconcile()


def _counted(house: House, day: date) -> dict[str, int]:
    """What is owed: in the ledger, and at the processor beside it; mirrors are the ledger's."""
    found = {}
    with house.place.app.database.read() as connection:
        reader = Reader(connection, house.place.organisation_id)
        for role in ("books", "processor"):
            ledger = load_ledger(reader, role=role)
            found[role] = sum(item.open.minor for item in open_on(ledger.items, ledger.applications, day))
    return found


def _links(house: House, state: str = "linked") -> list[Any]:
    query = sqlalchemy.select(mirrors).where(mirrors.c.state == state).order_by(mirrors.c.mirror_id)
    with house.place.app.database.read() as connection:
        return list(connection.execute(query))


def _pay_both_ways(house: House, loaded: Loaded, told: Twinned) -> None:
    """Of five debts the ledger's twin is paid by bank, of five others Stripe's by card."""
    by_bank, by_card = range(5), range(5, 10)
    ledger, stripe = house.sandbox.ledgers["quickbooks"], house.sandbox.stripe
    for number in by_bank:
        ledger.change(loaded.books_tenant, "pay_invoice", {"invoice": f"q-{number}"})
    charges = [
        stripe.change(loaded.stripe_tenant, "pay_invoice", {"invoice": f"s-{number}"})["id"] for number in by_card
    ]
    _sync(house)
    told.after_paying = _counted(house, house.sandbox.today)
    with house.place.app.database.read() as connection:
        reader = Reader(connection, house.place.organisation_id)
        invoices = {row["external_id"]: row for row in EXPORTS["invoices"](reader)}
        receipts = {row["external_id"]: row for row in EXPORTS["receipts"](reader)}
        matches = {row["receipt_id"]: row for row in EXPORTS["matches"](reader)}
    for number in by_bank:
        row = invoices[ledger.external_id(loaded.books_tenant, f"q-{number}")]
        if (row["status"], row["open_amount"]) != ("paid", "0.00"):
            told.wrong.append(f"paid by bank, not closed: {row['number']} {row['status']}")
    for number, charge in zip(by_card, charges, strict=True):
        receipt = receipts.get(charge)
        match = matches.get(receipt["id"]) if receipt else None
        wanted = ledger.external_id(loaded.books_tenant, f"q-{number}")
        if receipt is None or match is None or match["invoice_external_id"] != wanted or receipt["status"] != "matched":
            told.wrong.append(f"paid by card, not matched to its ledger twin: {charge} {receipt and receipt['status']}")


def _part_and_join(house: House, told: Twinned) -> None:
    """A person parts a pair: it is counted twice and stays apart over a sync; joined again it is one debt again."""
    row = next(islice(_links(house), 20, None), None)
    if row is None:
        told.wrong.append("there are no links to part")
        return
    decisions = Deciding(house.place.app.database, house.place.organisation_id, "bench")
    before = sum(_counted(house, house.sandbox.today).values())
    now = house.place.app.clock.now
    decisions.link(row.mirror_id, row.primary_id, linked=False, now=now())
    _sync(house)
    parted = sum(_counted(house, house.sandbox.today).values())
    if parted <= before:
        told.wrong.append(f"parted, yet counted once: {before} and then {parted}")
    if Counter(one.mirror_id for one in _links(house, "unlinked")) != Counter([row.mirror_id]):
        told.wrong.append("parted, yet linked again by the next sync")
    decisions.link(row.mirror_id, row.primary_id, linked=True, now=now())
    if sum(_counted(house, house.sandbox.today).values()) != before:
        told.wrong.append("joined again, and the totals are not what they were")
