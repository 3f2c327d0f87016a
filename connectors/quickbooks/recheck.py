"""The nightly look at open invoices: the change feed is one answer without pages, and what it ever lost is found here."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.port import Page
from connectors.quickbooks.client import QuickBooksClient
from connectors.quickbooks.places import PAGE_SIZE, PAGES_MAX
from connectors.quickbooks.records import to_records

KIND = "Invoice"


def open_invoices(client: QuickBooksClient) -> Iterator[Page]:
    """Every invoice with something open, 1,000 a call."""
    for number in range(PAGES_MAX):
        start = number * PAGE_SIZE + 1
        statement = f"SELECT * FROM {KIND} WHERE Balance > '0' STARTPOSITION {start} MAXRESULTS {PAGE_SIZE}"  # noqa: S608 - all parts are ours
        listing = client.query(KIND, statement)
        records, findings = to_records(KIND, listing.of(KIND), listing.requested_at)
        last = len(listing.of(KIND)) < PAGE_SIZE
        yield Page(feed=KIND, records=records, findings=findings, state={}, done=last)
        if last:
            return
