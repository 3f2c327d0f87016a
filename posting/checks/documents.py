"""Guards on what is paid: the documents stand in these books, are as they were decided on, and still hold the amounts."""

from __future__ import annotations

from ledger.money import Money, total
from posting.planning.books import Books
from posting.planning.case import CREDIT_NOTE, Case, Line, Owed
from posting.refusal import NotPosted

AS_IT_IS = "as_it_is"
"""A person's word in `choices["changed"]`: post it though the document is another than at the decision."""


def _noun(owed: Owed) -> str:
    return "Credit note" if owed.kind == CREDIT_NOTE else "Invoice"


def outside_the_books(case: Case, books: Books) -> NotPosted | None:
    for line in case.lines:
        if not line.owed.here:
            return NotPosted(
                "outside_the_books",
                f"{_noun(line.owed)} {line.owed.name} does not stand in {books.name}, so nothing there can be paid.",
                "Link it to its invoice in the books, or undo the match; the sale is booked with the processor's money.",
            )
    return None


def gone(case: Case, books: Books) -> NotPosted | None:
    for line in case.lines:
        if line.owed.gone:
            return NotPosted(
                "document_gone",
                f"{_noun(line.owed)} {line.owed.name} was deleted in {books.name}.",
                "Undo the match and choose again.",
            )
    return None


def voided(case: Case, books: Books) -> NotPosted | None:
    for line in case.lines:
        if line.owed.status in ("void", "uncollectible"):
            word = "voided" if line.owed.status == "void" else "written off"
            return NotPosted(
                "document_voided",
                f"{_noun(line.owed)} {line.owed.name} was {word} in {books.name} meanwhile.",
                "Undo the match and choose again, or keep the money as the customer's credit.",
            )
    return None


def not_issued(case: Case, books: Books) -> NotPosted | None:
    for line in case.lines:
        if line.owed.status == "draft":
            return NotPosted(
                "document_draft",
                f"{_noun(line.owed)} {line.owed.name} is a draft in {books.name}; nothing can be paid on it.",
                "Approve it there and try again, or undo the match.",
            )
    return None


def changed(case: Case, books: Books) -> NotPosted | None:
    """Its total or currency is another than when somebody said yes."""
    if case.choices.get("changed") == AS_IT_IS:
        return None
    for line in case.lines:
        before = line.owed.before
        if before is not None and before.total != line.owed.total:
            return NotPosted(
                "document_changed",
                f"{_noun(line.owed)} {line.owed.name} was {before.total} when the match was accepted and is"
                f" {line.owed.total} in {books.name} by now.",
                "Look at it: post it as it is now, or undo the match and choose again.",
                {"changed": AS_IT_IS},
            )
    return None


def other_customer(case: Case, books: Books) -> NotPosted | None:
    """It belongs to another customer than when somebody said yes; or the credit that pays it does."""
    for line in case.lines:
        before = line.owed.before
        moved = before is not None and before.customer != line.owed.customer
        if moved and case.choices.get("changed") != AS_IT_IS:
            return NotPosted(
                "customer_changed",
                f"{_noun(line.owed)} {line.owed.name} was moved to another customer in {books.name} meanwhile.",
                "Look at it: post it as it is now, or undo the match and choose again.",
                {"changed": AS_IT_IS},
            )
    cash = case.cash
    if cash is None or cash.source is None or cash.customer is None:
        return None
    strange = [line for line in case.lines if line.owed.customer != cash.customer]
    if not strange:
        return None
    return NotPosted(
        "credit_of_another",
        f"The money stands in {books.name} as another customer's than that of invoice {strange[0].owed.name}.",
        "Move the payment to that customer in the books, then match again.",
    )


def paid_meanwhile(case: Case, books: Books) -> NotPosted | None:
    """Of a document less is open than the match takes, also where the same document stands in several lines."""
    asked: dict[str, list[Line]] = {}
    for line in case.lines:
        asked.setdefault(f"{line.owed.kind}/{line.owed.external_id}", []).append(line)
    for lines in asked.values():
        owed = lines[0].owed
        wanted = total((line.asked for line in lines), owed.currency)
        if wanted <= owed.left:
            continue
        others = Money(owed.taken_minor, owed.currency)
        also = f", and other decisions wait to take {others} of it" if others else ""
        paid = f"{_noun(owed)} {owed.name} was settled in {books.name} meanwhile"
        part = f"Of {_noun(owed).lower()} {owed.name} only {Money(owed.open_minor, owed.currency)} is open in {books.name}{also}"
        return NotPosted(
            "paid_meanwhile" if owed.kind != CREDIT_NOTE else "credit_used_meanwhile",
            f"{part if owed.open_minor else paid}; the match takes {wanted}.",
            "Undo the match and choose again; see first whether the same money was entered there.",
        )
    return None


def source_spent(case: Case, books: Books) -> NotPosted | None:
    """Of a payment that the books hold, less is left than the match applies."""
    cash = case.cash
    if cash is None or cash.source is None or cash.source_left is None:
        return None
    if any(line.applied.currency != cash.source_left.currency for line in case.lines):
        return None  # another guard's
    applied = total((line.applied for line in case.lines), cash.source_left.currency)
    if applied <= cash.source_left:
        return None
    return NotPosted(
        "source_spent",
        f"Of this payment only {cash.source_left} is left to apply in {books.name}; the match takes {applied}."
        " The books may apply credits by themselves.",
        "Undo the match; the next look sees what is left.",
    )


def customer_merged(case: Case, books: Books) -> NotPosted | None:
    for who in case.customers.values():
        if who.status == "merged" or who.merged_into:
            return NotPosted(
                "customer_merged",
                f"Customer {who.name} was merged into another one in {books.name}.",
                "Sync the books, so that the invoices name the customer who is left, and try again.",
            )
    return None


def customer_inactive(case: Case, books: Books) -> NotPosted | None:
    for who in case.customers.values():
        if who.status != "active":
            return NotPosted(
                "customer_inactive",
                f"Customer {who.name} is {who.status} in {books.name}, which takes no payments for such a one.",
                "Make the customer active there, sync and try again.",
            )
    return None
