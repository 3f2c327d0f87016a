"""Others who write into the ledger over its API: an app that booked Stripe before Tieout did, and the bank's own rules."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.run import Ledger

MARK = "Acodei"


def shown(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


@dataclass
class OtherApp:
    """One company's API, written to with tokens of its own."""

    provider: str
    url: str
    ledger: Ledger
    tenant: str

    def received(self, account: str, income: str, minor: int, on: date, text: str) -> str:
        """Money received in the bank and coded straight to an income account."""
        if self.provider == "quickbooks":
            line = {
                "Amount": shown(minor), "DetailType": "DepositLineDetail",
                "DepositLineDetail": {"AccountRef": {"value": income}},
            }  # fmt: skip
            body = {
                "DepositToAccountRef": {"value": account},
                "TxnDate": on.isoformat(),
                "PrivateNote": text,
                "Line": [line],
            }
            return str(self._quickbooks("deposit", body)["Deposit"]["Id"])
        return self._bank_transaction("RECEIVE", account, income, minor, on, text)

    def spent(self, account: str, expense: str, minor: int, on: date, text: str) -> str:
        if self.provider == "quickbooks":
            line = {
                "Amount": shown(minor), "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": expense}},
            }  # fmt: skip
            body = {
                "PaymentType": "Cash", "AccountRef": {"value": account}, "TxnDate": on.isoformat(), "PrivateNote": text,
                "Line": [line],
            }  # fmt: skip
            return str(self._quickbooks("purchase", body)["Purchase"]["Id"])
        return self._bank_transaction("SPEND", account, expense, minor, on, text)

    def transferred(self, source: str, target: str, minor: int, on: date, text: str) -> str:
        if self.provider == "quickbooks":
            body: dict[str, Any] = {
                "FromAccountRef": {"value": source}, "ToAccountRef": {"value": target}, "Amount": shown(minor),
                "TxnDate": on.isoformat(), "PrivateNote": text,
            }  # fmt: skip
            return str(self._quickbooks("transfer", body)["Transfer"]["Id"])
        body = {
            "FromBankAccount": {"AccountID": source}, "ToBankAccount": {"AccountID": target}, "Amount": shown(minor),
            "Date": on.isoformat(), "Reference": text,
        }  # fmt: skip
        return str(self._xero("PUT", "BankTransfers", {"BankTransfers": [body]})["BankTransfers"][0]["BankTransferID"])

    def balance(self, account: str) -> int:
        """What the ledger itself says that a bank account holds, in minor units of the account's currency."""
        if self.provider == "quickbooks":
            held: float = self._quickbooks(f"account/{account}")["Account"]["CurrentBalance"]
            return round(held * 100)
        rows = self._xero("GET", "Reports/BankSummary?fromDate=2026-01-01&toDate=2026-12-01")["Reports"][0]["Rows"]
        for section in rows:
            for row in section.get("Rows", ()):
                marks = {mark["Value"] for cell in row["Cells"] for mark in cell.get("Attributes", ())}
                if account in marks:
                    return round(float(row["Cells"][-1]["Value"]) * 100)
        raise LookupError(account)

    def change_spent(self, record: str, minor: int) -> None:
        """Somebody edits an expense that stands."""
        if self.provider == "quickbooks":
            held = self._quickbooks(f"purchase/{record}")["Purchase"]
            held["Line"][0]["Amount"] = shown(minor)
            self._quickbooks("purchase", {**held, "Line": held["Line"][:1], "TotalAmt": shown(minor)})
            return
        held = self._xero("GET", f"BankTransactions/{record}")["BankTransactions"][0]
        line = {**held["LineItems"][0], "UnitAmount": shown(minor), "LineAmount": shown(minor), "Quantity": "1"}
        body = {
            "BankTransactionID": record, "Type": held["Type"], "Contact": held["Contact"], "BankAccount": held["BankAccount"],
            "LineItems": [{name: line[name] for name in ("LineItemID", "Description", "Quantity", "UnitAmount", "AccountCode") if name in line}],
            "LineAmountTypes": "NoTax",
        }  # fmt: skip
        self._xero("POST", f"BankTransactions/{record}", body)

    def _bank_transaction(self, kind: str, account: str, other: str, minor: int, on: date, text: str) -> str:
        line = {"Description": text, "Quantity": "1", "UnitAmount": shown(minor), "AccountCode": self._code(other)}
        body = {
            "Type": kind, "Contact": {"Name": "Bank rule"}, "BankAccount": {"AccountID": account},
            "Date": on.isoformat(), "Reference": text, "LineItems": [line], "LineAmountTypes": "NoTax",
        }  # fmt: skip
        return str(self._xero("PUT", "BankTransactions", body)["BankTransactions"][0]["BankTransactionID"])

    def _code(self, account: str) -> str:
        rows = self._xero("GET", "Accounts")["Accounts"]
        return next(str(row["Code"]) for row in rows if row["AccountID"] == account)

    def _quickbooks(self, path: str, body: Any = None) -> dict[str, Any]:
        return self._call("GET" if body is None else "POST", f"{self.url}/v3/company/{self.tenant}/{path}", body)

    def _xero(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        return self._call(method, f"{self.url}/api.xro/2.0/{path}", body)

    def _call(self, method: str, address: str, body: Any) -> dict[str, Any]:
        token = self.ledger.tokens(self.tenant).access_token
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "Content-Type": "application/json"}
        if self.provider == "xero":
            headers["Xero-Tenant-Id"] = self.tenant
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data=data, headers=headers, method=method)  # noqa: S310 - a stand-in
        with urllib.request.urlopen(request, timeout=180) as answer:  # noqa: S310 - the same
            told: dict[str, Any] = json.load(answer)
            return told
