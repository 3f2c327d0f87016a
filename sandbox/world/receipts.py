"""Money that the ledger knows but has not put to an invoice: the cases among unapplied payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sandbox.world import plan
from sandbox.world.charges import reformatted
from sandbox.world.entity import EntityDraft, Paid


def unapplied(entity: EntityDraft) -> None:
    """Each kind of case once or a few times."""
    _named(entity)
    _by_payer(entity)
    _untold(entity)
    _with_remainder(entity)


def _receive(
    entity: EntityDraft, case: str, client: plan.Customer, amount: int, paid: Sequence[Paid] = (), **fields: Any
) -> plan.Payment:
    on: date = fields.pop("on", None) or entity.ago(1, 12)
    fields.setdefault("kind", "overpayment" if entity.provider == "xero" else "payment")
    fields.setdefault("method", "Bank transfer")
    payment = entity.books.pay(client, on, (), unapplied=amount, **fields)
    entity.tell(payment.key, case, paid, on)
    return payment


def _named(entity: EntityDraft) -> None:
    for text in ("{}", "INVOICE {}", "BACS {} THANK YOU"):
        debt = entity.debt()
        client = entity.customer_of(debt)
        reference = text.format(debt.number)
        _receive(entity, "exact_number", client, debt.total, [(debt, debt.total)], reference=reference)
    debt = entity.debt()
    reference = reformatted(debt.number, 0)
    _receive(
        entity, "reformatted_number", entity.customer_of(debt), debt.total, [(debt, debt.total)], reference=reference
    )
    client = entity.next_client()
    debts = [entity.debt(client) for _ in range(2)]
    paid = [(debt, debt.total) for debt in debts]
    reference = " ".join(debt.number for debt in debts)
    _receive(entity, "two_numbers", client, sum(debt.total for debt in debts), paid, reference=reference)
    debt = entity.debt()
    half = debt.total // 2
    reference = f"{debt.number} 1/2"
    _receive(entity, "part_payment", entity.customer_of(debt), half, [(debt, half)], reference=reference)


def _by_payer(entity: EntityDraft) -> None:
    for _ in range(3):
        debt = entity.debt()
        _receive(entity, "payer_and_amount", entity.customer_of(debt), debt.total, [(debt, debt.total)])
    for payer in entity.foreign[:2]:
        debt = entity.debt(payer)
        _receive(entity, "foreign_currency", payer, debt.total, [(debt, debt.total)], reference=debt.number)


def _untold(entity: EntityDraft) -> None:
    """What nobody can put to an invoice: twins, money on account, before the invoice, and twice the same."""
    client, day = entity.next_client(), entity.ago(25, 40)
    lines = entity.books.lines()
    one = entity.debt(client, lines=lines, issued_on=day)
    entity.debt(client, lines=lines, issued_on=day)
    _receive(entity, "twins", client, one.total)
    for amount in (50_000, 120_000):
        _receive(entity, "on_account", entity.next_client(), amount, reference="on account")
    early: dict[str, Any] = {"kind": "prepayment"} if entity.provider == "xero" else {}
    _receive(entity, "prepayment", entity.next_client(), 95_000, reference="deposit for order", **early)
    debt = entity.debt(issued_on=entity.ago(60, 70))
    client = entity.customer_of(debt)
    entity.books.pay(client, entity.ago(20), [(debt, debt.total)], reference=debt.number, method="Bank transfer")
    _receive(entity, "duplicate", client, debt.total, reference=debt.number, on=entity.ago(19))


def _with_remainder(entity: EntityDraft) -> None:
    """Paid beyond the debt: the debt is settled, the rest stays on the customer's account."""
    kind = "overpayment" if entity.provider == "xero" else "payment"
    for more in (1_000, 4_550):
        debt = entity.debt(issued_on=entity.ago(40, 90))
        client, on = entity.customer_of(debt), entity.ago(3, 20)
        paid = [(debt, debt.total)]
        payment = entity.books.pay(client, on, paid, unapplied=more, kind=kind, reference=debt.number)
        entity.tell(payment.key, "remainder_on_account", paid, on)
