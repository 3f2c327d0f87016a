"""Whatever is written in whatever order, the figures agree with each other."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.core.clock import SandboxClock
from sandbox.quickbooks.api import Desk
from sandbox.quickbooks.faults import Refusal
from sandbox.quickbooks.postings import balances
from sandbox.quickbooks.receivables import FOREVER
from sandbox.quickbooks.stand import QuickBooksStand
from sandbox.world import plan
from tests.sandbox.quickbooks.office import COMPANY, NOW

START = date(2026, 10, 1)
PEOPLE = plan.BooksPlan(COMPANY, (plan.Customer("ash", "Ash"), plan.Customer("birch", "Birch", parent="ash")))
Step = tuple[str, int, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "invoice",
                "invoice",
                "credit",
                "pay",
                "pay",
                "apply",
                "join",
                "void",
                "delete",
                "edit",
                "deposit",
                "journal",
            ]
        ),
        st.integers(0, 50),
        st.integers(0, 50),
        st.integers(1, 30_000),
    ),
    max_size=25,
)


class _Bookkeeper:
    """Turns drawn numbers into writes; what the product refuses changes nothing."""

    def __init__(self) -> None:
        stand = QuickBooksStand(SandboxClock(NOW, running=False))
        self.realm = stand.add_company(COMPANY)
        stand.load(self.realm, PEOPLE)
        self.stand = stand
        self.desk: Desk = stand.desks[self.realm]

    def do(self, step: Step) -> None:
        verb, first, second, cents = step
        amount = Decimal(cents) / 100
        try:
            getattr(self, f"_{verb}")(first, second, amount)
        except Refusal:
            return

    def _pick(self, kind: str, place: int) -> dict[str, Any]:
        rows = self.desk.books.all(kind)
        return rows[place % len(rows)] if rows else {}

    def _body(self, first: int, second: int) -> dict[str, Any]:
        customer = self._pick("Customer", first)
        on = START + timedelta(days=second)
        return {"CustomerRef": {"value": customer["Id"]}, "TxnDate": on.isoformat()}

    def _form(self, kind: str, first: int, second: int, amount: Decimal) -> None:
        line = {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
        self.desk.writer.create(kind, {**self._body(first, second), "Line": [line]})

    def _invoice(self, first: int, second: int, amount: Decimal) -> None:
        self._form("Invoice", first, second, amount)

    def _credit(self, first: int, second: int, amount: Decimal) -> None:
        self._form("CreditMemo", first, second, amount)

    def _pay(self, first: int, second: int, amount: Decimal) -> None:
        invoice = self._pick("Invoice", second)
        lines = []
        if invoice and invoice["Balance"]:
            linked = [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
            lines = [{"Amount": min(amount, invoice["Balance"]), "LinkedTxn": linked}]
        self.desk.writer.create("Payment", {**self._body(first, second), "TotalAmt": amount, "Line": lines})

    def _apply(self, first: int, second: int, amount: Decimal) -> None:
        payment, invoice = self._pick("Payment", first), self._pick("Invoice", second)
        line = {"Amount": amount, "LinkedTxn": [{"TxnId": invoice.get("Id"), "TxnType": "Invoice"}]}
        body = {"Id": payment.get("Id"), "SyncToken": payment.get("SyncToken"), "sparse": True, "Line": [line]}
        self.desk.writer.update("Payment", body)

    def _join(self, first: int, second: int, amount: Decimal) -> None:
        memo, invoice = self._pick("CreditMemo", first), self._pick("Invoice", second)
        ends = (("Invoice", invoice.get("Id")), ("CreditMemo", memo.get("Id")))
        lines = [{"Amount": amount, "LinkedTxn": [{"TxnId": txn, "TxnType": kind}]} for kind, txn in ends]
        self.desk.writer.create("Payment", {**self._body(first, second), "TotalAmt": 0, "Line": lines})

    def _target(self, first: int, second: int) -> tuple[str, dict[str, Any]]:
        kind = ("Invoice", "CreditMemo", "Payment", "JournalEntry", "Deposit")[first % 5]
        record = self._pick(kind, second)
        return kind, {"Id": record.get("Id"), "SyncToken": record.get("SyncToken")}

    def _void(self, first: int, second: int, _: Decimal) -> None:
        self.desk.writer.void(*self._target(first, second))

    def _delete(self, first: int, second: int, _: Decimal) -> None:
        self.desk.writer.delete(*self._target(first, second))

    def _edit(self, first: int, second: int, amount: Decimal) -> None:
        invoice = self._pick("Invoice", first)
        line = {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
        on = (START + timedelta(days=second)).isoformat()
        body = {"Id": invoice.get("Id"), "SyncToken": invoice.get("SyncToken"), "sparse": True}
        self.desk.writer.update("Invoice", {**body, "Line": [line], "TxnDate": on})

    def _deposit(self, first: int, second: int, amount: Decimal) -> None:
        payment, roles = self._pick("Payment", first), self.desk.books.roles
        detail = {"AccountRef": {"value": roles["ar:USD"]}, "Entity": {"value": self._pick("Customer", second)["Id"]}}
        lines: list[dict[str, Any]] = [
            {"Amount": amount, "DetailType": "DepositLineDetail", "DepositLineDetail": detail}
        ]
        if payment:
            linked = [{"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}]
            lines.append({"Amount": payment["TotalAmt"], "LinkedTxn": linked})
        self.desk.writer.create("Deposit", {"DepositToAccountRef": {"value": roles["bank"]}, "Line": lines})

    def _journal(self, first: int, second: int, amount: Decimal) -> None:
        roles = self.desk.books.roles
        who = {"Type": "Customer", "EntityRef": {"value": self._pick("Customer", second)["Id"]}}
        sides = ("Debit", "Credit") if first % 2 else ("Credit", "Debit")
        details: list[dict[str, Any]] = [
            {"PostingType": sides[0], "AccountRef": {"value": roles["ar:USD"]}, "Entity": who},
            {"PostingType": sides[1], "AccountRef": {"value": roles["opening"]}},
        ]
        lines = [
            {"Amount": amount, "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": detail}
            for detail in details
        ]
        self.desk.writer.create("JournalEntry", {"Line": lines})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_balances_links_and_the_ledger_agree_after_every_write(steps: list[Step]) -> None:
    keeper = _Bookkeeper()
    books, links = keeper.desk.books, keeper.desk.links
    for step in steps:
        keeper.do(step)
        ledger = balances(books, links, FOREVER)
        receivable = ledger.get(books.roles["ar:USD"], Decimal(0))
        customers = [books.seen("Customer", row) for row in books.all("Customer")]
        assert sum(row["Balance"] for row in customers) == receivable, step
        assert ledger.get(books.roles["exchange"], 0) == 0, step
        truth = keeper.stand.truth(keeper.realm, date(2027, 6, 1))
        assert Decimal(truth["control_account"]) == receivable, step
        for payment in books.all("Payment"):
            assert 0 <= payment["UnappliedAmt"] <= payment["TotalAmt"], step
        for kind in ("Invoice", "CreditMemo"):
            for record in books.all(kind):
                assert 0 <= record["Balance"] <= record["TotalAmt"], step
                payers = [row["TxnId"] for row in record.get("LinkedTxn", ())]
                assert kind == "CreditMemo" or payers == links.payers(record["Id"]), step
