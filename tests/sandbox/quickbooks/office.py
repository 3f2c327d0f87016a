"""One small company at the stand-in and a plain client for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import requests

from sandbox.core.server import Served
from sandbox.quickbooks.stand import QuickBooksStand
from sandbox.world import plan

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
TIMEOUT = 180
COMPANY = plan.Company("us", "Maple Street Supply", "US", "USD", "America/New_York")
WORLDLY = plan.Company("uk", "Thames Lane Traders", "GB", "GBP", "Europe/London", currencies=("GBP", "EUR"))


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> str:
        return str(self.body["Fault"]["Error"][0]["code"])


class Office:
    """Calls the API of one company; amounts come back as Decimal."""

    def __init__(self, stand: QuickBooksStand, served: Served, realm: str) -> None:
        self.stand = stand
        self.url = served.url
        self.realm = realm
        self.token = stand.tokens(realm).access_token
        self._session = requests.Session()

    def close(self) -> None:
        self._session.close()

    def get(self, path: str, **params: str) -> Answer:
        return self._call("GET", path, params=params)

    def post(self, path: str, body: object, **params: str) -> Answer:
        data = body if isinstance(body, str) else json.dumps(body, default=float)
        return self._call("POST", path, params=params, data=data)

    def query(self, statement: str) -> Any:
        answer = self.post("query", statement)
        assert answer.status == 200, answer.body
        return answer.body["QueryResponse"]

    def rows(self, kind: str, where: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.query(f"SELECT * FROM {kind} {where} MAXRESULTS 1000").get(kind, [])
        return found

    def one(self, kind: str, key: str) -> dict[str, Any]:
        """The record that a key of the plan became."""
        found: dict[str, Any] = self.get(f"{kind.lower()}/{self.id(key)}").body[kind]
        return found

    def id(self, key: str) -> str:
        return self.stand.external_id(self.realm, key)

    def pay(self, customer: str, total: str, *lines: tuple[str, str, str], **more: object) -> Answer:
        """A Payment; each line is amount, kind, key."""
        body = {
            "CustomerRef": {"value": self.id(customer)},
            "TotalAmt": Decimal(total),
            "Line": [
                {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": self.id(key), "TxnType": kind}]}
                for amount, kind, key in lines
            ],
            **more,
        }
        return self.post("payment", body)

    def _call(self, method: str, path: str, **more: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        url = f"{self.url}/v3/company/{self.realm}/{path}"
        response = self._session.request(method, url, headers=headers, timeout=TIMEOUT, **more)
        body = json.loads(response.text, parse_float=Decimal) if "json" in response.headers["Content-Type"] else None
        return Answer(response.status_code, body, response.headers)


def invoice(key: str, customer: str, cents: int, on: date, **more: Any) -> plan.Invoice:
    return plan.Invoice(
        key,
        more.pop("number", key.upper()),
        customer,
        on,
        more.pop("due_on", None),
        more.pop("currency", "USD"),
        (plan.Line("Maple boards", cents),),
        **more,
    )


SMALL = plan.BooksPlan(
    COMPANY,
    customers=(
        plan.Customer("ash", "Ash & Co", "ash@example.test"),
        plan.Customer("birch", "Birch Ltd"),
        plan.Customer("birch-north", "Birch North", parent="birch"),
        plan.Customer("cedar", "Cedar Inc", active=False),
    ),
    invoices=(
        invoice("inv-1", "ash", 10_000, date(2026, 8, 3), due_on=date(2026, 9, 2)),
        invoice("inv-2", "ash", 25_050, date(2026, 9, 10), due_on=date(2026, 10, 10)),
        invoice("inv-3", "birch-north", 7_777, date(2026, 10, 1), due_on=date(2026, 11, 30)),
        invoice("inv-4", "birch", 4_000, date(2026, 10, 5), state="void"),
        invoice("inv-5", "birch", 5_000, date(2026, 11, 6), state="deleted"),
        invoice("inv-6", "cedar", 1_000, date(2026, 10, 6)),
    ),
    credit_notes=(
        plan.CreditNote(
            "cn-1",
            "CN-1",
            "ash",
            date(2026, 9, 20),
            "USD",
            (plan.Line("Returned boards", 3_000),),
            applied=(plan.Applied("inv-2", 2_000),),
        ),
    ),
    payments=(
        plan.Payment(
            "pay-1", "ash", date(2026, 9, 1), "USD", 12_000, (plan.Applied("inv-1", 10_000),), reference="CHK 77"
        ),
        plan.Payment(
            "pay-2",
            "birch",
            date(2026, 11, 2),
            "USD",
            5_000,
            (plan.Applied("inv-3", 5_000),),
            account="undeposited",
            reconciled=True,
        ),
        plan.Payment("pay-3", "ash", date(2026, 9, 5), "USD", 900, state="void"),
    ),
    journals=(plan.ArJournal("je-1", "birch", date(2026, 10, 8), "USD", 1_500, "Opening balance"),),
    deposits=(
        plan.Deposit("dep-1", date(2026, 11, 3), "USD", ("pay-2",), fee=150, ar_customer="birch", ar_amount=700),
    ),
    moves=(
        plan.BankMove("sale-1", "sale", date(2026, 10, 9), "USD", 2_000, "ash"),
        plan.BankMove("arp-1", "ar_purchase", date(2026, 10, 10), "USD", 400, "ash"),
    ),
    transfers=(plan.Transfer("tr-1", date(2026, 10, 11), "USD", 100),),
)
