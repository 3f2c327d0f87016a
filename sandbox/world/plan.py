"""The business as plain values: what stands in a ledger and what stands at Stripe, in nobody's wire form.

Amounts are whole minor units of the currency named beside them, positive unless said. Keys are ours ("inv-0017");
a stand-in remembers which external id it gave to a key. Rates are decimal strings: home units for one unit of the
document's currency, whatever way round the provider writes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

Key = str


@dataclass(frozen=True)
class Company:
    """One set of books or one Stripe account. settles: currencies beside the home one in which its processor pays out."""

    key: Key
    name: str
    country: str
    home_currency: str
    time_zone: str
    lock_date: date | None = None
    currencies: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Customer:
    key: Key
    name: str
    email: str | None = None
    currency: str | None = None
    parent: Key | None = None
    active: bool = True


@dataclass(frozen=True)
class Line:
    description: str
    amount: int
    tax: int = 0


@dataclass(frozen=True)
class Invoice:
    """A document of a debt. `total` is the sum of its lines with their tax. `deposit` was paid on its face (QuickBooks)."""

    key: Key
    number: str
    customer: Key
    issued_on: date
    due_on: date | None
    currency: str
    lines: tuple[Line, ...]
    rate: str = "1"
    reference: str | None = None
    po_number: str | None = None
    state: str = "open"  # draft, open, void, deleted, uncollectible (Stripe); "paid" follows from payments
    deposit: int = 0
    mirror_of: Key | None = None  # in a ledger: the key of the Stripe invoice that another app mirrored here
    metadata: tuple[tuple[str, str], ...] = ()

    @property
    def total(self) -> int:
        return sum(line.amount + line.tax for line in self.lines)


@dataclass(frozen=True)
class Applied:
    """One application: `amount` in the target's currency, to an invoice (or a journal's AR line) by key."""

    target: Key
    amount: int
    on: date | None = None


@dataclass(frozen=True)
class CreditNote:
    key: Key
    number: str
    customer: Key
    issued_on: date
    currency: str
    lines: tuple[Line, ...]
    rate: str = "1"
    applied: tuple[Applied, ...] = ()
    refunded: int = 0
    state: str = "open"

    @property
    def total(self) -> int:
        return sum(line.amount + line.tax for line in self.lines)


@dataclass(frozen=True)
class Payment:
    """Money from a customer in the ledger. What `applied` leaves of `amount` is unapplied (an overpayment on Xero).

    kind: payment, overpayment, prepayment. account: "bank", "clearing" (Stripe's mirror), "undeposited".
    """

    key: Key
    customer: Key
    paid_on: date
    currency: str
    amount: int
    applied: tuple[Applied, ...] = ()
    rate: str = "1"
    kind: str = "payment"
    account: str = "bank"
    reference: str | None = None
    method: str | None = None
    state: str = "open"  # open, void, deleted
    reconciled: bool = False


@dataclass(frozen=True)
class ArJournal:
    """A journal line on AR for a customer; positive debits AR. Only QuickBooks can hold one."""

    key: Key
    customer: Key
    on: date
    currency: str
    amount: int
    memo: str = ""
    rate: str = "1"


@dataclass(frozen=True)
class Deposit:
    """QuickBooks: payments grouped into one bank line, with a negative fee line where there is one."""

    key: Key
    on: date
    currency: str
    payments: tuple[Key, ...]
    fee: int = 0
    other: int = 0  # a plain line of income, no customer behind it
    ar_customer: Key | None = None  # with ar_amount: a deposit line on AR, a credit to that customer
    ar_amount: int = 0


@dataclass(frozen=True)
class BankMove:
    """Money received or spent that is no payment of an invoice: SalesReceipt, RECEIVE, SPEND, Purchase on AR, refund receipt.

    kind: sale (cash sale), receive, spend, refund_receipt, ar_purchase (QuickBooks: money out on AR to a customer).
    """

    key: Key
    kind: str
    on: date
    currency: str
    amount: int
    customer: Key | None = None
    reference: str | None = None
    account: str = "bank"


@dataclass(frozen=True)
class Transfer:
    key: Key
    on: date
    currency: str
    amount: int
    source: str = "clearing"
    target: str = "bank"
    reference: str | None = None


@dataclass(frozen=True)
class BooksPlan:
    """Everything that stands in one ledger."""

    company: Company
    customers: tuple[Customer, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    payments: tuple[Payment, ...] = ()
    journals: tuple[ArJournal, ...] = ()
    deposits: tuple[Deposit, ...] = ()
    moves: tuple[BankMove, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    rates: tuple[tuple[date, str, str], ...] = ()  # from this day on, currency, home units for one


@dataclass(frozen=True)
class Charge:
    """A payment taken by Stripe: one PaymentIntent and its latest Charge, with the balance transaction of its money.

    amount and currency are what the payer saw; settled and fee are in the account's settlement currency. `pays` names
    Stripe invoices that it pays through InvoicePayments. off_stripe: a PaymentRecord, no balance transaction.
    """

    key: Key
    at: datetime
    currency: str
    amount: int
    settled_currency: str
    settled: int
    fee: int
    customer: Key | None = None
    payer_name: str | None = None
    payer_email: str | None = None
    description: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    method: str = "card"
    pays: tuple[Applied, ...] = ()
    status: str = "succeeded"  # succeeded, pending, failed
    off_stripe: bool = False


@dataclass(frozen=True)
class Refund:
    key: Key
    charge: Key
    at: datetime
    amount: int
    status: str = "succeeded"


@dataclass(frozen=True)
class Dispute:
    key: Key
    charge: Key
    at: datetime
    amount: int
    fee: int
    status: str = "needs_response"  # needs_response, won, lost


@dataclass(frozen=True)
class BalanceCredit:
    """A customer balance transaction at Stripe: negative amount = credit for the customer."""

    key: Key
    customer: Key
    at: datetime
    currency: str
    amount: int
    kind: str = "adjustment"
    invoice: Key | None = None


@dataclass(frozen=True)
class Payout:
    """Stripe to bank: the charges, refunds and disputes (by key) whose nets it carries.

    The nets may come to less than nothing: then the bank is debited. What a failed one carried is back in the balance.
    """

    key: Key
    left_at: datetime
    arrives_on: date
    currency: str
    carries: tuple[Key, ...]
    status: str = "paid"
    automatic: bool = True


@dataclass(frozen=True)
class StripePlan:
    """Everything that stands at one Stripe account."""

    company: Company
    customers: tuple[Customer, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    charges: tuple[Charge, ...] = ()
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    balance_credits: tuple[BalanceCredit, ...] = ()
    payouts: tuple[Payout, ...] = ()


@dataclass(frozen=True)
class EntityPlan:
    """One legal person: its ledger and its Stripe account, and what a perfect bookkeeper would match.

    truth: charge key or ledger payment key -> the ledger invoices (or Stripe invoices without a twin) that it pays;
    an empty tuple where the honest answer is "nobody can tell" or "not a payment". cases: the same keys -> the name of
    the case that each is there for ("exact_number", "twins", "already_recorded"...).
    """

    books_provider: str  # "quickbooks" or "xero"
    books: BooksPlan
    stripe: StripePlan
    truth: tuple[tuple[Key, tuple[Applied, ...]], ...] = field(default=())
    cases: tuple[tuple[Key, str], ...] = ()
