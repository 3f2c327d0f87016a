"""The business sells: invoices in the ledger and at the processor, mirrored by another app, changed and taken back."""

from __future__ import annotations

from simulation.steps.kinds import Kind, Scene
from simulation.world import Customer


def _customer(scene: Scene, *, at_stripe: bool = False) -> Customer:
    return scene.pick([one for one in scene.world.customers if one.stripe_id or not at_stripe])


def invoice(scene: Scene) -> str:
    number, minor = scene.world.number("INV"), scene.minor()
    scene.books.invoice(_customer(scene).books_id, minor, number, "", scene.day(30))
    return f"{number} of {minor}"


def mirrored_invoice(scene: Scene) -> str:
    """At the processor, and by another app in the ledger too: under the same number, or naming the id."""
    customer, minor = _customer(scene, at_stripe=True), scene.minor()
    theirs = scene.stripe("new_invoice", customer=customer.stripe_id, amount=minor, due_days=30)
    if scene.chance.random() < 0.25:
        return f"{theirs['number']} of {minor}, at the processor alone"
    if scene.chance.random() < 0.6:
        number, note = str(theirs["number"]), ""
    else:
        number, note = scene.world.number("INV"), str(theirs["id"])
    scene.books.invoice(customer.books_id, minor, number, note, scene.day(30))
    return f"{theirs['number']} of {minor} as {number}"


def edit(scene: Scene) -> str:
    debt = scene.pick(scene.books.debts())
    minor = max(100, debt.minor + scene.chance.choice((-700, -1, 1, 2_500)))
    scene.books.edit(debt.id, minor)
    return f"{debt.number} to {minor}"


def void(scene: Scene) -> str:
    debt = scene.pick(scene.books.debts())
    scene.books.void(debt.id)
    return debt.number


def void_at_stripe(scene: Scene) -> str:
    rows = [row for row in scene.world.stripe.records[scene.world.account].all("invoices") if row["status"] == "open"]
    row = scene.pick(rows)
    scene.stripe("void_invoice", invoice=row["id"])
    return str(row["number"])


def credit(scene: Scene) -> str:
    """A credit note, put to an invoice of the same customer or left open."""
    debt = scene.pick(scene.books.debts())
    minor = min(debt.minor, scene.minor(500, 20_000))
    note = scene.books.credit(debt.customer, minor, scene.world.number("CN"))
    if scene.chance.random() < 0.5:
        scene.books.apply(note, debt.id)
        return f"{minor} to {debt.number}"
    return f"{minor} open"


KINDS = (
    Kind(name="invoice", act=invoice, weight=9),
    Kind(name="mirrored invoice", act=mirrored_invoice, weight=6),
    Kind(name="edit invoice", act=edit, weight=1.5),
    Kind(name="void invoice", act=void, weight=1),
    Kind(name="void at the processor", act=void_at_stripe, weight=0.5),
    Kind(name="credit", act=credit, weight=1),
)
