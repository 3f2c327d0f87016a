"""Xero's own figures: the trial balance, what each contact owes, and how many records there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

import msgspec

from connectors.authorised import Authorised
from connectors.decode import Loose, loosely
from connectors.figures import Balances, Basis, Control, finer, nearest
from connectors.port import Page
from connectors.tokens import TokenSource
from connectors.transport import Transport
from connectors.xero import wire
from connectors.xero.client import Listing, XeroClient
from connectors.xero.feeds import BY_KIND, PAGE_SIZE, PAGES_MAX
from connectors.xero.stamped import records_of
from ledger.faults import Unreachable
from ledger.money import Money

COUNTED = ("Invoices", "CreditNotes", "Payments", "Overpayments", "Prepayments", "BankTransactions")
"""Paged lists: their pages say how many there are."""
CREDITS = ("CreditNotes", "Overpayments", "Prepayments")
CONTACTS_A_CALL = 40
DEBTORS = "DEBTORS"


class _Account(Loose):
    AccountID: str = ""
    SystemAccount: str | None = None


class _Owing(Loose):
    ContactID: str = ""
    Name: str | None = None
    Balances: wire.Balances | None = None


class _Attribute(Loose):
    Id: str | None = None
    Value: str | None = None


class _Cell(Loose):
    Value: str | None = None
    Attributes: list[_Attribute] | None = None


class _Row(Loose):
    RowType: str | None = None
    Cells: list[_Cell] | None = None
    Rows: list[_Row] | None = None


class _Report(Loose):
    Rows: list[_Row] | None = None


class XeroFigures:
    """See connectors/figures.py for what each method promises."""

    provider = "xero"
    feeds: tuple[str, ...] = ("Contacts", "Invoices", "CreditNotes", "Payments", "Overpayments", "Prepayments")
    bank_feeds: tuple[str, ...] = ("BatchPayments", "BankTransactions", "BankTransfers")

    def __init__(self, *, api_base: str, tenant_id: str, transport: Transport, tokens: TokenSource) -> None:
        self._transport = transport
        self._client = XeroClient(api_base, tenant_id, Authorised(transport, tokens))
        self._contacts: int | None = None

    @property
    def calls(self) -> int:
        return self._transport.meter.calls

    def control(self, on: date, home: str) -> Control | None:
        """Two calls: the accounts, for the id of the debtors' one, and the trial balance of the day."""
        accounts = [loosely(raw, _Account) for raw in self._client.list("Accounts", {}).raws]
        debtors = [one.AccountID for one in accounts if one.SystemAccount == DEBTORS]
        if not debtors:
            return None
        listing = self._client.list("Reports", {"date": on.isoformat()}, path="Reports/TrialBalance")
        report = loosely(listing.raws[0], _Report) if listing.raws else _Report()
        told = {row.key: _amount(row.texts, -2) - _amount(row.texts, -1) for row in _account_rows(report.Rows or [])}
        every = {account: nearest(amount, home) for account, amount in told.items()}
        balances = {account: every.get(account, Money(0, home)) for account in debtors}
        return Control(
            on=on, home=home, accounts=balances, source="trial balance", every=every, finer=finer(told, home)
        )

    def customers(self, on: date) -> Balances | None:
        """A call for each 1,000 contacts. Xero adds up amounts of several currencies as they are, and knows no day."""
        del on
        owing: dict[str, Decimal] = {}
        names: dict[str, str] = {}
        held = 0
        for listing in self._pages("Contacts", {**dict(BY_KIND["Contacts"].params), "order": "ContactID ASC"}):
            held += len(listing.raws)
            for raw in listing.raws:
                contact = loosely(raw, _Owing)
                receivable = contact.Balances.accounts_receivable if contact.Balances else None
                if receivable is not None and receivable.outstanding:
                    owing[contact.ContactID] = receivable.outstanding
                    names[contact.ContactID] = contact.Name or contact.ContactID
        self._contacts = held
        return Balances(basis=Basis.STANDING, customers=owing, names=names, held=held)

    def counts(self) -> dict[str, int]:
        """A call for each kind whose pages tell how many there are; of contacts what `customers` has seen."""
        found = {} if self._contacts is None else {"Contacts": self._contacts}
        for kind in COUNTED:
            listing = self._client.list(kind, {**dict(BY_KIND[kind].params), "page": "1", "pageSize": "1"})
            if listing.pagination is not None and listing.pagination.itemCount is not None:
                found[kind] = listing.pagination.itemCount
        return found

    def funds(self) -> dict[str, Money] | None:
        return None

    def owed(self) -> Iterator[Page]:
        yield from ()

    def documents(self, customers: Sequence[str]) -> Iterator[Page]:
        """Invoices by their contacts, 40 a call; of credits, which cannot be asked for so, the list of each contact."""
        for start in range(0, len(customers), CONTACTS_A_CALL):
            some = customers[start : start + CONTACTS_A_CALL]
            yield from self._records("Invoices", {"ContactIDs": ",".join(some)})
            for contact in some:
                where = f'Contact.ContactID==guid("{contact}")'
                for kind in CREDITS:
                    yield from self._records(kind, {"where": where})

    def _records(self, kind: str, asked: dict[str, str]) -> Iterator[Page]:
        for listing in self._pages(kind, asked):
            records, findings = records_of(BY_KIND[kind], listing, "")
            yield Page(feed=kind, records=records, findings=findings, state={}, done=False)

    def _pages(self, kind: str, asked: dict[str, str]) -> Iterator[Listing]:
        for number in range(1, PAGES_MAX):
            listing = self._client.list(kind, {**asked, "page": str(number), "pageSize": str(PAGE_SIZE)})
            yield listing
            pages = listing.pagination
            told = pages.pageCount if pages is not None else None
            if number >= told if told is not None else len(listing.raws) < PAGE_SIZE:
                return


class _AccountRow(msgspec.Struct):
    key: str
    texts: list[str]


def _account_rows(rows: Sequence[_Row]) -> Iterator[_AccountRow]:
    """Rows that name an account by its id, at any depth: titles are for people."""
    for row in rows:
        if row.RowType == "Row" and row.Cells:
            marks = [mark.Value or "" for mark in row.Cells[0].Attributes or [] if mark.Id == "account"]
            if marks:
                yield _AccountRow(marks[0], [cell.Value or "" for cell in row.Cells])
        yield from _account_rows(row.Rows or [])


def _amount(cells: Sequence[str], place: int) -> Decimal:
    """The last pair of columns is the balance, the pair before it the month's movement; an empty cell is nothing."""
    text = cells[place].strip() if len(cells) >= -place else ""
    if not text:
        return Decimal(0)
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise Unreachable(f"A report of Xero holds {text!r} where an amount belongs; nothing was compared.") from None
