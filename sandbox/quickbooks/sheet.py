"""The shape of a report: header, columns with their ColKey, rows and sections, as the engine of 2026 writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.wire import Record, amount_text


@dataclass(frozen=True)
class Column:
    key: str
    title: str
    shape: str


def cell(value: str, record_id: str | None = None) -> Record:
    return {"value": value} if record_id is None else {"value": value, "id": record_id}


def money_cell(amount: Decimal, currency: str) -> Record:
    """A zero is an empty cell."""
    return cell(amount_text(amount, currency) if amount else "")


def data(cells: Sequence[Record]) -> Record:
    return {"ColData": list(cells), "type": "Data"}


def section(
    summary: Sequence[Record],
    rows: Sequence[Record] = (),
    header: Sequence[Record] | None = None,
    group: str | None = None,
) -> Record:
    found: Record = {"type": "Section"}
    if group is not None:
        found["group"] = group
    if header is not None:
        found["Header"] = {"ColData": list(header)}
    if rows:
        found["Rows"] = {"Row": list(rows)}
    found["Summary"] = {"ColData": list(summary)}
    return found


def report(
    books: Books,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Record],
    period: tuple[str | None, str],
    options: Mapping[str, str],
    now: datetime,
    basis: str | None = None,
) -> Record:
    start, end = period
    header: Record = {"Time": now.astimezone(books.zone).isoformat(timespec="seconds"), "ReportName": name}
    if basis is not None:
        header["ReportBasis"] = basis
    if start is not None:
        header["StartPeriod"] = start
    header["EndPeriod"] = end
    header["Currency"] = books.home
    told = {**options, "NoReportData": "false" if rows else "true"}
    header["Option"] = [{"Name": key, "Value": value} for key, value in told.items()]
    return {
        "Header": header,
        "Columns": {
            "Column": [
                {
                    "ColTitle": column.title,
                    "ColType": column.shape,
                    "MetaData": [{"Name": "ColKey", "Value": column.key}],
                }
                for column in columns
            ]
        },
        "Rows": {"Row": list(rows)} if rows else {},
    }
