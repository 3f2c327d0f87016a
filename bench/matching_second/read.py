"""Reads the files of a world and of an answer for the scorer: decimals in, whole minor units out."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bench.matching_second.book import Kind, Parts, digits, kind_of

Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def minor(text: str, currency: str) -> int:
    return int(Decimal(text or "0").scaleb(digits(currency)))


@dataclass(frozen=True)
class Told:
    """What is true of a receipt."""

    case: str
    kind: Kind
    options: tuple[Parts, ...]
    residual: str = ""
    equal_to: str = ""
    converted: bool = False
    """Paid in another currency than the invoice's."""


@dataclass(frozen=True)
class Proposal:
    parts: Parts
    automatic: bool
    confidence: float
    residual: str = ""
    """The kinds that it closes a difference with, by comma."""


@dataclass(frozen=True)
class Answer:
    status: str
    unapplied: int
    reason: str
    proposals: dict[int, Proposal]
    """By rank."""

    @property
    def automatic(self) -> Proposal | None:
        return next((each for each in self.proposals.values() if each.automatic), None)


def truths(folder: Path, currency: dict[str, str], paid_in: dict[str, str]) -> dict[str, Told]:
    told = {}
    for row in rows(folder / "truth.csv"):
        options = tuple(
            tuple(sorted((invoice, minor(amount, currency[invoice])) for invoice, amount in option))
            for option in json.loads(row["options"])
        )
        converted = any(currency[each] != paid_in[row["receipt_id"]] for option in options for each, _ in option)
        told[row["receipt_id"]] = Told(
            row["case"], kind_of(row["kind"]), options, row["residual"], row["equal_to"], converted
        )
    return told


def answers(out: Path, receipts: dict[str, Row], currency: dict[str, str]) -> dict[str, Answer]:
    grouped: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows(out / "matches.csv"):
        grouped[row["receipt_id"], int(row["rank"])].append(row)
    proposals: dict[str, dict[int, Proposal]] = defaultdict(dict)
    for (receipt, rank), group in grouped.items():
        parts = ((row["invoice_id"], minor(row["applied_amount"], currency[row["invoice_id"]])) for row in group)
        first = group[0]
        kinds = ",".join(sorted({row["residual_kind"] for row in group} - {""}))
        proposals[receipt][rank] = Proposal(
            tuple(sorted(parts)), first["decision"] == "auto", float(first["confidence"]), kinds
        )
    return {
        row["receipt_id"]: Answer(
            row["status"],
            minor(row["unapplied_amount"], receipts[row["receipt_id"]]["currency"]),
            row["reason"],
            proposals[row["receipt_id"]],
        )
        for row in rows(out / "receipts.csv")
    }
