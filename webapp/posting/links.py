"""Where a record can be looked at in the provider's own pages; None where no address of it is known for sure."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from webapp.context import app

_QUICKBOOKS: Final = {
    "Payment": "recvpayment", "Purchase": "expense", "Transfer": "transfer", "Deposit": "deposit", "CreditMemo": "creditmemo",
    "JournalEntry": "journal", "Invoice": "invoice", "SalesReceipt": "salesreceipt", "RefundReceipt": "refundreceipt",
}  # fmt: skip
_XERO: Final = {
    "BankTransactions": "Bank/ViewTransaction.aspx?bankTransactionID=",
    "Invoices": "AccountsReceivable/View.aspx?InvoiceID=",
    "CreditNotes": "AccountsReceivable/ViewCreditNote.aspx?creditNoteID=",
}
_STRIPE: Final = {"charges": "payments", "invoices": "invoices", "payouts": "payouts", "customers": "customers"}


def link_to(connection_row: Any, kind: str | None, external_id: str | None) -> str | None:
    """connection_row: something with provider and live."""
    if not kind or not external_id or connection_row.provider is None or _is_a_stand_in(connection_row.provider):
        return None
    own = quote(external_id, safe="")
    if connection_row.provider == "quickbooks" and kind in _QUICKBOOKS:
        host = "qbo.intuit.com" if connection_row.live else "sandbox.qbo.intuit.com"
        return f"https://app.{host}/app/{_QUICKBOOKS[kind]}?txnId={own}"
    if connection_row.provider == "xero" and kind in _XERO:
        return f"https://go.xero.com/{_XERO[kind]}{own}"
    if connection_row.provider == "stripe" and kind in _STRIPE:
        return f"https://dashboard.stripe.com/{'' if connection_row.live else 'test/'}{_STRIPE[kind]}/{own}"
    return None


def _is_a_stand_in(provider: str) -> bool:
    """Whether calls go to this machine: then the provider's own pages know nothing of the record."""
    settings = app().settings
    bases = {
        "quickbooks": settings.quickbooks.api_base, "xero": settings.xero.api_base, "stripe": settings.stripe.api_base,
    }  # fmt: skip
    base = bases.get(provider) or ""
    return base.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))
