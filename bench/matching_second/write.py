"""A book as the files of `tieout match`, and its truth beside them."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.matching_second.book import Book, Customer, Invoice, Parts, Receipt, Truth, plain

INVOICE = (
    "invoice_id kind number customer_id issue_date due_date currency total open_amount po_number payment_reference"
    " terms status"
).split()
RECEIPT = (
    "receipt_id received_date currency amount fee payer_name payer_account payer_email reference method source metadata"
    " payout_id"
).split()
CUSTOMER = "customer_id name email parent_customer_id account".split()


def write(book: Book, folder: Path, seed: int) -> None:
    """Rows stand in an order that tells nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    _table(folder / "invoices.csv", INVOICE, _mixed(rng, [_invoice(each) for each in book.invoices]))
    _table(folder / "receipts.csv", RECEIPT, _mixed(rng, [_receipt(each) for each in book.receipts]))
    if book.with_customers and book.customers:
        _table(folder / "customers.csv", CUSTOMER, _mixed(rng, [_customer(each) for each in book.customers]))
    if book.history:
        rows = [
            [*_receipt(each.receipt), each.invoice_id, plain(each.applied, each.receipt.currency), each.customer_id]
            for each in book.history
        ]
        _table(folder / "history.csv", [*RECEIPT, "invoice_id", "applied_amount", "customer_id"], _mixed(rng, rows))
    if book.rates:
        rates = [[day.isoformat(), base, quote, rate] for day, base, quote, rate in book.rates]
        _table(folder / "rates.csv", ["date", "from", "to", "rate"], rates)
    currency = {each.invoice_id: each.currency for each in book.invoices}
    rows = [_truth(each, currency) for each in sorted(book.truths, key=lambda truth: truth.receipt_id)]
    _table(folder / "truth.csv", ["receipt_id", "case", "kind", "options", "residual", "equal_to"], rows)


def shuffled(source: Path, target: Path, seed: int) -> None:
    """The same files with their rows in another order."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.csv")):
        if path.name != "truth.csv":
            with path.open(encoding="utf-8", newline="") as file:
                header, *rows = csv.reader(file)
            random.Random(seed).shuffle(rows)
            _table(target / path.name, header, rows)


def _mixed(rng: random.Random, rows: list[list[str]]) -> list[list[str]]:
    rng.shuffle(rows)
    return rows


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _invoice(one: Invoice) -> list[str]:
    money = [plain(one.total, one.currency), plain(one.open_amount, one.currency)]
    days = [one.issued.isoformat(), one.due.isoformat()]
    head = [one.invoice_id, one.kind, one.number, one.customer_id]
    return [*head, *days, one.currency, *money, one.po_number, one.payment_reference, one.terms, one.status]


def _receipt(one: Receipt) -> list[str]:
    money = [one.currency, plain(one.amount, one.currency), plain(one.fee, one.currency) if one.fee else ""]
    payer = [one.payer_name, one.payer_account, one.payer_email, one.reference]
    head = [one.receipt_id, one.day.isoformat()]
    return [*head, *money, *payer, one.method, one.source, one.metadata, one.payout_id]


def _customer(one: Customer) -> list[str]:
    return [one.customer_id, one.name, one.email, one.parent, one.account]


def _truth(one: Truth, currency: dict[str, str]) -> list[str]:
    def told(parts: Parts) -> list[list[str]]:
        return [[invoice, plain(amount, currency[invoice])] for invoice, amount in parts]

    return [
        one.receipt_id,
        one.case,
        one.kind,
        json.dumps([told(each) for each in one.options]),
        one.residual,
        one.equal_to,
    ]
