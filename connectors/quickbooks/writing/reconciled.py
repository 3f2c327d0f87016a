"""Which records the ledger's own bank reconciliation has ticked: no record says so, the list of transactions does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from connectors.quickbooks.client import QuickBooksClient
from connectors.quickbooks.faults import QuickBooksRefused

SPAN_DAYS = 180  # Intuit asks for six months a report at most
_COLUMN = "txn_type"


def ticked(client: QuickBooksClient, days: Iterable[date]) -> frozenset[str] | None:
    """Ids of reconciled transactions on these days; None where QuickBooks does not tell."""
    found: set[str] = set()
    for start, end in _spans(sorted(set(days))):
        asked = {
            "start_date": start.isoformat(), "end_date": end.isoformat(), "cleared": "Reconciled",
            "columns": f"{_COLUMN},tx_date",
        }  # fmt: skip
        try:
            report = client.report("TransactionList", asked)
        except (QuickBooksRefused, msgspec.DecodeError):
            return None
        found.update(row.key for row in report.rows() if row.key)
    return frozenset(found)


def _spans(days: list[date]) -> list[tuple[date, date]]:
    spans: list[tuple[date, date]] = []
    for day in days:
        if spans and day - spans[-1][0] < timedelta(days=SPAN_DAYS):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans
