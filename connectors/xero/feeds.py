"""Xero's lists: what each is called, how it is paged, and how its records are found by their ids."""

from __future__ import annotations

from dataclasses import dataclass

PAGE_SIZE = 1_000  # the most that Xero gives
PAGES_MAX = 100_000  # a list that never ends is a fault, not a long list


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One list. id_field names a record; paged lists take page and pageSize; modified: the list knows If-Modified-Since.

    by_ids: it takes a list of ids; searched: several are found by a filter over their ids. reference: others are mapped
    with what it says. behind: what lies before a start date is read after all else; open_only: how its open ones are asked
    for, which come first then.
    """

    kind: str
    id_field: str
    paged: bool = True
    modified: bool = True
    params: tuple[tuple[str, str], ...] = ()
    stamp: str = "UpdatedDateUTC"
    by_ids: bool = False
    searched: bool = False
    optional: bool = False
    reference: bool = False
    behind: bool = False
    open_only: tuple[tuple[str, str], ...] = ()


_NOT_USED_UP = (("where", 'Status=="AUTHORISED"'),)  # what is used up is PAID

FEEDS = (
    Feed(kind="Organisation", id_field="OrganisationID", paged=False, modified=False, stamp="", reference=True),
    Feed(kind="Accounts", id_field="AccountID", paged=False, reference=True),
    Feed(kind="TaxRates", id_field="TaxType", paged=False, modified=False, stamp="", optional=True),
    Feed(kind="Currencies", id_field="Code", paged=False, modified=False, stamp="", optional=True),
    Feed(kind="Contacts", id_field="ContactID", params=(("includeArchived", "true"),), by_ids=True),
    Feed(kind="Invoices", id_field="InvoiceID", by_ids=True, behind=True, open_only=(("Statuses", "AUTHORISED"), ("where", 'Type=="ACCREC"'), ("order", "InvoiceID ASC"))),
    Feed(kind="CreditNotes", id_field="CreditNoteID", searched=True, behind=True, open_only=_NOT_USED_UP),
    Feed(kind="Payments", id_field="PaymentID", searched=True, behind=True),
    Feed(kind="BatchPayments", id_field="BatchPaymentID", paged=False, searched=True),
    Feed(kind="Overpayments", id_field="OverpaymentID", searched=True, behind=True, open_only=_NOT_USED_UP),
    Feed(kind="Prepayments", id_field="PrepaymentID", searched=True, behind=True, open_only=_NOT_USED_UP),
    Feed(kind="BankTransactions", id_field="BankTransactionID", searched=True, behind=True),
    Feed(kind="BankTransfers", id_field="BankTransferID", paged=False, params=(("includeDeleted", "true"),), stamp="CreatedDateUTC", searched=True),
)  # fmt: skip
LONG = ("Invoices", "Payments", "Contacts")
"""Lists that may take many calls: they are begun before others, the longest first."""
BY_KIND = {feed.kind: feed for feed in FEEDS}
