"""The files of `tieout match`, as the matcher's values. The columns are those of docs on matching from files."""

import json
from collections.abc import Iterable
from pathlib import Path
from sys import intern
from typing import cast

from reconcile.table import Row, read_rows
from reconcile.values import HistoryRow, ItemStatus, Kind, OpenItem, Payer, Rate, Receipt

_KINDS = ("invoice", "credit_note")
_STATUSES = ("open", "paid", "void", "draft", "uncollectible", "disputed")


def read_invoices(path: Path) -> list[OpenItem]:
    """invoices.csv."""
    rows = read_rows(path, ("invoice_id", "customer_id", "currency", "total", "open_amount"))
    return [_invoice(row) for row in _unique(rows, "invoice_id")]


def _invoice(row: Row) -> OpenItem:
    currency = row.currency("currency")
    return OpenItem(
        id=row.required("invoice_id"),
        customer_id=intern(row.required("customer_id")),
        currency=currency,
        total_minor=row.amount("total", currency),
        open_minor=row.amount("open_amount", currency),
        kind=cast("Kind", row.choice("kind", _KINDS, "invoice")),
        number=row.text("number"),
        po_number=row.text("po_number"),
        payment_reference=row.text("payment_reference"),
        issued_on=row.date("issue_date"),
        due_on=row.date("due_date"),
        terms=row.shared("terms"),
        status=cast("ItemStatus", row.choice("status", _STATUSES, "open")),
    )


def read_customers(path: Path) -> list[Payer]:
    """customers.csv."""
    return [
        Payer(
            id=intern(row.required("customer_id")),
            name=row.shared("name"),
            email=row.shared("email"),
            parent_id=row.shared("parent_customer_id"),
            accounts=(account,) if (account := row.text("account")) else (),
        )
        for row in _unique(read_rows(path, ("customer_id",)), "customer_id")
    ]


def read_receipts(path: Path) -> list[Receipt]:
    """receipts.csv."""
    rows = read_rows(path, ("receipt_id", "received_date", "currency", "amount"))
    return [_receipt(row) for row in _unique(rows, "receipt_id")]


def _receipt(row: Row) -> Receipt:
    currency = row.currency("currency")
    received_on = row.date("received_date")
    if received_on is None:
        raise row.bad("received_date", "", "a value is required")
    return Receipt(
        id=row.required("receipt_id"),
        received_on=received_on,
        currency=currency,
        amount_minor=row.amount("amount", currency, signed=True),
        fee_minor=row.amount("fee", currency, optional=True, signed=True),
        payer_name=row.shared("payer_name"),
        payer_account=row.shared("payer_account"),
        payer_email=row.shared("payer_email"),
        reference=row.text("reference"),
        method=row.shared("method"),
        source=row.shared("source"),
        metadata=_metadata(row),
        payout_id=row.shared("payout_id"),
    )


def _metadata(row: Row) -> tuple[tuple[str, str], ...]:
    value = row.text("metadata")
    if not value:
        return ()
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise row.bad("metadata", value, "not a JSON object of strings")
    return tuple(sorted(found.items()))


def read_history(path: Path) -> list[HistoryRow]:
    """history.csv. One receipt may stand on several rows, one for each invoice that it paid."""
    out = []
    for row in read_rows(path, ("receipt_id", "received_date", "currency", "amount", "invoice_id", "customer_id")):
        receipt = _receipt(row)
        row.check_decimal("applied_amount")  # in the invoice's currency, which the row does not name; not applied again
        out.append(HistoryRow(receipt, row.required("invoice_id"), intern(row.required("customer_id"))))
    return out


def read_rates(path: Path) -> list[Rate]:
    """rates.csv."""
    out = []
    for row in read_rows(path, ("date", "from", "to", "rate")):
        on = row.date("date")
        if on is None:
            raise row.bad("date", "", "a value is required")
        out.append(Rate(on, row.currency("from"), row.currency("to"), row.rate("rate")))
    return out


def _unique(rows: Iterable[Row], column: str) -> Iterable[Row]:
    seen: dict[str, int] = {}
    for row in rows:
        value = row.text(column)
        if value in seen:
            raise row.bad(column, value, f"already on line {seen[value]}")
        if value:
            seen[value] = row.line
        yield row
