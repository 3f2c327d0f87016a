"""People in the ledger: they book payments there, take them back, rename and merge customers, close the books."""

from __future__ import annotations

from datetime import timedelta

from simulation.steps.kinds import Kind, Scene


def pay(scene: Scene) -> str:
    debt = scene.pick(scene.books.debts())
    minor = debt.minor if scene.chance.random() < 0.8 else max(1, debt.minor // 2)
    scene.books.pay(debt.id, minor, scene.world.number("CHQ"), "bank")
    return f"{minor} on {debt.number}"


def on_account(scene: Scene) -> str:
    """Money of a customer, for no invoice yet: a receipt that waits to be matched."""
    debts = scene.books.debts()
    if debts and scene.chance.random() < 0.6:
        debt = scene.pick(debts)
        scene.books.on_account(debt.customer, debt.minor, debt.number)
        return f"{debt.minor} naming {debt.number}"
    minor = scene.minor()
    scene.books.on_account(scene.pick(scene.world.customers).books_id, minor, scene.world.number("ADV"))
    return f"{minor}"


def take_back(scene: Scene) -> str:
    """Somebody voids or deletes a payment, ours among them."""
    payments = scene.books.payments()
    payment = scene.pick(payments)
    scene.books.end_payment(payment)
    return f"number {payments.index(payment)} of {len(payments)}"


def rename(scene: Scene) -> str:
    customer = scene.pick(scene.world.customers)
    name = f"{customer.name.split(' #')[0]} #{scene.world.number('R')}"
    scene.books.rename(customer.books_id, name)
    customer.name = name
    return name


def merge(scene: Scene) -> str:
    """Two customers become one; what stood with the first stands with the second."""
    if len(scene.world.customers) < 7:
        return "too few are left"
    gone, kept = scene.chance.sample(scene.world.customers, 2)
    scene.books.merge(gone.books_id, kept.books_id)
    gone.books_id = kept.books_id
    scene.world.customers.remove(gone)
    return f"{gone.name} into {kept.name}"


def close(scene: Scene) -> str:
    on = (scene.world.clock.now().date() - timedelta(days=scene.chance.choice((0, 1, 2, 7)))).isoformat()
    scene.books.lock(on)
    scene.locked = on
    return f"through {on}"


def reopen(scene: Scene) -> str:
    scene.books.lock(None)
    scene.locked = ""
    return "all of it"


KINDS = (
    Kind(name="booked in the ledger", act=pay, weight=2.5),
    Kind(name="on account", act=on_account, weight=2),
    Kind(name="payment taken back", act=take_back, weight=1.5),
    Kind(name="rename", act=rename, weight=0.5),
    Kind(name="merge", act=merge, weight=0.3),
    Kind(name="books closed", act=close, weight=0.6),
    Kind(name="books opened", act=reopen, weight=0.6),
)
