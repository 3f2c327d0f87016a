"""Receivables at dates, held against the books' own figures and against the reports that the provider prints."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from bench.spine.house import House
from cli.demo import own_position, told_position
from ledger.money import Money
from receivables.tie import Position, differences
from sandbox.run import Held
from sandbox.world.load import Loaded

CONTROL = "control account"


@dataclass(frozen=True, slots=True)
class Tie:
    """One entity on one day: how many figures were compared, and which do not agree."""

    provider: str
    day: date
    customers: int
    documents: int
    total: Money
    differences: list[str]


def month_ends(today: date, months: tuple[int, ...] = (1, 3, 6)) -> list[date]:
    """The last day of the month that is so many months ago."""
    ends = []
    for back in months:
        first = today.replace(day=1)
        for _ in range(back - 1):
            first = (first - timedelta(days=1)).replace(day=1)
        ends.append(first - timedelta(days=1))
    return ends


def ties(house: House, days: list[date]) -> Iterator[Tie]:
    """Every ledger on every day. The stand-ins' call limits are lifted: reports are asked for a customer at a time."""
    house.sandbox.lift_limits()
    for one in house.sandbox.loaded:
        for day in days:
            yield _tie(house, one, day)


def _tie(house: House, one: Loaded, day: date) -> Tie:
    provider = one.entity.books_provider
    there = told_position(house.sandbox.stands[provider].truth(one.books_tenant, day))
    here = own_position(house.place, provider, house.entity_id(one.books_tenant), day, there.home)
    found = [f"{item.what}: here {item.here}, there {item.there}" for item in differences(here, there)]
    held = next(held for held in house.sandbox.connections() if held.tenant == one.books_tenant)
    zero = Money(0, here.home)
    for what, figure in _reported(Books(house, held), day, here):
        ours = here.total if what == CONTROL else here.customers.get(what, zero)
        if figure != ours:
            found.append(f"report of {what}: here {ours}, there {figure}")
    return Tie(provider, day, len(there.customers), len(there.documents), here.total, found)


class Books:
    """One company's own API, asked by plain HTTP."""

    def __init__(self, house: House, held: Held) -> None:
        self.provider = held.provider
        base = house.settings[f"TIEOUT_{held.provider.upper()}_API_BASE"]
        self._base = f"{base}/company/{held.tenant}" if held.provider == "quickbooks" else base
        token = house.sandbox.credentials(held)["access_token"]
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if held.provider == "xero":
            self._headers["Xero-Tenant-Id"] = held.tenant

    def get(self, path: str, **asked: str) -> Any:
        address = f"{self._base}/{path}?{urlencode(asked)}"
        request = urllib.request.Request(address, headers=self._headers)  # noqa: S310 - a stand-in's address
        with urllib.request.urlopen(request, timeout=180) as answer:  # noqa: S310 - the same
            return json.load(answer)


def _reported(books: Books, day: date, here: Position) -> Iterator[tuple[str, Money]]:
    """What the provider's own reports print: of the control account, and of each customer by id."""
    if books.provider == "quickbooks":
        aged = books.get("reports/AgedReceivables", report_date=day.isoformat())
        told = dict(_aged_rows(aged["Rows"].get("Row", []), here.home))
        yield from ((customer, told.get(customer, Money(0, here.home))) for customer in {*told, *here.customers})
        balance = books.get("reports/TrialBalance", end_date=day.isoformat())
        yield CONTROL, _quickbooks_control(balance, here.home)
    else:
        debtors = {
            one["AccountID"] for one in books.get("Accounts")["Accounts"] if one.get("SystemAccount") == "DEBTORS"
        }
        balance = books.get("Reports/TrialBalance", date=day.isoformat())
        yield CONTROL, _xero_control(balance, debtors, here.home)
        for customer in here.customers:
            aged = books.get("Reports/AgedReceivablesByContact", contactId=customer, date=day.isoformat())
            yield customer, _xero_closing(aged, here.home)


def _aged_rows(rows: list[dict[str, Any]], home: str) -> Iterator[tuple[str, Money]]:
    """Each customer's own total; a parent's stands in the head of its section."""
    for row in rows:
        cells = row.get("ColData") or row.get("Header", {}).get("ColData") or []
        if cells and cells[0].get("id"):
            yield str(cells[0]["id"]), Money.of(cells[-1]["value"] or "0", home)
        yield from _aged_rows(row.get("Rows", {}).get("Row", []), home)


def _quickbooks_control(report: Any, home: str) -> Money:
    """The sum over the accounts receivable, of which each currency has its own."""
    total = Decimal(0)
    for row in report["Rows"].get("Row", []):
        cells = row.get("ColData") or []
        if cells and "Accounts Receivable" in str(cells[0].get("value")):
            total += Decimal(cells[1]["value"] or 0) - Decimal(cells[2]["value"] or 0)
    return Money.of(total, home)


def _xero_control(report: Any, debtors: set[str], home: str) -> Money:
    total = Decimal(0)
    for section in report["Reports"][0]["Rows"]:
        for row in section.get("Rows", []):
            cells = row["Cells"]
            marks = {mark["Value"] for mark in cells[0].get("Attributes", [])}
            if marks & debtors:
                total += Decimal(cells[3]["Value"] or 0) - Decimal(cells[4]["Value"] or 0)
    return Money.of(total, home)


def _xero_closing(report: Any, home: str) -> Money:
    """Due, in the line "Closing Balance"."""
    for section in report["Reports"][0]["Rows"]:
        for row in section.get("Rows", []):
            if row["Cells"][0]["Value"] == "Closing Balance":
                return Money.of(row["Cells"][-1]["Value"] or "0", home)
    return Money(0, home)
