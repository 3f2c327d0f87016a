"""What every rival shares: the files read, what is left of each invoice, and the output written."""

import csv
from collections import defaultdict
from collections.abc import Iterator
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
PLAIN_TRUST = 0.9
"""Stands in where a rule states no probability of its own."""


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
    order: str


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


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a person could choose, with the rival's own trust in it."""

    parts: list[tuple[Item, int]]
    trust: float


@dataclass(slots=True)
class Book:
    """All open invoices, what has been matched, and what is suggested for the rest."""

    items: list[Item] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    matches: dict[str, list[tuple[Item, int]]] = field(default_factory=lambda: defaultdict(list))
    trust: dict[str, float] = field(default_factory=dict)
    suggestions: dict[str, list[Suggestion]] = field(default_factory=lambda: defaultdict(list))

    def apply(self, line: Line, item: Item, amount: int, trust: float = PLAIN_TRUST) -> None:
        item.left -= amount
        self.matches[line.id].append((item, amount))
        self.trust[line.id] = trust

    def suggest(self, line: Line, parts: list[tuple[Item, int]], trust: float) -> None:
        self.suggestions[line.id].append(Suggestion(parts, trust))


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
                    row["po_number"],
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


def _rows(book: Book, line: Line, reason: str, reserved: dict[str, int]) -> Iterator[list[str]]:
    if line.id in book.matches:
        trust = str(book.trust[line.id])
        for item, amount in book.matches[line.id]:
            yield [line.id, item.id, to_text(amount, item.currency), "auto", "1", trust, reason, "", ""]
        return
    offered = [one for one in book.suggestions.get(line.id, ()) if one.parts]
    first = next((one for one in offered if _is_free(one, reserved)), None)
    if first is None:
        return
    for item, amount in first.parts:
        reserved[item.id] += amount
    for rank, one in enumerate([first, *(other for other in offered if other is not first)], 1):
        for item, amount in one.parts:
            yield [
                line.id,
                item.id,
                to_text(amount, item.currency),
                "suggest",
                str(rank),
                f"{one.trust:.4f}",
                reason,
                "",
                "",
            ]


def _is_free(one: Suggestion, reserved: dict[str, int]) -> bool:
    """First suggestions of different receipts never claim one balance."""
    return all(reserved[item.id] + amount <= item.left for item, amount in one.parts)


def write(book: Book, folder: Path, reason: str) -> None:
    """What was matched is automatic; the rest is suggested where the rival knows suggestions."""
    folder.mkdir(parents=True, exist_ok=True)
    reserved: dict[str, int] = defaultdict(int)
    shown: set[str] = set()
    with (folder / "matches.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(_MATCH_COLUMNS)
        for line in book.lines:
            for row in _rows(book, line, reason, reserved):
                out.writerow(row)
                shown.add(line.id)
    with (folder / "receipts.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["receipt_id", "status", "unapplied_amount", "reason"])
        for line in book.lines:
            left = line.amount - sum(amount for _, amount in book.matches.get(line.id, ()))
            done = "partly_matched" if left else "matched"
            status = done if line.id in book.matches else "suggested" if line.id in shown else "unmatched"
            out.writerow([line.id, status, to_text(left, line.currency), reason])
