"""How a record looks in an answer: in a page, in a list without pages, as a summary, and alone."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from sandbox.xero.balances import balances, roles
from sandbox.xero.batches import shown_batch
from sandbox.xero.books import Books, Place
from sandbox.xero.kinds import KINDS
from sandbox.xero.wire import CENT, Record, cents, encode

_FOUR = Decimal("0.0001")
_HEAVY = frozenset({"LineItems", "Payments", "CreditNotes", "Prepayments", "Overpayments", "FullyPaidOnDate"})
_CONTACT_PARTS = ("ContactStatus", "FirstName", "LastName", "EmailAddress", "BankAccountDetails", "DefaultCurrency")


def page_bytes(books: Books, kind: str, record: Record, *, four_places: bool = False) -> bytes:
    """With its lines, as in a page."""
    if kind == "Contacts":
        return encode(contact(books, record))
    if four_places:
        return encode(whole(books, kind, record, four_places=True))
    place = Place(kind, record[KINDS[kind].id_field])
    return books.raw(place, lambda held: whole(books, kind, held))


def list_bytes(books: Books, kind: str, record: Record) -> bytes:
    """As in a list without pages: no lines."""
    if kind == "Contacts":
        return encode(contact(books, record, computed=False))
    if not KINDS[kind].has_lines:
        return page_bytes(books, kind, record)
    return encode({**whole(books, kind, record), "LineItems": []})


def summary_bytes(books: Books, kind: str, record: Record) -> bytes:
    """With summaryOnly: nothing that would have to be worked out."""
    if kind == "Contacts":
        return encode(contact(books, record, computed=False))
    return encode({name: value for name, value in shown(record).items() if name not in _HEAVY})


def alone(books: Books, kind: str, record: Record, *, four_places: bool = False) -> Record:
    """Asked for by its id, or just written: with more of its contact."""
    if kind == "Contacts":
        return contact(books, record)
    full = whole(books, kind, record, four_places=four_places)
    if "Contact" in full:
        held = books.need("Contacts", full["Contact"]["ContactID"], "Contact")
        more = {name: held[name] for name in (*_CONTACT_PARTS, "Addresses", "Phones") if name in held}
        full["Contact"] = {**full["Contact"], **more}
    if kind == "Payments":
        account = books.need("Accounts", full["Account"]["AccountID"], "Account")
        full["Account"] = {**full["Account"], "Name": account["Name"]}
        target = record["_target"]
        if target.kind == "Invoices":
            full["Invoice"] = whole(books, "Invoices", books.need("Invoices", target.id, "Invoice"))
    return full


def whole(books: Books, kind: str, record: Record, *, four_places: bool = False) -> Record:
    full = shown(record)
    if KINDS[kind].has_lines:
        full["LineItems"] = [_line(line, _FOUR if four_places else CENT) for line in full["LineItems"]]
    if full.get("Allocations"):
        full["Allocations"] = [shown(one) for one in full["Allocations"]]
    if kind == "Payments" and full.get("BatchPaymentID"):
        full["BatchPayment"] = shown_batch(books, full["BatchPaymentID"])
    return full


def contact(books: Books, record: Record, *, computed: bool = True) -> Record:
    full = shown(record)
    if not computed:
        full.pop("MergedToContactID", None)
        return full
    customer, supplier = roles(books, record["ContactID"])
    full |= {"IsSupplier": supplier, "IsCustomer": customer}
    if customer or supplier or books.places_of.get(record["ContactID"]):
        full["Balances"] = balances(books, record["ContactID"], books.today())
    return full


def shown(record: Record) -> Record:
    """Without what is for ourselves."""
    return {name: value for name, value in record.items() if not name.startswith("_")}


def _line(line: Record, places: Decimal) -> Record:
    return {
        **line,
        "UnitAmount": line["UnitAmount"].quantize(places, ROUND_HALF_UP),
        "LineAmount": cents(line["LineAmount"]),
    }
