"""The customer list: names are unique, sub-customers hang below a parent, and nobody is ever deleted."""

from __future__ import annotations

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.faults import DUPLICATE_NAME, INVALID_REFERENCE, Refusal, business, missing
from sandbox.quickbooks.links import Links
from sandbox.quickbooks.wire import ZERO, Record, currency_ref, ref, ref_value

_KEPT = [
    "Title",
    "GivenName",
    "MiddleName",
    "FamilyName",
    "Suffix",
    "CompanyName",
    "PrimaryPhone",
    "AlternatePhone",
    "Mobile",
    "Fax",
    "PrimaryEmailAddr",
    "WebAddr",
    "DefaultTaxCodeRef",
    "BillAddr",
    "ShipAddr",
    "Notes",
    "SalesTermRef",
    "PaymentMethodRef",
    "PreferredDeliveryMethod",
    "ResaleNum",
    "CustomerTypeRef",
    "BillWithParent",
]
GONE = " (deleted)"  # what the product writes behind the name of a customer made inactive


def build_customer(books: Books, links: Links, kind: str, body: Record, old: Record | None) -> Record:
    name = str(body.get("DisplayName") or body.get("CompanyName") or "").strip()
    if not name:
        raise missing("DisplayName")
    active = body.get("Active") is not False
    if not active and not name.endswith(GONE):
        name += GONE
    if active and name.endswith(GONE):
        name = name.removesuffix(GONE)
    own = old["Id"] if old else None
    if books.directory.named(name) not in {None, own}:
        detail = "The name supplied already exists. : Another customer is already using this name."
        raise Refusal(DUPLICATE_NAME, detail, "DisplayName")
    code = ref_value(body, "CurrencyRef") or books.home
    if code != books.home and code not in books.company.currencies:
        raise business(f"Currency {code} is not one of this company's.", "CurrencyRef")
    if old and ref_value(old, "CurrencyRef") not in {None, code}:
        raise business("The currency of a customer cannot change.", "CurrencyRef")
    parent = _parent(books, body, own)
    record: Record = {
        **{field: body[field] for field in _KEPT if body.get(field) is not None},
        "Taxable": bool(body.get("Taxable")),
        "Job": parent is not None,
        "BillWithParent": bool(body.get("BillWithParent")),
        "Balance": ZERO,
        "BalanceWithJobs": ZERO,
        "CurrencyRef": currency_ref(code),
        "FullyQualifiedName": f"{parent['FullyQualifiedName']}:{name}" if parent else name,
        "DisplayName": name,
        "PrintOnCheckName": body.get("PrintOnCheckName") or name,
        "Active": active,
    }
    if parent is not None:
        record["ParentRef"] = ref(parent["Id"])
        record["Level"] = int(parent.get("Level", 0)) + 1
    return record


def _parent(books: Books, body: Record, own: str | None) -> Record | None:
    parent_id = ref_value(body, "ParentRef")
    if parent_id is None:
        return None
    seen = books.get("Customer", parent_id)
    if seen is None or parent_id == own:
        raise Refusal(INVALID_REFERENCE, f"Invalid Reference Id : Customer {parent_id} does not exist", "ParentRef")
    return seen


def customer_view(books: Books, links: Links, record: Record) -> Record:
    """The record with its balances of this moment, which move without a new token or stamp."""
    own = links.balance(record["Id"])
    below = sum((links.balance(customer) for customer in books.directory.below(record["Id"])), ZERO)
    return {**record, "Balance": own, "BalanceWithJobs": own + below}
