"""One small organisation at the stand-in and a plain client for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import requests

from sandbox.core.server import Served
from sandbox.world import plan
from sandbox.xero.desk.stand import XeroStand

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
TIMEOUT = 10
COMPANY = plan.Company(
    "uk",
    "Thames Lane Traders",
    "GB",
    "GBP",
    "Europe/London",
    lock_date=date(2026, 3, 31),
    currencies=("GBP", "EUR"),
)


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def messages(self) -> list[str]:
        """Every validation message in an answer."""
        elements = self.body.get("Elements") or next(rows for rows in self.body.values() if isinstance(rows, list))
        return [one["Message"] for row in elements for one in row.get("ValidationErrors", [])]


class Office:
    """Calls the API of one organisation; amounts come back as Decimal."""

    def __init__(self, stand: XeroStand, served: Served, tenant: str) -> None:
        self.stand = stand
        self.url = served.url
        self.tenant = tenant
        self.token = stand.tokens(tenant).access_token
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        self._session.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None, **params: str) -> Answer:
        return self.call("GET", path, headers, params=params)

    def put(self, path: str, body: object, headers: Mapping[str, str] | None = None, **params: str) -> Answer:
        return self.call("PUT", path, headers, params=params, data=json.dumps(body, default=float))

    def post(self, path: str, body: object, **params: str) -> Answer:
        return self.call("POST", path, params=params, data=json.dumps(body, default=float))

    def delete(self, path: str) -> Answer:
        return self.call("DELETE", path)

    def rows(self, kind: str, **params: str) -> list[dict[str, Any]]:
        """A whole page of a kind."""
        answer = self.call("GET", kind, params={"page": "1", "pageSize": "1000", **params})
        assert answer.status == 200, answer.body
        found: list[dict[str, Any]] = answer.body[kind]
        return found

    def one(self, kind: str, key: str) -> dict[str, Any]:
        """The record that a key of the plan became, or of an id."""
        answer = self.get(f"{kind}/{self.stand.desks[self.tenant].books.keys.get(key, key)}")
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.body[kind][0]
        return found

    def id(self, key: str) -> str:
        return self.stand.external_id(self.tenant, key)

    def account(self, role: str = "bank") -> dict[str, str]:
        return {"AccountID": self.stand.desks[self.tenant].books.roles[role]}

    def payment(self, key: str, amount: str, **more: object) -> dict[str, Any]:
        """The body of a payment of an invoice."""
        item = {
            "Invoice": {"InvoiceID": self.id(key)},
            "Account": self.account(),
            "Date": "2026-11-19",
            "Amount": Decimal(amount),
            **more,
        }
        return {"Payments": [item]}

    def pay(self, key: str, amount: str, headers: Mapping[str, str] | None = None, **more: object) -> Answer:
        return self.put("Payments", self.payment(key, amount, **more), headers)

    def change(self, verb: str, **fields: object) -> dict[str, Any]:
        return self.stand.change(self.tenant, verb, fields)

    def call(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
        response = self._send(method, path, headers, **more)
        is_json = "json" in response.headers.get("Content-Type", "") and response.text
        body = json.loads(response.text, parse_float=Decimal) if is_json else response.text
        return Answer(response.status_code, body, response.headers)

    def call_raw(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> requests.Response:
        """The answer as it came, which may be no JSON."""
        return self._send(method, path, headers, data=json.dumps(body, default=float))

    def _send(self, method: str, path: str, headers: Mapping[str, str] | None, **more: Any) -> requests.Response:
        sent = {
            "Authorization": f"Bearer {self.token}",
            "xero-tenant-id": self.tenant,
            "Accept": "application/json",
            **(headers or {}),
        }
        url = f"{self.url}/api.xro/2.0/{path}"
        return self._session.request(method, url, headers=sent, timeout=TIMEOUT, **more)


def invoice(key: str, customer: str, pence: int, on: date, **more: Any) -> plan.Invoice:
    return plan.Invoice(
        key,
        more.pop("number", key.upper()),
        customer,
        on,
        more.pop("due_on", None),
        more.pop("currency", "GBP"),
        (plan.Line("Oak boards", pence, more.pop("tax", 0)),),
        **more,
    )


SMALL = plan.BooksPlan(
    COMPANY,
    customers=(
        plan.Customer("ash", "Ash & Co", "ash@example.test"),
        plan.Customer("birch", "Birch Ltd"),
        plan.Customer("cedar", "Cedar Gone", active=False),
        plan.Customer("eiche", "Eiche GmbH", currency="EUR"),
    ),
    invoices=(
        invoice("inv-1", "ash", 10_000, date(2026, 8, 3), due_on=date(2026, 9, 2), tax=2_000, reference="in_777"),
        invoice("inv-2", "ash", 25_050, date(2026, 9, 10), due_on=date(2026, 10, 10), po_number="PO-9"),
        invoice("inv-3", "birch", 7_777, date(2026, 10, 1), due_on=date(2026, 11, 30)),
        invoice("inv-4", "birch", 4_000, date(2026, 10, 5), state="void"),
        invoice("inv-5", "birch", 5_000, date(2026, 11, 6), state="deleted"),
        invoice("inv-6", "birch", 3_000, date(2026, 11, 8), state="draft"),
        invoice("inv-7", "birch", 6_000, date(2026, 10, 7)),
        invoice("inv-8", "eiche", 10_000, date(2026, 9, 15), currency="EUR", rate="0.85"),
        invoice("inv-9", "birch", 1_500, date(2026, 10, 12)),
    ),
    credit_notes=(
        plan.CreditNote(
            "cn-1",
            "CN-1",
            "ash",
            date(2026, 9, 20),
            "GBP",
            (plan.Line("Returned boards", 3_000),),
            applied=(plan.Applied("inv-2", 2_000, date(2026, 9, 25)),),
        ),
        plan.CreditNote(
            "cn-2", "CN-2", "birch", date(2026, 10, 9), "GBP", (plan.Line("Cancelled", 800),), refunded=800
        ),
    ),
    payments=(
        plan.Payment(
            "pay-1", "ash", date(2026, 9, 1), "GBP", 12_000, (plan.Applied("inv-1", 12_000),), reference="BACS 77"
        ),
        plan.Payment(
            "pay-2",
            "birch",
            date(2026, 11, 2),
            "GBP",
            13_777,
            (plan.Applied("inv-3", 7_777), plan.Applied("inv-7", 6_000)),
            reference="INV-3 and INV-7",
            reconciled=True,
        ),
        plan.Payment("pay-3", "birch", date(2026, 10, 20), "GBP", 1_500, (plan.Applied("inv-9", 1_500),), state="void"),
        plan.Payment(
            "over-1",
            "ash",
            date(2026, 9, 28),
            "GBP",
            9_000,
            (plan.Applied("inv-2", 5_000, date(2026, 10, 2)),),
            kind="overpayment",
        ),
        plan.Payment("pre-1", "eiche", date(2026, 10, 3), "EUR", 4_000, rate="0.86", kind="prepayment"),
        plan.Payment(
            "ch-1",
            "eiche",
            date(2026, 10, 6),
            "EUR",
            2_500,
            (plan.Applied("inv-8", 2_500),),
            rate="0.86",
            account="clearing",
            reference="ch_1",
        ),
    ),
    moves=(
        plan.BankMove("sale-1", "sale", date(2026, 10, 9), "GBP", 2_000, "ash"),
        plan.BankMove("fee-1", "spend", date(2026, 10, 10), "GBP", 400),
    ),
    transfers=(plan.Transfer("tr-1", date(2026, 10, 11), "GBP", 1_000, reference="po_1"),),
    rates=((date(2026, 8, 1), "EUR", "0.85"), (date(2026, 10, 1), "EUR", "0.86"), (date(2026, 11, 1), "EUR", "0.88")),
)
