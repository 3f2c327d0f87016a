"""What every rival shares: the files read, what is left of each invoice, and the output written."""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from bench.matching import files
from bench.matching.amounts import to_minor, to_text

_MATCH_COLUMNS = [
    "receipt_id",
    "invoice_id",
    "applied_amount",
    "decision",
    "rank",
    "confidence",
    "reason",
    "residual_amount",
    "residual_kind",
]


@dataclass(slots=True)
class Item:
    """An open invoice."""

    id: str
    number: str
    customer: str
    currency: str
    left: int
    issued: str
    due: str
    reference: str


@dataclass(frozen=True, slots=True)
class Line:
    """A receipt as the rivals see it."""

    id: str
    day: str
    currency: str
    amount: int
    payer: str
    account: str
    text: str


@dataclass(slots=True)
class Book:
    """All open invoices, and what has been matched."""

    items: list[Item] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    matches: dict[str, list[tuple[Item, int]]] = field(default_factory=lambda: defaultdict(list))

    def apply(self, line: Line, item: Item, amount: int) -> None:
        item.left -= amount
        self.matches[line.id].append((item, amount))


def read(folder: Path) -> Book:
    book = Book()
    for row in files.read(folder / "invoices.csv"):
        if row["status"] == "open" and row["kind"] == "invoice":
            left = to_minor(row["open_amount"], row["currency"])
            book.items.append(
                Item(
                    row["invoice_id"],
                    row["number"],
                    row["customer_id"],
                    row["currency"],
                    left,
                    row["issue_date"],
                    row["due_date"],
                    row["payment_reference"],
                )
            )
    for row in files.read(folder / "customers.csv"):
        book.names[row["customer_id"]] = row["name"]
        if row["account"]:
            book.accounts[row["account"]] = row["customer_id"]
    for row in files.read(folder / "receipts.csv"):
        amount = to_minor(row["amount"], row["currency"])
        text = f"{row['reference']} {row['metadata']}".strip()
        day, payer = row["received_date"], row["payer_name"]
        book.lines.append(Line(row["receipt_id"], day, row["currency"], amount, payer, row["payer_account"], text))
    book.lines.sort(key=lambda line: (line.day, line.id))
    return book


def write(book: Book, folder: Path, reason: str) -> None:
    """Everything that was matched is automatic: these rivals know no suggestions."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "matches.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(_MATCH_COLUMNS)
        for line in book.lines:
            for item, amount in book.matches.get(line.id, ()):
                out.writerow([line.id, item.id, to_text(amount, item.currency), "auto", 1, "0.9", reason, "", ""])
    with (folder / "receipts.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["receipt_id", "status", "unapplied_amount", "reason"])
        for line in book.lines:
            left = line.amount - sum(amount for _, amount in book.matches.get(line.id, ()))
            status = "unmatched" if line.id not in book.matches else "partly_matched" if left else "matched"
            out.writerow([line.id, status, to_text(left, line.currency), reason])
