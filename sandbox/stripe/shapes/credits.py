"""Credit notes and refunds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.stripe.shapes.parts import Record, first_rows

# What was debited from a bank goes back by transfer.
_WAY_BACK = {
    "us_bank_account": "us_bank_transfer",
    "bacs_debit": "gb_bank_transfer",
    "sepa_debit": "eu_bank_transfer",
    "au_becs_debit": "au_bank_transfer",
    "customer_balance": "customer_cash_balance",
}


@dataclass(frozen=True)
class CreditSplit:
    """How a credit note's total was used: against what was still due, and against what had been paid already."""

    pre_payment: int
    out_of_band: int = 0
    to_balance: int = 0
    refunds: tuple[tuple[str, int], ...] = ()  # refund id, amount

    @property
    def post_payment(self) -> int:
        return self.out_of_band + self.to_balance + sum(amount for _, amount in self.refunds)

    @property
    def total(self) -> int:
        return self.pre_payment + self.post_payment

    @property
    def kind(self) -> str:
        if self.pre_payment and self.post_payment:
            return "mixed"
        return "post_payment" if self.post_payment else "pre_payment"


def credit_note_line(
    line_id: str, *, description: str | None, amount: int, invoice_line: str | None, taxes: list[Record]
) -> Record:
    """`amount` is without tax. A line without an invoice line behind it is a custom one."""
    kind = "custom_line_item" if invoice_line is None else "invoice_line_item"
    record: Record = {
        "id": line_id,
        "object": "credit_note_line_item",
        "amount": amount,
        "description": description,
        "discount_amount": 0,
        "discount_amounts": [],
        "livemode": False,
        "metadata": {},
        "pretax_credit_amounts": [],
        "quantity": 1,
        "tax_rates": [],
        "taxes": taxes,
        "type": kind,
        "unit_amount": None if invoice_line else amount,
        "unit_amount_decimal": None if invoice_line else str(amount),
    }
    if invoice_line is not None:
        record["invoice_line_item"] = invoice_line
    return record


def credit_note(
    note_id: str,
    *,
    created: int,
    number: str,
    invoice: str,
    customer: str,
    currency: str,
    lines: Sequence[Record],
    split: CreditSplit,
    reason: str | None = None,
    memo: str | None = None,
    metadata: dict[str, str] | None = None,
) -> Record:
    taxes = [entry for row in lines for entry in row["taxes"]]
    subtotal = sum(row["amount"] for row in lines)
    return {
        "id": note_id,
        "object": "credit_note",
        "amount": split.total,
        "amount_shipping": 0,
        "created": created,
        "currency": currency,
        "customer": customer,
        "customer_account": None,
        "customer_balance_transaction": None,
        "discount_amount": 0,
        "discount_amounts": [],
        "effective_at": created,
        "invoice": invoice,
        "lines": first_rows(lines, f"/v1/credit_notes/{note_id}/lines"),
        "livemode": False,
        "memo": memo,
        "metadata": metadata or {},
        "number": number,
        "out_of_band_amount": split.out_of_band or None,
        "pdf": f"https://pay.stripe.com/credit_notes/{note_id}/pdf",
        "post_payment_amount": split.post_payment,
        "pre_payment_amount": split.pre_payment,
        "pretax_credit_amounts": [],
        "reason": reason,
        "refunds": [_linked_refund(refund, amount) for refund, amount in split.refunds],
        "shipping_cost": None,
        "status": "issued",
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal,
        "total": split.total,
        "total_excluding_tax": subtotal,
        "total_taxes": taxes,
        "type": split.kind,
        "voided_at": None,
    }


def _linked_refund(refund: str, amount: int) -> Record:
    return {"amount_refunded": amount, "payment_record_refund": None, "refund": refund, "type": "refund"}


def refund(
    refund_id: str,
    *,
    created: int,
    charge: Record,
    amount: int,
    reason: str | None,
    metadata: dict[str, str],
) -> Record:
    """A pending refund of a charge."""
    method = charge["payment_method_details"]["type"]
    way = _WAY_BACK.get(method, method)
    detail = {"type": "refund", "reference_status": "pending", "reference_type": "acquirer_reference_number"}
    return {
        "id": refund_id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "destination_details": {way: detail if method == "card" else {}, "type": way},
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending",
        "transfer_reversal": None,
    }
