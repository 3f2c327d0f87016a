"""QuickBooks' queries and change feed over made-up books, in the shapes that QuickBooks documents."""

from __future__ import annotations

import json
import random
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bench.sync.limits import THEIRS
from bench.sync.stamped import NEWEST, Stamped

_SHARES = {"Customer": 12, "Invoice": 50, "Payment": 38}
_FROM = re.compile(r"FROM (\w+)")
_SINCE = re.compile(r"LastUpdatedTime >= '([^']+)'")
_PLACE = re.compile(r"STARTPOSITION (\d+) MAXRESULTS (\d+)")
_TIME = b"2026-09-01T13:00:00.000-00:00"
_ACCOUNT_REF = {"value": "84", "name": "Accounts Receivable (A/R)"}


class QuickBooksPages:
    """One company. Rows stand in the order of their update stamp, a whole second each."""

    rules, in_flight = THEIRS["quickbooks"]

    def __init__(self, rows: int, seed: int) -> None:
        makers = {"Customer": _customer, "Invoice": _invoice, "Payment": _payment}
        self._books = Stamped(rows, seed, _SHARES, makers, most="Invoice")
        for kind, row in (("CompanyInfo", _COMPANY), ("Preferences", _PREFERENCES), ("Account", _ACCOUNT)):
            self._books.hold(kind, row)

    def endpoint(self, target: str) -> str:
        return urlsplit(target).path.rpartition("/")[2]

    def answer(self, target: str, headers: dict[str, str], body: bytes) -> bytes:
        del headers
        if self.endpoint(target) == "cdc":
            return b'{"CDCResponse":[{"QueryResponse":[{}]}],"time":"2026-09-01T13:00:00.000-00:00"}'
        if self.endpoint(target) == "batch":
            items = json.loads(body)["BatchItemRequest"]
            answers = [
                b'{"bId":"%s","QueryResponse":%s}' % (one["bId"].encode(), self._queried(one["Query"])) for one in items
            ]
            return b'{"BatchItemResponse":[%s],"time":"%s"}' % (b",".join(answers), _TIME)
        return b'{"QueryResponse":%s,"time":"%s"}' % (self._queried(body.decode()), _TIME)

    def _queried(self, text: str) -> bytes:
        kind = _FROM.findall(text)[0]
        since, place = _SINCE.findall(text), _PLACE.findall(text)
        rows = self._books.since(kind, datetime.fromisoformat(since[0]) if since else None)
        if "COUNT(*)" in text:
            return b'{"totalCount":%d}' % len(rows)
        position, size = (int(part) for part in place[0]) if place else (1, 100)
        chosen = rows[position - 1 : position - 1 + size]
        listed = b'"%s":[%s]' % (kind.encode(), b",".join(chosen)) if chosen else b""
        return b"{%s}" % listed


def _meta(stamp: datetime) -> dict[str, str]:
    return {"CreateTime": stamp.isoformat(), "LastUpdatedTime": stamp.isoformat()}


def _customer(rng: random.Random, number: int, stamp: datetime, counts: dict[str, int]) -> dict[str, Any]:
    del counts
    name = f"Customer {number} {rng.choice(('Ltd', 'Inc', 'GmbH'))}"
    return {
        "Taxable": True, "BillAddr": {"Id": str(number), "Line1": f"{number} High Street", "City": "Leeds",
            "CountrySubDivisionCode": "WY", "PostalCode": "LS1 4AP"},
        "Job": False, "BillWithParent": False, "Balance": 0, "BalanceWithJobs": 0,
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"}, "PreferredDeliveryMethod": "Print",
        "IsProject": False, "ClientEntityId": "0", "domain": "QBO", "sparse": False, "Id": str(number + 1),
        "SyncToken": "0", "MetaData": _meta(stamp), "FullyQualifiedName": name, "CompanyName": name,
        "DisplayName": name, "PrintOnCheckName": name, "Active": True, "V4IDPseudonym": f"{rng.randrange(2**60):020x}",
        "PrimaryEmailAddr": {"Address": f"accounts{number}@example.com"},
    }  # fmt: skip


