"""Reads a set's files as a stranger would, and replays its truth day by day: what is open before each receipt."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.matching import files
from bench.matching.amounts import to_minor
from bench.matching.cases import Kind
from bench.matching.truth import Truth, read_truth

Row = dict[str, str]


@dataclass
class Moment:
    """A receipt, its truth, and the signed balances that are open just before it, by customer."""

    receipt: Row
    truth: Truth
    amount: int
    left: dict[str, int]
    replay: "Replay"

    @property
    def answer(self) -> dict[str, str]:
        return self.truth.answers[0] if self.truth.answers else {}

    @property
    def invoices(self) -> list[Row]:
        return [self.replay.invoices[key] for key in self.answer]

    @property
    def text(self) -> str:
        return f"{self.receipt['reference']} {self.receipt['metadata']}"

    def open_of(self, customer: str) -> dict[str, int]:
        """What this customer owes in the receipt's currency on the receipt's day."""
        day, money = self.receipt["received_date"], self.receipt["currency"]
        rows = ((key, self.replay.invoices[key]) for key in self.replay.of_customer[customer])
        return {
            key: self.left[key]
            for key, row in rows
            if self.left[key] and row["issue_date"] <= day and row["currency"] == money
        }

    def open_everywhere(self, amount: int) -> set[str]:
        return {
            key
            for customer in self.replay.of_customer
            for key, left in self.open_of(customer).items()
            if left == amount
        }


@dataclass
class Replay:
    folder: Path
    invoices: dict[str, Row] = field(default_factory=dict)
    customers: dict[str, Row] = field(default_factory=dict)
    receipts: list[Row] = field(default_factory=list)
    truths: dict[str, Truth] = field(default_factory=dict)
    of_customer: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.invoices = {row["invoice_id"]: row for row in files.read(self.folder / "invoices.csv")}
        self.customers = {row["customer_id"]: row for row in files.read(self.folder / "customers.csv")}
        self.receipts = list(files.read(self.folder / "receipts.csv"))
        self.truths = {one.receipt_id: one for one in read_truth(self.folder / "truth.csv")}
        for key, row in self.invoices.items():
            self.of_customer[row["customer_id"]].append(key)

    def by_id(self, receipt_id: str) -> Row:
        return next(row for row in self.receipts if row["receipt_id"] == receipt_id)

    def minor(self, key: str, text: str) -> int:
        return to_minor(text, self.invoices[key]["currency"])

    def moments(self) -> Iterator[Moment]:
        """One after another; the balances move on after each."""
        left: dict[str, int] = {}
        for key, row in self.invoices.items():
            opened = self.minor(key, row["open_amount"]) if row["status"] in {"open", "disputed"} else 0
            left[key] = -opened if row["kind"] == "credit_note" else opened
        for row in self.receipts:
            truth = self.truths[row["receipt_id"]]
            yield Moment(row, truth, to_minor(row["amount"], row["currency"]), left, self)
            if truth.kind is Kind.ONE:
                for key, text in truth.answers[0].items():
                    left[key] -= self.minor(key, text)
