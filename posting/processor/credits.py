"""What a refund settles: one open credit of the payer, of the same amount. Where there is not exactly one, a person decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ledger.money import Money
from posting.processor.move import Move
from store.database import Connection
from store.queries import processor_credits as queries


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """kind: the ledger's noun, as ledger.entry.Target takes it. left: what is open of it."""

    kind: str
    external_id: str
    customer: str
    left: Money
    number: str
    invoice: str | None = None

    @property
    def words(self) -> str:
        return f"{self.kind.replace('_', ' ')} {self.number or self.external_id} of {self.left}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settles:
    """sale: the charge was booked as a sale, which the refund takes back. waits: what is missing, and what helps."""

    credit: Credit | None = None
    sale: bool = False
    waits: str = ""
    remedy: str = ""


def settles(
    connection: Connection, organisation_id: UUID, entity_id: UUID, move: Move, taken: set[str]
) -> Settles:  # fmt: skip
    """taken: credits that another refund settles already."""
    given = Money(abs(move.row.refund_minor or move.gross.minor), move.row.refund_currency or move.gross.currency)
    chosen = move.said.choices.get("credit") if move.said else None
    booked = queries.charge_posting(
        connection, organisation_id, move.row.connection_id, move.row.charge_external_id or ""
    )
    if booked is not None and booked.choices.get("what") == "sales":
        return Settles(sale=True)
    customer, invoices = _payer(connection, organisation_id, move, booked)
    if customer is None:
        return Settles(
            waits=f"Nobody knows yet whose {given} was given back.",
            remedy="Match the charge's receipt, or say what the refund is.",
        )
    found = [*_credits(connection, organisation_id, entity_id, customer, given.currency)]
    return choose(found, given, invoices, taken, chosen)


def open_credits(connection: Connection, organisation_id: UUID, entity_id: UUID, move: Move) -> list[Credit]:
    """What the payer of the charge behind it has open in the books; empty where nobody knows the payer."""
    charge = move.row.charge_external_id or ""
    booked = queries.charge_posting(connection, organisation_id, move.row.connection_id, charge)
    customer, _ = _payer(connection, organisation_id, move, booked)
    currency = move.row.refund_currency or move.gross.currency
    return [] if customer is None else list(_credits(connection, organisation_id, entity_id, customer, currency))


def choose(
    found: Sequence[Credit], given: Money, invoices: frozenset[str], taken: set[str], chosen: str | None = None
) -> Settles:
    """The one that fits; of several the only one that was issued against the invoice that the charge paid."""
    if chosen is not None:
        picked = next((one for one in found if one.external_id == chosen and one.left >= given), None)
        if picked is not None:
            return Settles(credit=picked)
    fitting = [one for one in found if one.left == given and one.external_id not in taken]
    against = [one for one in fitting if one.invoice in invoices]
    if len(against) == 1 or len(fitting) == 1:
        return Settles(credit=(against if len(against) == 1 else fitting)[0])
    if fitting:
        return Settles(
            waits=f"{len(fitting)} open credits of this customer are {given}: {'; '.join(one.words for one in fitting)}.",
            remedy="Say which of them the refund settles.",
        )
    return Settles(
        waits=f"{given} was given back, and no open credit of the customer has this amount.",
        remedy="Issue the credit note in the books, with its tax; the refund is then booked against it by itself.",
    )


def _payer(connection: Connection, organisation_id: UUID, move: Move, booked: Any) -> tuple[str | None, frozenset[str]]:
    if booked is not None and booked.choices.get("customer"):
        return str(booked.choices["customer"]), frozenset()
    if move.charged is None:
        return None, frozenset()
    rows = queries.paid_invoices(connection, organisation_id, move.charged.receipt_id)
    customers = {row.customer_external_id for row in rows if row.customer_external_id}
    if len(customers) == 1:
        return customers.pop(), frozenset(row.external_id for row in rows)
    return queries.recorded_customer(connection, organisation_id, move.charged.receipt_id), frozenset()


def _credits(
    connection: Connection, organisation_id: UUID, entity_id: UUID, customer: str, currency: str
) -> Iterator[Credit]:
    whose = (connection, organisation_id, entity_id, customer, currency)
    for row in queries.open_notes(*whose):
        yield Credit(
            kind="credit_note", external_id=row.external_id, customer=customer, number=row.number or "",
            left=Money(row.open_amount_minor, row.currency), invoice=row.invoice_external_id,
        )  # fmt: skip
    for row in queries.open_payments(*whose):
        if row.kind != "refund":
            yield Credit(
                kind=row.kind, external_id=row.external_id, customer=customer, number=row.reference or "",
                left=Money(row.unapplied_minor, row.currency),
            )  # fmt: skip
