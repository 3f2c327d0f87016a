"""What a verification did not compare, in sentences: a tick beside it says no more than was looked at. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from connectors.figures import Basis
from proving.verify.differences import PROVIDERS

NOTHING = "Nothing was compared: neither {there} nor Tieout holds anything yet that could be."


def is_something(totals: Mapping[str, Any]) -> bool:
    """Whether anything at all was held against the provider."""
    return any(one["compared"] for one in totals.values())


def not_compared(totals: Mapping[str, Any], on: date, provider: str) -> list[str]:
    """totals: as a verification keeps them."""
    there = PROVIDERS.get(provider, provider)
    if totals and not is_something(totals):
        return [NOTHING.format(there=there), *_changes(totals, there)]
    return [
        *_customers(totals, on, there), *_owed(totals, on, there), *_changes(totals, there), *_rest(totals, there),
    ]  # fmt: skip


def _customers(totals: Mapping[str, Any], on: date, there: str) -> list[str]:
    customer = totals.get("customer")
    if not customer or customer.get("basis") != Basis.STANDING or "as_of" not in customer:
        return []
    as_of = date.fromisoformat(customer["as_of"])
    if as_of == on:
        return []
    words = (
        f"{there} tells what each customer owes only as it stands now, and of a past day only for one customer a call: "
        f"customers were compared as of {as_of:%d %b %Y}, and of {on:%d %b %Y} the control account, which is their sum."
    )
    return [words]


def _owed(totals: Mapping[str, Any], on: date, there: str) -> list[str]:
    """Of a processor; one that stands beside a ledger has nothing under `owed`."""
    owed = totals.get("owed")
    if "funds" not in totals:
        return []
    if owed is None:
        return [
            f"{there}'s own invoices were not compared: what is owed is held against the ledger. Of {there} its balance was."
        ]
    found = []
    if not owed["whole"]:
        found.append(f"More than {owed['compared']:,} invoices are owed in {there}; the older ones were not compared.")
    as_of = date.fromisoformat(owed["as_of"])
    if as_of != on:
        found.append(
            f"{there} tells what is owed and what it holds only as they stand now: both were compared as of {as_of:%d %b %Y},"
            f" and not of {on:%d %b %Y}."
        )
    found.append(
        f"{there} keeps no account of receivables and counts no records: of its invoices those that are owed were"
        " compared, one by one, and customers' credit balances were not."
    )
    return found


def _changes(totals: Mapping[str, Any], there: str) -> list[str]:
    document = totals.get("document") or {}
    found = []
    if document.get("synced") is False:
        found.append(f"No sync has come to its end yet, so that what changed in {there} since was not looked for.")
    if document.get("behind"):
        found.append(
            f"More has changed in {there} since the last sync than was looked through; sync, then verify again."
        )
    left = document.get("not_looked_at") or 0
    if left:
        found.append(
            f"Of {left:,} more customers that differ the documents were not looked at one by one: one cause is likely behind "
            "them all."
        )
    return found


def _rest(totals: Mapping[str, Any], there: str) -> list[str]:
    found = []
    if "customer" in totals and "control" not in totals:
        told = "only customers were compared"
        if not totals["customer"]["compared"]:
            told = "receivables were not compared; nor does any customer owe anything there or here"
        found.append(f"{there} has no account of receivables that could be read, so that {told}.")
    payout = totals.get("payout")
    if payout is not None and payout.get("reach") is False:
        found.append("No bank statement is here, so that no payout was held against the bank.")
    return found
