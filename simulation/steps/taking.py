"""Money at the processor: cards, debits that take days, refunds, disputes, payouts."""

from __future__ import annotations

from typing import Any

from simulation.steps.kinds import Kind, Scene
from simulation.world import BankLine


def _rows(scene: Scene, kind: str, *states: str) -> list[dict[str, Any]]:
    rows = scene.world.stripe.records[scene.world.account].all(kind)
    return [row for row in rows if not states or row["status"] in states]


def pay_stripe_invoice(scene: Scene) -> str:
    row = scene.pick(_rows(scene, "invoices", "open"))
    left = int(row["amount_remaining"])
    amount = left if scene.chance.random() < 0.85 else max(60, left // 3)
    charge = scene.stripe("pay_invoice", invoice=row["id"], amount=min(left, amount))
    return f"{row['number']} by {charge['amount']}"


def charge_for_invoice(scene: Scene) -> str:
    """A card payment outside of the processor's invoices, for one of the ledger's; it names it well, badly, or not."""
    debt = scene.pick(scene.books.debts())
    customer = next((one for one in scene.world.customers if one.books_id == debt.customer), None)
    fields: dict[str, Any] = {"amount": max(60, debt.minor)}
    way = scene.chance.random()
    if way < 0.7:
        fields["description"] = f"Invoice {debt.number}"
    if way > 0.9:
        fields["amount"] = max(60, debt.minor + scene.chance.choice((-300, 500, -debt.minor // 2)))
    if customer is not None and customer.stripe_id:
        fields["customer"] = customer.stripe_id
    elif customer is not None:
        fields["payer_name"] = customer.name
    charge = scene.stripe("charge", **fields)
    return f"{charge['amount']} for {debt.number}"


def debit(scene: Scene) -> str:
    """A bank debit through the processor: pending for days, then it succeeds or fails."""
    debt = scene.pick(scene.books.debts())
    method = "us_bank_account" if scene.world.currency == "USD" else "bacs_debit"
    charge = scene.stripe(
        "charge", amount=max(60, debt.minor), method=method, status="pending", description=debt.number,
        payer_name="Debit payer",
    )  # fmt: skip
    return f"{charge['amount']} for {debt.number}"


def debit_ends(scene: Scene) -> str:
    row = scene.pick(_rows(scene, "charges", "pending"))
    verb = "charge_succeeds" if scene.chance.random() < 0.8 else "charge_fails"
    scene.stripe(verb, charge=row["id"])
    return f"{verb} {row['amount']}"


def refund(scene: Scene) -> str:
    rows = [row for row in _rows(scene, "charges", "succeeded") if row["amount_refunded"] < row["amount"]]
    row = scene.pick([one for one in rows if not one["disputed"]])
    left = int(row["amount"]) - int(row["amount_refunded"])
    amount = left if scene.chance.random() < 0.6 else max(1, left // 4)
    scene.stripe("refund", charge=row["id"], amount=amount)
    return f"{amount} of {row['amount']}"


def dispute(scene: Scene) -> str:
    rows = [row for row in _rows(scene, "charges", "succeeded") if not row["disputed"] and not row["amount_refunded"]]
    row = scene.pick(rows)
    scene.stripe("dispute", charge=row["id"])
    return f"{row['amount']}"


def dispute_ends(scene: Scene) -> str:
    row = scene.pick([one for one in _rows(scene, "disputes") if one["status"] not in {"won", "lost"}])
    status = scene.chance.choice(("won", "lost"))
    scene.stripe("close_dispute", dispute=row["id"], status=status)
    return status


def payout(scene: Scene) -> str:
    """What it comes to is booked by the bank the same day."""
    row = scene.stripe("payout")
    scene.world.bank.append(
        BankLine(on=scene.world.today(), minor=int(row["amount"]), name="STRIPE", text="STRIPE PAYOUT", reference="")
    )
    return f"{row['amount']}"


def payout_fails(scene: Scene) -> str:
    row = scene.pick([one for one in _rows(scene, "payouts", "paid") if one["amount"] > 0])
    scene.stripe("payout_failed", payout=row["id"])
    scene.world.bank.append(
        BankLine(on=scene.world.today(), minor=-int(row["amount"]), name="STRIPE", text="STRIPE RETURN", reference="")
    )
    return f"{row['amount']}"


def other_app_records(scene: Scene) -> str:
    """Another app books a charge in the ledger's clearing account, on the invoice that it pays."""
    row = scene.pick(_rows(scene, "charges", "succeeded"))
    debt = next((one for one in scene.books.debts() if one.minor == row["amount"]), None)
    if debt is None:
        debt = scene.pick(scene.books.debts())
    minor = min(debt.minor, int(row["amount"]))
    scene.books.pay(debt.id, minor, str(row["id"])[:21], "clearing")
    return f"{minor} on {debt.number}"


KINDS = (
    Kind(name="card pays an invoice", act=pay_stripe_invoice, weight=6),
    Kind(name="card payment", act=charge_for_invoice, weight=6),
    Kind(name="debit", act=debit, weight=1.5),
    Kind(name="debit ends", act=debit_ends, weight=1.5),
    Kind(name="refund", act=refund, weight=1.5),
    Kind(name="dispute", act=dispute, weight=0.7),
    Kind(name="dispute ends", act=dispute_ends, weight=0.7),
    Kind(name="payout", act=payout, weight=2),
    Kind(name="payout fails", act=payout_fails, weight=0.3),
    Kind(name="another app books", act=other_app_records, weight=0.4),
)
