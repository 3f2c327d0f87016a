"""The files of `tieout match`, as the matcher's values. The columns are those of docs on matching from files."""

import json
from collections.abc import Callable, Sequence
from itertools import repeat
from pathlib import Path
from typing import TypeVar

from reconcile.columns import Columns, Refused
from reconcile.table import read_parts
from reconcile.values import HistoryRow, OpenItem, Payer, Rate, Receipt

_KINDS = ("invoice", "credit_note")
_STATUSES = ("open", "paid", "void", "draft", "uncollectible", "disputed")

Value = TypeVar("Value", OpenItem, Payer, Receipt, HistoryRow, Rate)


def read_invoices(path: Path) -> list[OpenItem]:
    """invoices.csv."""
    required = ("invoice_id", "customer_id", "currency", "total", "open_amount")
    return _read(path, required, _invoices, "invoice_id")


def _invoices(rows: Columns) -> list[OpenItem]:
    currencies = rows.currencies("currency")
    return list(
        map(
            OpenItem,
            rows.required("invoice_id"),
            _customers(rows),
            currencies,
            rows.amounts("total", currencies),
            rows.amounts("open_amount", currencies),
            rows.choices("kind", _KINDS, "invoice"),
            rows.text("number"),
            repeat(()),
            rows.text("po_number"),
            rows.text("payment_reference"),
            rows.days("issue_date"),
            rows.days("due_date"),
            rows.shared("terms"),
            rows.choices("status", _STATUSES, "open"),
        )
    )


def _customers(rows: Columns) -> list[str]:
    rows.required("customer_id")
    return rows.shared("customer_id")


def read_customers(path: Path) -> list[Payer]:
    """customers.csv."""
    return _read(path, ("customer_id",), _payers, "customer_id")


def _payers(rows: Columns) -> list[Payer]:
    accounts = [(account,) if account else () for account in rows.text("account")]
    columns = rows.shared("name"), rows.shared("email"), rows.shared("parent_customer_id"), accounts
    return list(map(Payer, _customers(rows), *columns))


def read_receipts(path: Path) -> list[Receipt]:
    """receipts.csv."""
    return _read(path, ("receipt_id", "received_date", "currency", "amount"), _receipts, "receipt_id")


def _receipts(rows: Columns) -> list[Receipt]:
    currencies = rows.currencies("currency")
    days = rows.all_days("received_date")
    return list(
        map(
            Receipt,
            rows.required("receipt_id"),
            days,
            currencies,
            rows.amounts("amount", currencies, signed=True),
            rows.amounts("fee", currencies, optional=True, signed=True),
            rows.shared("payer_name"),
            rows.shared("payer_account"),
            rows.shared("payer_email"),
            rows.text("reference"),
            rows.shared("method"),
            rows.shared("source"),
            list(map(_metadata, rows.text("metadata"))),
            rows.shared("payout_id"),
        )
    )


def _metadata(value: str) -> tuple[tuple[str, str], ...]:
    if not value:
        return ()
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise Refused("metadata", value, "not a JSON object of strings")
    return tuple(sorted(found.items()))


def read_history(path: Path) -> list[HistoryRow]:
    """history.csv. One receipt may stand on several rows, one for each invoice that it paid."""
    required = ("receipt_id", "received_date", "currency", "amount", "invoice_id", "customer_id")
    return _read(path, required, _history)


def _history(rows: Columns) -> list[HistoryRow]:
    receipts = _receipts(rows)
    rows.check_decimals("applied_amount")  # in the invoice's currency, which the row does not name; not applied again
    return list(map(HistoryRow, receipts, rows.required("invoice_id"), _customers(rows)))


def read_rates(path: Path) -> list[Rate]:
    """rates.csv."""
    return _read(path, ("date", "from", "to", "rate"), _rates)


def _rates(rows: Columns) -> list[Rate]:
    days = rows.all_days("date")
    return list(map(Rate, days, rows.currencies("from"), rows.currencies("to"), rows.rates("rate")))


def _read(path: Path, required: Sequence[str], make: Callable[[Columns], list[Value]], own: str = "") -> list[Value]:
    """Every row's value. Raises BadRow for the first row that cannot be used. `own`: the column that tells rows apart."""
    found: list[Value] = []
    seen: dict[str, int] = {}
    for part in read_parts(path, required):
        try:
            values, ids = _made(part.columns(), make, own, seen)
        except Refused:
            for row in part.each():
                try:
                    values, ids = _made(row.columns(), make, own, seen)
                except Refused as refused:
                    raise row.bad(refused) from None
                found += values
                seen.update(zip(ids, row.lines, strict=False))
            continue
        found += values
        seen.update(zip(ids, part.lines, strict=False))
    return found


def _made(
    rows: Columns, make: Callable[[Columns], list[Value]], own: str, seen: dict[str, int]
) -> tuple[list[Value], list[str]]:
    ids = rows.new(own, seen) if own else []
    return make(rows), ids
