"""Xero's lists over made-up books, in the shapes that Xero documents: pages of a size, If-Modified-Since."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bench.sync.limits import THEIRS
from bench.sync.stamped import NEWEST, Stamped

_SHARES = {"Contacts": 12, "Invoices": 50, "Payments": 38}


class XeroPages:
    """One organisation. Rows stand in the order of their update stamp, a whole second each."""

    rules, in_flight = THEIRS["xero"]

    def __init__(self, rows: int, seed: int) -> None:
        makers = {"Contacts": _contact, "Invoices": _invoice, "Payments": _payment}
        self._books = Stamped(rows, seed, _SHARES, makers, most="Invoices")
        for kind, row in (("Organisation", _ORGANISATION), ("Accounts", _ACCOUNT)):
            self._books.hold(kind, row)

    def endpoint(self, target: str) -> str:
        return urlsplit(target).path.rpartition("/")[2]

    def answer(self, target: str, headers: dict[str, str], body: bytes) -> bytes:
        del body
        kind = self.endpoint(target)
        asked = dict(parse_qsl(urlsplit(target).query))
        asked_since = headers.get("if-modified-since")
        since = datetime.fromisoformat(asked_since).replace(tzinfo=UTC) if asked_since else None
        rows = self._books.since(kind, since)
        size, page = int(asked.get("pageSize", 100)), int(asked.get("page", 1))
        count = len(rows)
        chosen = rows[(page - 1) * size : page * size]
        told = {"page": page, "pageSize": size, "pageCount": -(-count // size), "itemCount": count}
        name = "Organisations" if kind == "Organisation" else kind
        return b'{"Id":"1","Status":"OK","pagination":%s,"%s":[%s]}' % (
            json.dumps(told).encode(), name.encode(), b",".join(chosen),
        )  # fmt: skip


def _own(space: int, number: int) -> str:
    return f"{space:08x}-0000-4000-8000-{number:012x}"


def _moment(stamp: datetime) -> str:
    return f"/Date({int(stamp.timestamp()) * 1000}+0000)/"


def _contact(rng: random.Random, number: int, stamp: datetime, counts: dict[str, int]) -> dict[str, Any]:
    del counts
    return {
        "ContactID": _own(1, number), "ContactStatus": "ACTIVE", "Name": f"Contact {number} Ltd", "FirstName": "Ann",
        "LastName": "Lee", "EmailAddress": f"accounts{number}@example.com", "BankAccountDetails": "",
        "Addresses": [{"AddressType": "STREET", "City": "", "Region": "", "PostalCode": "", "Country": ""},
            {"AddressType": "POBOX", "AddressLine1": f"{rng.randrange(200)} High Street", "City": "Leeds",
             "PostalCode": "LS1 4AP", "Country": "United Kingdom"}],
        "Phones": [{"PhoneType": kind, "PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""}
            for kind in ("DDI", "DEFAULT", "FAX", "MOBILE")],
        "UpdatedDateUTC": _moment(stamp), "ContactGroups": [], "IsSupplier": False, "IsCustomer": True,
        "DefaultCurrency": "GBP", "ContactPersons": [], "HasAttachments": False, "HasValidationErrors": False,
    }  # fmt: skip


def _invoice(rng: random.Random, number: int, stamp: datetime, counts: dict[str, int]) -> dict[str, Any]:
    amounts = [rng.randrange(100, 90_000) / 100 for _ in range(rng.choice((1, 2, 2, 3)))]
    lines: list[dict[str, Any]] = []
    for place, amount in enumerate(amounts):
        lines.append({
            "ItemCode": "", "Description": "Monthly service and support", "UnitAmount": amount, "TaxType": "OUTPUT2",
            "TaxAmount": 0.0, "LineAmount": amount, "AccountCode": "200", "Tracking": [], "Quantity": 1.0,
            "LineItemID": _own(9, number * 4 + place), "ValidationErrors": [],
        })  # fmt: skip
    total = round(sum(amounts), 2)
    due = total if rng.random() < 0.3 else 0.0
    contact = rng.randrange(counts["Contacts"])
    return {
        "Type": "ACCREC", "InvoiceID": _own(2, number), "InvoiceNumber": f"INV-{number:06d}",
        "Reference": f"PO {rng.randrange(10**6)}", "Payments": [], "CreditNotes": [], "Prepayments": [],
        "Overpayments": [], "AmountDue": due, "AmountPaid": round(total - due, 2), "AmountCredited": 0.0,
        "CurrencyRate": 1.0, "IsDiscounted": False, "HasAttachments": False, "HasErrors": False,
        "Attachments": [], "InvoicePaymentServices": [],
        "Contact": {"ContactID": _own(1, contact), "Name": f"Contact {contact} Ltd", "Addresses": [], "Phones": [],
            "ContactGroups": [], "ContactPersons": [], "HasValidationErrors": False},
        "DateString": f"{stamp.date().isoformat()}T00:00:00", "Date": _moment(stamp.replace(hour=0, minute=0, second=0)),
        "DueDate": _moment(stamp.replace(hour=0, minute=0, second=0) + timedelta(days=30)),
        "BrandingThemeID": _own(7, 1), "Status": "AUTHORISED" if due else "PAID", "LineAmountTypes": "Exclusive",
        "LineItems": lines, "SubTotal": total, "TotalTax": 0.0, "Total": total, "UpdatedDateUTC": _moment(stamp),
        "CurrencyCode": "GBP",
    }  # fmt: skip


def _payment(rng: random.Random, number: int, stamp: datetime, counts: dict[str, int]) -> dict[str, Any]:
    amount = rng.randrange(100, 300_000) / 100
    invoice = rng.randrange(counts["Invoices"])
    return {
        "PaymentID": _own(3, number), "Date": _moment(stamp.replace(hour=0, minute=0, second=0)), "BankAmount": amount,
        "Amount": amount, "Reference": f"BACS {number}", "CurrencyRate": 1.0, "PaymentType": "ACCRECPAYMENT",
        "Status": "AUTHORISED", "UpdatedDateUTC": _moment(stamp), "HasAccount": True, "IsReconciled": True,
        "Account": {"AccountID": _own(4, 1), "Code": "090"},
        "Invoice": {"Type": "ACCREC", "InvoiceID": _own(2, invoice), "InvoiceNumber": f"INV-{invoice:06d}",
            "Payments": [], "CreditNotes": [], "Prepayments": [], "Overpayments": [], "IsDiscounted": False,
            "Contact": {"ContactID": _own(1, 1), "Name": "Contact 1 Ltd"}, "CurrencyCode": "GBP", "LineItems": []},
        "HasValidationErrors": False,
    }  # fmt: skip


_ORGANISATION = {
    "OrganisationID": _own(8, 1), "Name": "Bench Ltd", "BaseCurrency": "GBP", "CountryCode": "GB",
    "Timezone": "GMTSTANDARDTIME",
}  # fmt: skip
_ACCOUNT = {
    "AccountID": _own(4, 1), "Code": "090", "Name": "Bank", "Status": "ACTIVE", "Type": "BANK", "CurrencyCode": "GBP",
    "UpdatedDateUTC": _moment(NEWEST),
}  # fmt: skip
