"""What the writings of every transaction have in common: dates, texts, references, currency and rate, checked once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.faults import (
    BAD_DATE,
    BAD_NUMBER,
    INVALID_REFERENCE,
    TOO_LONG,
    Refusal,
    business,
    missing,
    not_found,
)
from sandbox.quickbooks.wire import ZERO, Record, currency_ref, digits, number, parse_day, ref, ref_value

AMOUNT_LIMIT = Decimal(10) ** 11
LENGTHS = {"DocNumber": 21, "PaymentRefNum": 21, "PrivateNote": 4000}


def text_parts(body: Record) -> Record:
    """The short texts that came, each within its length."""
    found: Record = {}
    for name, most in LENGTHS.items():
        held = body.get(name)
        if held in (None, ""):
            continue
        if len(str(held)) > most:
            raise Refusal(TOO_LONG, f"Length of the field exceeds {most} chars", name)
        found[name] = str(held)
    return found


def day(body: Record, name: str, default: str) -> str:
    held = body.get(name)
    if held in (None, ""):
        return default
    try:
        return parse_day(held).isoformat()
    except ValueError:
        raise Refusal(BAD_DATE, f"Date {name} is no date of the form YYYY-MM-DD", name) from None


def txn_date(books: Books, body: Record) -> str:
    return day(body, "TxnDate", books.today().isoformat())


def days_after(start: str, days: int) -> str:
    return (parse_day(start) + timedelta(days=days)).isoformat()


def amount(body: Record, name: str, currency: str) -> Decimal:
    """A required amount, no finer than the currency's minor unit."""
    if body.get(name) is None:
        raise missing(name)
    try:
        found = number(body[name])
    except ValueError:
        raise Refusal(BAD_NUMBER, f"{name} is no number", name) from None
    if found.copy_abs() >= AMOUNT_LIMIT:
        raise Refusal(BAD_NUMBER, f"{name} is out of range", name)
    places = Decimal(1).scaleb(-digits(currency))
    fitted = found.quantize(places)
    if fitted != found:
        raise Refusal(BAD_NUMBER, f"{name} has more decimals than {currency} has", name)
    return fitted


def named(books: Books, kind: str, record_id: str, field: str, label: str = "Name") -> Record:
    """A reference with its name; refused when the thing is gone or inactive."""
    held = books.get(kind, record_id)
    if held is None:
        raise Refusal(INVALID_REFERENCE, f"Invalid Reference Id : {kind} {record_id} does not exist", field)
    if held.get("Active") is False:
        raise not_found(element=field)
    return ref(record_id, held[label])


def customer_part(books: Books, body: Record) -> Record:
    customer = ref_value(body, "CustomerRef")
    if customer is None:
        raise missing("CustomerRef")
    return named(books, "Customer", customer, "CustomerRef", "DisplayName")


def account_part(books: Books, body: Record, field: str, default: str | None, types: frozenset[str]) -> Record:
    """An account of one of these types; `default` is an account's id."""
    wanted = ref_value(body, field) or default
    if wanted is None:
        raise missing(field)
    found = named(books, "Account", wanted, field)
    kind = books.need("Account", wanted)["AccountType"]
    if kind not in types:
        raise business(f"Account {found['name']} of type {kind} cannot be used in {field}.", field)
    return found


def money_account(
    books: Books, body: Record, field: str, default: str | None, types: frozenset[str], currency: str
) -> Record:
    """An account that money of a transaction moves through: in home currency, or in the transaction's own."""
    found = account_part(books, body, field, default, types)
    own = ref_value(books.need("Account", found["value"]), "CurrencyRef") or books.home
    if own not in (currency, books.home):
        sentence = f"Account {found['name']} is in {own}; this transaction is in currency {currency}."
        raise business(sentence, field)
    return found


def currency_part(books: Books, body: Record, on: str, owner: str | None) -> Record:
    """CurrencyRef and, where several currencies are on, ExchangeRate. `owner` is the customer, whose currency rules."""
    code = ref_value(body, "CurrencyRef") or books.home
    if owner is not None and books.customer_currency(owner) != code:
        sentence = f"The customer trades in {books.customer_currency(owner)}; this transaction is in {code}."
        raise business(sentence, "CurrencyRef")
    if code != books.home and code not in books.company.currencies:
        raise business(f"Currency {code} is not one of this company's.", "CurrencyRef")
    found: Record = {"CurrencyRef": currency_ref(code)}
    if books.multicurrency:
        held = body.get("ExchangeRate")
        found["ExchangeRate"] = Decimal(1) if code == books.home else _rate(books, held, code, on)
    return found


def _rate(books: Books, held: object, code: str, on: str) -> Decimal:
    if held is None:
        return rate_on(books, code, on)
    try:
        rate = number(held)
    except ValueError:
        raise Refusal(BAD_NUMBER, "ExchangeRate is no number", "ExchangeRate") from None
    if not 0 < rate < AMOUNT_LIMIT:
        raise Refusal(BAD_NUMBER, "ExchangeRate is out of range", "ExchangeRate")
    return rate


def tax_part(body: Record, code: str) -> Record | None:
    """The tax of a transaction as it was given; None where none was."""
    detail = body.get("TxnTaxDetail")
    if not detail or (detail.get("TotalTax") is None and not detail.get("TaxLine")):
        return None
    lines = [{**line, "Amount": amount(line, "Amount", code)} for line in detail.get("TaxLine") or ()]
    summed = sum((line["Amount"] for line in lines), ZERO)
    total = amount(detail, "TotalTax", code) if detail.get("TotalTax") is not None else summed
    if lines and total != summed:
        raise business("TotalTax is not the sum of the tax lines.", "TxnTaxDetail")
    return {**detail, "TotalTax": total, "TaxLine": lines}


def rate_on(books: Books, code: str, on: str) -> Decimal:
    """The company's own rate list: the last on or before the day, else the earliest, else 1."""
    rows = sorted(
        (row["AsOfDate"], row["Rate"]) for row in books.all("ExchangeRate") if row["SourceCurrencyCode"] == code
    )
    before = [rate for as_of, rate in rows if as_of <= on]
    if before:
        return Decimal(before[-1])
    return Decimal(rows[0][1]) if rows else Decimal(1)
