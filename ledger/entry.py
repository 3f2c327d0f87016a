"""An entry: one record that is to stand in the books, said in the trade's words and no provider's.

What a provider makes of it (a Payment, a BatchPayment, a SPEND) is the business of its connector (connectors/writing.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ledger.money import Money


class EntryKind(StrEnum):
    """receipt: a customer's money into `account`, for the documents of its lines; what they leave is unapplied.
    allocation: a credit (`source`) put to the documents of its lines; no cash moves.
    spend: money out of `account` to the accounts of its lines. receive: money into it from them.
    transfer: `amount` from `account` to `to_account`.
    deposit: entries of ours that stand in undeposited funds, put into `account` as one bank line.
    credit_note: lowers what `customer` owes, line by line, with tax. refund: cash from `account` that settles `source`.
    journal: lines in debit (positive) and credit (negative) that sum to nothing.
    invoice: raises what `customer` owes, line by line; never planned, but what a reversal comes to in books whose
    journals do not reach receivables.
    """

    RECEIPT = "receipt"
    ALLOCATION = "allocation"
    SPEND = "spend"
    RECEIVE = "receive"
    TRANSFER = "transfer"
    DEPOSIT = "deposit"
    CREDIT_NOTE = "credit_note"
    REFUND = "refund"
    JOURNAL = "journal"
    INVOICE = "invoice"


class LineRole(StrEnum):
    """pays: settles `document`. fee: kept by a bank or processor, to `account`. withheld: tax the customer kept back.
    unapplied: stays the customer's credit. account: goes to or comes from `account`. entry: another entry of ours, by
    its write id (a payment inside a deposit).
    """

    PAYS = "pays"
    FEE = "fee"
    WITHHELD = "withheld"
    UNAPPLIED = "unapplied"
    ACCOUNT = "account"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A record of the books: `kind` is the ledger's noun (invoice, credit_note, payment, overpayment, prepayment,
    journal), never a provider's word. entry: instead of external_id, the write id of an entry of the same posting that
    has to be written first.
    """

    kind: str
    external_id: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """amount is positive and in the document's currency for `pays`, `withheld` and `fee`; in the entry's for the others.

    tax is part of the amount's own line, never guessed: None where no tax code is given. customer: where it is another
    than the entry's (several customers in one bank line). item: the books' product or service that leads to the account,
    for books whose credit notes name no account.
    """

    role: LineRole
    amount: Money
    document: Target | None = None
    account: str | None = None
    customer: str | None = None
    tax_code: str | None = None
    tax: Money | None = None
    entry: str | None = None
    item: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record to be written. Accounts and customers are the books' external ids.

    write_id: our marker, which the record carries (ledger/ids.py). amount: what moves in `account` (of a receipt:
    pays + unapplied - fee - withheld), never negative. rate: home units for one unit of the foreign currency that the
    entry holds (its amount's or its documents'; never two), with as many digits as make the read-back equal; None in the
    home currency, and where the books' own rate of the day is as good. memo: the payer's own reference and words.
    after: write ids of entries of the same posting that must stand first.
    """

    kind: EntryKind
    write_id: str
    on: date
    amount: Money
    account: str | None = None
    to_account: str | None = None
    customer: str | None = None
    source: Target | None = None
    lines: tuple[EntryLine, ...] = ()
    rate: Decimal | None = None
    reference: str = ""
    memo: str = ""
    after: tuple[str, ...] = ()
