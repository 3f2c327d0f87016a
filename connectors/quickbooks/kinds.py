"""The kinds that we read, and how each is asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """named: a name list, whose inactive members hide unless asked for. ordered: rows can be walked by update stamp.

    needed: receivables cannot tie without it; where QuickBooks refuses another list, a finding says so.
    """

    name: str
    named: bool = False
    ordered: bool = True
    needed: bool = True


REFERENCE = (
    Kind(name="CompanyInfo", ordered=False),
    Kind(name="Preferences", ordered=False),
    Kind(name="Account", named=True, ordered=False),
    Kind(name="TaxCode", ordered=False, needed=False),
    Kind(name="TaxRate", ordered=False, needed=False),
    Kind(name="ExchangeRate", ordered=False, needed=False),
)
"""Small lists, read whole each time: the change feed does not cover all of them, and an account's balance has no stamp."""

BOOKS = (
    Kind(name="Term", named=True, needed=False),
    Kind(name="Item", named=True, needed=False),
    Kind(name="Customer", named=True),
    Kind(name="Invoice"),
    Kind(name="CreditMemo"),
    Kind(name="JournalEntry"),
    Kind(name="Payment"),
    Kind(name="SalesReceipt"),
    Kind(name="RefundReceipt"),
    Kind(name="Deposit"),
    Kind(name="Purchase"),
    Kind(name="Transfer"),
)
"""All covered by the change feed; the kinds that others refer to come first."""

BY_NAME = {kind.name: kind for kind in (*REFERENCE, *BOOKS)}
CHANGED = tuple(kind.name for kind in BOOKS)
