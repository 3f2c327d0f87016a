"""What people do in their ledger, said once for both: the stand-ins' own verbs and records lie behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from simulation.world import World

Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Debt:
    """An invoice with something open, in minor units."""

    id: str
    number: str
    customer: str
    minor: int


def shown(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


class Books(Protocol):
    """Raises ValueError or LookupError where the ledger says no."""

    def debts(self) -> list[Debt]: ...
    def payments(self) -> list[str]: ...
    def invoice(self, customer: str, minor: int, number: str, note: str, due: str) -> str: ...
    def edit(self, invoice: str, minor: int) -> None: ...
    def void(self, invoice: str) -> None: ...
    def pay(self, invoice: str, minor: int, reference: str, account: str) -> str: ...
    def on_account(self, customer: str, minor: int, reference: str) -> str: ...
    def end_payment(self, payment: str) -> None: ...
    def credit(self, customer: str, minor: int, number: str) -> str: ...
    def apply(self, credit: str, invoice: str) -> None: ...
    def rename(self, customer: str, name: str) -> None: ...
    def merge(self, gone: str, kept: str) -> None: ...
    def lock(self, on: str | None) -> None: ...


class _Changing:
    def __init__(self, world: World) -> None:
        self.world = world

    def _do(self, verb: str, **fields: Any) -> str:
        done = self.world.books.change(self.world.tenant, verb, fields)
        return str(done["id"])

    def _records(self, kind: str) -> list[dict[str, Any]]:
        return self.world.books.records[self.world.tenant].all(kind)

    def pay(self, invoice: str, minor: int, reference: str, account: str) -> str:
        return self._do("pay_invoice", invoice=invoice, amount=shown(minor), reference=reference, account=account)

    def edit(self, invoice: str, minor: int) -> None:
        self._do("edit_invoice", invoice=invoice, amount=shown(minor))

    def void(self, invoice: str) -> None:
        self._do("void_invoice", invoice=invoice)

    def credit(self, customer: str, minor: int, number: str) -> str:
        return self._do("credit", customer=customer, amount=shown(minor), number=number)

    def apply(self, credit: str, invoice: str) -> None:
        self._do("apply_credit", credit=credit, invoice=invoice)


class QuickBooksBooks(_Changing):
    def debts(self) -> list[Debt]:
        return [
            Debt(row["Id"], row.get("DocNumber", ""), row["CustomerRef"]["value"], int(row["Balance"] * 100))
            for row in self._records("Invoice")
            if row["Balance"] > 0
        ]

    def payments(self) -> list[str]:
        return [row["Id"] for row in self._records("Payment") if row["TotalAmt"] > 0]

    def invoice(self, customer: str, minor: int, number: str, note: str, due: str) -> str:
        return self._do("new_invoice", customer=customer, amount=shown(minor), number=number, note=note, due_on=due)

    def on_account(self, customer: str, minor: int, reference: str) -> str:
        return self._do("pay_customer", customer=customer, amount=shown(minor), reference=reference)

    def end_payment(self, payment: str) -> None:
        self._do("void_payment" if int(payment) % 2 else "delete_payment", payment=payment)

    def rename(self, customer: str, name: str) -> None:
        self._do("rename_customer", customer=customer, name=name)

    def merge(self, gone: str, kept: str) -> None:
        self._do("merge_customers", customer=gone, into=kept)

    def lock(self, on: str | None) -> None:
        self._do("close_books", on=on)


class XeroBooks(_Changing):
    def debts(self) -> list[Debt]:
        return [
            Debt(
                row["InvoiceID"], row.get("InvoiceNumber", ""), row["Contact"]["ContactID"],
                int(Decimal(row["AmountDue"]) * 100),
            )
            for row in self._records("Invoices")
            if row["Type"] == "ACCREC" and row["Status"] == "AUTHORISED" and row["AmountDue"] > 0
        ]  # fmt: skip

    def payments(self) -> list[str]:
        return [row["PaymentID"] for row in self._records("Payments") if row["Status"] == "AUTHORISED"]

    def invoice(self, customer: str, minor: int, number: str, note: str, due: str) -> str:
        return self._do("new_invoice", contact=customer, amount=shown(minor), number=number, reference=note, due_on=due)

    def on_account(self, customer: str, minor: int, reference: str) -> str:
        return self._do("overpay", contact=customer, amount=shown(minor), reference=reference)

    def end_payment(self, payment: str) -> None:
        self._do("delete_payment", payment=payment)

    def rename(self, customer: str, name: str) -> None:
        self._do("rename_contact", contact=customer, name=name)

    def merge(self, gone: str, kept: str) -> None:
        self._do("merge_contacts", contact=gone, into=kept)

    def lock(self, on: str | None) -> None:
        self._do("set_lock_date", on=on)


def books_of(world: World) -> Books:
    return QuickBooksBooks(world) if world.provider == "quickbooks" else XeroBooks(world)
