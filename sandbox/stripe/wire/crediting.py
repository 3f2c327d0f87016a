"""The body of POST /v1/credit_notes as a credit note to issue."""

from __future__ import annotations

from sandbox.core.records import Record
from sandbox.stripe.acts import refunding
from sandbox.stripe.acts.crediting import Crediting, split_of
from sandbox.stripe.money import share
from sandbox.stripe.wire.call import Call
from sandbox.stripe.wire.errors import StripeError, missing_parameter, missing_record, not_allowed
from sandbox.stripe.wire.params import Params

_LINE = frozenset({"type", "amount", "description", "invoice_line_item", "quantity", "unit_amount"})
_REASONS = frozenset({"duplicate", "fraudulent", "order_change", "product_unsatisfactory"})
_TYPES = frozenset({"custom_line_item", "invoice_line_item"})

Line = tuple[str | None, int, int, str | None]


def wanted_credit(call: Call, invoice: Record) -> Crediting:
    """Checks it whole; a refund that it asks for is made here, after the check."""
    lines = _lines(call, invoice)
    refund = call.params.integer("refund_amount") or 0
    linked = _linked(call)
    wanted = Crediting(
        lines=lines,
        out_of_band=call.params.integer("out_of_band_amount") or 0,
        to_balance=call.params.integer("credit_amount") or 0,
        refunds=(*linked, *([("", refund)] if refund else [])),
        reason=call.params.choice("reason", _REASONS),
        memo=call.params.text("memo"),
        metadata=call.params.metadata(),
    )
    split_of(invoice, wanted)
    if not refund:
        return wanted
    made = refunding.refund(call.books, _paying_charge(call, invoice, refund), call.books.now(), refund)
    return Crediting(
        lines=lines,
        out_of_band=wanted.out_of_band,
        to_balance=wanted.to_balance,
        refunds=(*linked, (made["id"], refund)),
        reason=wanted.reason,
        memo=wanted.memo,
        metadata=wanted.metadata,
    )


def _lines(call: Call, invoice: Record) -> list[Line]:
    rows = call.params.rows("lines", _LINE)
    amount = call.params.integer("amount")
    if rows and amount is not None:
        message = "You may only specify one of these parameters: amount, lines."
        raise StripeError(400, message, param="amount")
    if not rows:
        if amount is None:
            message = "You must provide one of amount, lines or shipping_cost."
            raise StripeError(400, message, code="parameter_missing", param="amount")
        if amount < 1:
            message = "Invalid positive integer"
            raise StripeError(400, message, code="parameter_invalid_integer", param="amount")
        return [("Credit", amount, 0, None)]
    held = {line["id"]: line for line in call.books.margins.lines[invoice["id"]]}
    return [_line(row, held) for row in rows]


def _line(row: Params, held: dict[str, Record]) -> Line:
    if row.choice("type", _TYPES) == "custom_line_item":
        unit = row.integer("unit_amount")
        if unit is None:
            raise missing_parameter("lines[unit_amount]")
        return row.text("description"), unit * (row.integer("quantity") or 1), 0, None
    line_id = row.needed("invoice_line_item")
    line = held.get(line_id)
    if line is None:
        raise missing_record("invoice line item", line_id, param="lines[invoice_line_item]", status=400)
    given = row.integer("amount")
    amount = line["amount"] if given is None else given
    taxed = sum(entry["amount"] for entry in line["taxes"])
    return line["description"], amount, share(taxed, amount, line["amount"]), line_id


def _linked(call: Call) -> list[tuple[str, int]]:
    """Refunds that were made before and are named here."""
    linked = []
    for row in call.params.rows("refunds", {"refund", "amount_refunded", "type"}):
        refund_id = row.needed("refund")
        refund = call.books.find("refunds", refund_id)
        if refund is None:
            raise missing_record("refund", refund_id, param="refunds", status=400)
        linked.append((refund_id, row.integer("amount_refunded") or refund["amount"]))
    return linked


def _paying_charge(call: Call, invoice: Record, amount: int) -> Record:
    """The latest charge that paid this invoice and still holds the amount."""
    for allocation in call.books.rows("invoice_payments", "invoice", invoice["id"]):
        if allocation["status"] != "paid" or allocation["payment"]["type"] != "payment_intent":
            continue
        intent = call.books.get("payment_intents", allocation["payment"]["payment_intent"])
        charge = call.books.get("charges", intent["latest_charge"])
        if charge["amount_captured"] - charge["amount_refunded"] >= amount:
            return charge
    message = f"Invoice {invoice['id']} has no charge from which {amount} can be refunded."
    raise not_allowed(message)