def _invoice(rng: random.Random, number: int, stamp: datetime, counts: dict[str, int]) -> dict[str, Any]:
    amounts = [rng.randrange(100, 90_000) / 100 for _ in range(rng.choice((1, 2, 2, 3)))]
    lines: list[dict[str, Any]] = []
    for place, amount in enumerate(amounts):
        lines.append({
            "Id": str(place + 1), "LineNum": place + 1, "Description": "Monthly service and support", "Amount": amount,
            "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": "2", "name": "Hours"},
                "UnitPrice": amount, "Qty": 1, "ItemAccountRef": {"value": "48", "name": "Services"},
                "TaxCodeRef": {"value": "NON"}},
        })  # fmt: skip
    total = round(sum(amounts), 2)
    return {
        "AllowIPNPayment": False, "AllowOnlinePayment": False, "AllowOnlineCreditCardPayment": False,
        "AllowOnlineACHPayment": False, "domain": "QBO", "sparse": False, "Id": str(100_000 + number), "SyncToken": "0",
        "MetaData": _meta(stamp), "CustomField": [{"DefinitionId": "1", "Name": "Crew #", "Type": "StringType"}],
        "DocNumber": str(1000 + number), "TxnDate": stamp.date().isoformat(),
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"}, "LinkedTxn": [],
        "Line": [*lines, {"Amount": total, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}],
        "TxnTaxDetail": {"TotalTax": 0}, "CustomerRef": {"value": str(rng.randrange(counts["Customer"]) + 1)},
        "CustomerMemo": {"value": "Thank you for your business"}, "FreeFormAddress": True,
        "DueDate": (stamp.date() + timedelta(days=30)).isoformat(), "TotalAmt": total, "ApplyTaxAfterDiscount": False,
        "PrintStatus": "NeedToPrint", "EmailStatus": "NotSet", "Balance": total if rng.random() < 0.3 else 0,
        "BillEmail": {"Address": f"accounts{number}@example.com"}, "SalesTermRef": {"value": "3"},
        "ShipAddr": {"Id": "94", "Line1": "321 Channing", "City": "Palo Alto", "PostalCode": "94303"},
    }  # fmt: skip


def _payment(rng: random.Random, number: int, stamp: datetime, counts: dict[str, int]) -> dict[str, Any]:
    amount = rng.randrange(100, 300_000) / 100
    return {
        "CustomerRef": {"value": str(rng.randrange(counts["Customer"]) + 1)}, "DepositToAccountRef": {"value": "4"},
        "PaymentMethodRef": {"value": "2"}, "PaymentRefNum": f"CHK-{number}", "TotalAmt": amount, "UnappliedAmt": 0,
        "ProcessPayment": False, "domain": "QBO", "sparse": False, "Id": str(900_000 + number), "SyncToken": "0",
        "MetaData": _meta(stamp), "TxnDate": stamp.date().isoformat(),
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"}, "ARAccountRef": _ACCOUNT_REF,
        "Line": [{"Amount": amount, "LinkedTxn": [{"TxnId": str(100_000 + rng.randrange(counts["Invoice"])),
            "TxnType": "Invoice"}], "LineEx": {"any": []}}],
    }  # fmt: skip


_COMPANY = {"Id": "1", "SyncToken": "4", "MetaData": _meta(NEWEST), "CompanyName": "Bench Ltd", "Country": "US"}
_PREFERENCES = {
    "Id": "1", "SyncToken": "4", "MetaData": _meta(NEWEST),
    "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
}  # fmt: skip
_ACCOUNT = {
    "Id": "84", "SyncToken": "0", "MetaData": _meta(NEWEST), "Name": "Accounts Receivable (A/R)", "Active": True,
    "AccountType": "Accounts Receivable", "AccountSubType": "AccountsReceivable", "CurrentBalance": 0,
}  # fmt: skip
