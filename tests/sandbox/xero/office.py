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
from sandbox.xero.organisations import XeroStand

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
TIMEOUT = 180
COMPANY = plan.Company(
    "mill", "Weir Mill Ltd", "GB", "GBP", "Europe/London", lock_date=date(2026, 6, 30), currencies=("GBP", "EUR")
)


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str]
    raw: bytes

    @property
    def messages(self) -> list[str]:
        """The sentences of a ValidationException."""
        return [error["Message"] for element in self.body["Elements"] for error in element["ValidationErrors"]]


class Office:
    """Calls the Accounting API of one organisation; amounts come back as Decimal."""

    def __init__(self, stand: XeroStand, served: Served, tenant: str) -> None:
        self.stand = stand
        self.url = served.url
        self.tenant = tenant
        self.token = stand.tokens(tenant).access_token
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        self._session.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None, **params: object) -> Answer:
        return self.call("GET", path, headers=headers, params=params)

    def put(self, path: str, body: object, headers: Mapping[str, str] | None = None, **params: object) -> Answer:
        return self.call("PUT", path, headers=headers, params=params, data=json.dumps(body, default=float))

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None, **params: object) -> Answer:
        return self.call("POST", path, headers=headers, params=params, data=json.dumps(body, default=float))

    def delete(self, path: str) -> Answer:
        return self.call("DELETE", path)

    def rows(self, kind: str, **params: object) -> list[dict[str, Any]]:
        """A list with its lines."""
        answer = self.call("GET", kind, params={"page": 1, "pageSize": 1000, **params})
        assert answer.status == 200, answer.raw
        found: list[dict[str, Any]] = answer.body[kind]
        return found

    def one(self, kind: str, key: str) -> dict[str, Any]:
        """The record that a key of the plan became."""
        answer = self.get(f"{kind}/{self.id(key)}")
        assert answer.status == 200, answer.raw
        found: dict[str, Any] = answer.body[kind][0]
        return found

    def id(self, key: str) -> str:
        return self.stand.external_id(self.tenant, key)

    def change(self, verb: str, **fields: object) -> dict[str, Any]:
        return self.stand.change(self.tenant, verb, fields)

    def pay(self, key: str, amount: str, **more: object) -> Answer:
        body = {
            "Invoice": {"InvoiceID": self.id(key)},
            "Account": {"Code": "090"},
            "Date": TODAY.isoformat(),
            "Amount": Decimal(amount),
            **more,
        }
        return self.put("Payments", {"Payments": [body]})

    def call(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
        own = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", "xero-tenant-id": self.tenant}
        url = path if path.startswith("http") else f"{self.url}/api.xro/2.0/{path}"
        response = self._session.request(method, url, headers={**own, **(headers or {})}, timeout=TIMEOUT, **more)
        is_json = "json" in response.headers.get("Content-Type", "")
        body = json.loads(response.text, parse_float=Decimal) if is_json else None
        return Answer(response.status_code, body, response.headers, response.content)


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


def applied(target: str, pence: int, on: date | None = None) -> plan.Applied:
    return plan.Applied(target, pence, on)


SMALL = plan.BooksPlan(
    COMPANY,
    customers=(
        plan.Customer("ash", "Ash & Co", "ash@example.test", "GBP"),
        plan.Customer("birch", "Birch Ltd", currency="GBP"),
        plan.Customer("chêne", "Atelier Chêne", "bonjour@example.test", "EUR"),
        plan.Customer("elm", "Elm Bros", currency="GBP", active=False),
    ),
    invoices=(
        invoice("inv-1", "ash", 10_000, date(2026, 8, 3), due_on=date(2026, 9, 2), tax=2_000),
        invoice("inv-2", "ash", 25_050, date(2026, 9, 10), due_on=date(2026, 10, 10)),
        invoice("inv-3", "birch", 7_777, date(2026, 10, 1), due_on=date(2026, 12, 31), reference="in_1Abc2345678"),
        invoice("inv-4", "birch", 4_000, date(2026, 10, 5), state="void"),
        invoice("inv-5", "birch", 5_000, date(2026, 10, 6), state="deleted"),
        invoice("inv-6", "birch", 6_000, date(2026, 10, 7), state="draft"),
        invoice("inv-7", "chêne", 100_000, date(2026, 9, 15), due_on=date(2026, 10, 15), currency="EUR", rate="0.86"),
        invoice("inv-8", "ash", 30_000, date(2026, 10, 20), due_on=date(2026, 11, 19)),
        invoice("inv-9", "ash", 12_345, date(2026, 11, 2), due_on=date(2026, 12, 2)),
    ),
    credit_notes=(
        plan.CreditNote(
            "cn-1",
            "CN-1",
            "ash",
            date(2026, 10, 25),
            "GBP",
            (plan.Line("Returned", 5_000),),
            applied=(applied("inv-8", 3_000, date(2026, 10, 28)),),
        ),
        plan.CreditNote(
            "cn-2", "CN-2", "birch", date(2026, 10, 2), "GBP", (plan.Line("Goodwill", 2_000),), refunded=2_000
        ),
        plan.CreditNote("cn-3", "CN-3", "birch", date(2026, 10, 3), "GBP", (plan.Line("Mistake", 999),), state="void"),
    ),
    payments=(
        plan.Payment("pay-1", "ash", date(2026, 8, 20), "GBP", 12_000, (applied("inv-1", 12_000),), reconciled=True),
        plan.Payment("pay-2", "ash", date(2026, 10, 1), "GBP", 10_000, (applied("inv-2", 10_000),), reference="PART"),
        plan.Payment(
            "pay-3", "ash", date(2026, 11, 5), "GBP", 17_345, (applied("inv-8", 5_000), applied("inv-9", 12_345))
        ),
        plan.Payment("pay-4", "chêne", date(2026, 10, 10), "EUR", 40_000, (applied("inv-7", 40_000),), rate="0.88"),
        plan.Payment("pay-5", "birch", date(2026, 11, 1), "GBP", 9_000, (applied("inv-3", 2_000),), kind="overpayment"),
        plan.Payment("pay-6", "birch", date(2026, 11, 3), "GBP", 1_500, kind="prepayment", reference="deposit"),
        plan.Payment("pay-7", "ash", date(2026, 10, 2), "GBP", 5_000, (applied("inv-2", 5_000),), state="deleted"),
        plan.Payment("pay-8", "ash", date(2026, 10, 30), "GBP", 1_000, (applied("inv-8", 1_000),), account="clearing"),
    ),
    moves=(
        plan.BankMove("sale", "sale", date(2026, 10, 12), "GBP", 2_400, "birch", "Till"),
        plan.BankMove("interest", "receive", date(2026, 10, 31), "GBP", 120),
        plan.BankMove("fees", "spend", date(2026, 11, 2), "GBP", 450, reference="Charges"),
    ),
    transfers=(plan.Transfer("payout", date(2026, 11, 4), "GBP", 950, reference="po_1Abc2345678"),),
    rates=(
        (date(2026, 7, 1), "EUR", "0.85"),
        (date(2026, 9, 1), "EUR", "0.86"),
        (date(2026, 10, 1), "EUR", "0.88"),
        (date(2026, 11, 1), "EUR", "0.9"),
    ),
)
