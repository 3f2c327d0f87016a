"""Asks of each answer that is called the only one whether the same files support another equally well."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from bench.matching_second.book import Book, Invoice, Parts, Receipt, Truth

MOST_TOGETHER = 3
MOST_OPEN = 60


def audited(book: Book) -> Book:
    """The book with `unsure` where a payer who names no number has a second way to owe that sum."""
    invoices = {each.invoice_id: each for each in book.invoices}
    receipts = {each.receipt_id: each for each in book.receipts}
    paid = _paid_on(book)
    owned: dict[str, list[Invoice]] = defaultdict(list)
    for each in book.invoices:
        if each.status == "open" and each.kind == "invoice":
            owned[each.customer_id].append(each)
    for index, truth in enumerate(book.truths):
        if truth.kind == "unique" and _rival(truth, receipts[truth.receipt_id], invoices, owned, paid):
            book.truths[index] = replace(truth, kind="unsure")
    return book


def _paid_on(book: Book) -> dict[str, date]:
    """The day each invoice is settled with certainty."""
    days = {each.receipt_id: each.day for each in book.receipts}
    return {
        invoice: days[truth.receipt_id]
        for truth in book.truths
        if truth.kind == "unique"
        for invoice, _ in truth.options[0]
    }


def _rival(
    truth: Truth, receipt: Receipt, invoices: dict[str, Invoice], owned: dict[str, list[Invoice]], paid: dict[str, date]
) -> bool:
    answer = dict(truth.options[0])
    documents = [invoices[each] for each in answer]
    text = f"{receipt.reference} {receipt.metadata}".upper()
    if any(
        named and named.upper() in text
        for each in documents
        for named in (each.number, each.payment_reference, each.po_number)
    ):
        return False
    customers = {each.customer_id for each in documents}
    if len(answer) == 1 or len(customers) > 1:
        return _same_amount(truth.options[0], receipt, documents, owned, paid)
    (customer,) = customers
    still = [each for each in owned[customer] if _open(each, receipt, paid) and each.currency == receipt.currency]
    return len(still) > MOST_OPEN or _ways([each.open_amount for each in still], receipt.amount) > 1


def _open(invoice: Invoice, receipt: Receipt, paid: dict[str, date]) -> bool:
    return invoice.issued <= receipt.day and paid.get(invoice.invoice_id, date.max) >= receipt.day


def _same_amount(
    answer: Parts, receipt: Receipt, documents: list[Invoice], owned: dict[str, list[Invoice]], paid: dict[str, date]
) -> bool:
    """Another open document of the same customer that is as large as what is paid."""
    mine = {invoice for invoice, _ in answer}
    return any(
        each.open_amount == receipt.amount and each.invoice_id not in mine and _open(each, receipt, paid)
        for document in documents
        for each in owned[document.customer_id]
    )


def _ways(amounts: list[int], target: int, most: int = MOST_TOGETHER) -> int:
    """How many sets make the sum: all sets up to `most` members, and the whole with up to two left out."""
    from itertools import combinations

    found = set()
    for size in range(1, most + 1):
        found |= {each for each in combinations(range(len(amounts)), size) if sum(amounts[i] for i in each) == target}
    whole, everything = sum(amounts), range(len(amounts))
    for size in range(3):
        for out in combinations(everything, size):
            if whole - sum(amounts[i] for i in out) == target:
                found.add(tuple(i for i in everything if i not in out))
    return len(found)
