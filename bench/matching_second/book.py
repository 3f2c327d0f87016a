"""What a world is made of. Amounts are whole minor units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, get_args

Kind = Literal["unique", "ambiguous", "none", "duplicate", "payout", "reversal", "unsure"]
"""`unsure`: the files support a second answer as well, found by `audit`; nothing is counted for or against."""

FLAGS: Final = frozenset({"duplicate", "payout", "reversal"})
DIGITS: Final = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "JOD": 3, "TND": 3}


KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


def kind_of(word: str) -> Kind:
    """A kind as truth.csv names it. Raises ValueError for another word."""
    for kind in KINDS:
        if word == kind:
            return kind
    raise ValueError(f"{word!r} is no kind of truth; it is one of {', '.join(KINDS)}.")


def digits(currency: str) -> int:
    return DIGITS.get(currency, 2)


def plain(minor: int, currency: str) -> str:
    """The amount as a plain decimal: 12345 EUR is `123.45`."""
    places = digits(currency)
    sign, text = ("-" if minor < 0 else ""), str(abs(minor)).rjust(places + 1, "0")
    return f"{sign}{text[:-places]}.{text[-places:]}" if places else sign + text


@dataclass(frozen=True)
class Customer:
    customer_id: str
    name: str
    latin: str
    """The name as a bank writes it that knows only A to Z."""
    country: str = "US"
    email: str = ""
    parent: str = ""
    account: str = ""


@dataclass(frozen=True)
class Invoice:
    invoice_id: str
    number: str
    customer_id: str
    issued: date
    due: date
    currency: str
    total: int
    open_amount: int
    kind: str = "invoice"
    po_number: str = ""
    payment_reference: str = ""
    terms: str = "net 30"
    status: str = "open"


@dataclass(frozen=True)
class Receipt:
    receipt_id: str
    day: date
    currency: str
    amount: int
    fee: int = 0
    payer_name: str = ""
    payer_account: str = ""
    payer_email: str = ""
    reference: str = ""
    method: str = "bank"
    source: str = "bank"
    metadata: str = ""
    payout_id: str = ""


Parts = tuple[tuple[str, int], ...]
"""(invoice_id, applied minor units of the invoice's currency), credit notes negative, sorted."""


@dataclass(frozen=True)
class Truth:
    receipt_id: str
    case: str
    kind: Kind
    options: tuple[Parts, ...] = ()
    """One for `unique`; for `ambiguous` the answers that the files support alike, as far as they are known."""
    residual: str = ""
    """Why the invoice is not paid in full: `open` where the rest stays owed, else a kind of the contract."""
    equal_to: str = ""
    """Another receipt with the same line to the letter: which of the two is called the first is free."""


@dataclass(frozen=True)
class Past:
    """A line of history.csv."""

    receipt: Receipt
    invoice_id: str
    applied: int
    customer_id: str


@dataclass
class Book:
    family: str
    customers: list[Customer] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    history: list[Past] = field(default_factory=list)
    rates: list[tuple[date, str, str, str]] = field(default_factory=list)
    truths: list[Truth] = field(default_factory=list)
    with_customers: bool = True
