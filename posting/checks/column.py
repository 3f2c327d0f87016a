"""The guards before a receipt is posted, in the order in which they are tried. Each names one cause; the first one speaks.

A guard is a pure function of the case and the books: None, or why not.
"""

from __future__ import annotations

from collections.abc import Callable

from posting.checks import decision, documents, ledger, letting_go, places
from posting.planning.books import Books
from posting.planning.case import Case
from posting.refusal import NotPosted

Guard = Callable[[Case, Books], NotPosted | None]

GUARDS: tuple[Guard, ...] = (
    decision.taken_back,
    decision.receipt_gone,
    decision.before_the_start,
    decision.another_poster,
    decision.not_settled,
    documents.outside_the_books,
    documents.gone,
    documents.voided,
    documents.not_issued,
    documents.changed,
    documents.other_customer,
    documents.paid_meanwhile,
    documents.source_spent,
    documents.customer_merged,
    documents.customer_inactive,
    ledger.third_currency,
    places.account_missing,
    places.account_gone,
    places.account_archived,
    places.account_unfit,
    places.account_currency,
    letting_go.over_a_limit,
    letting_go.second_person,
    ledger.locked,
    ledger.too_early,
)


def check(case: Case, books: Books) -> None:
    """Raises the first refusal."""
    for guard in GUARDS:
        refusal = guard(case, books)
        if refusal is not None:
            raise refusal
