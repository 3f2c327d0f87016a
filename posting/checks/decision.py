"""Guards on the decision and the cash: it still stands, the money is there, and it is ours to book."""

from __future__ import annotations

from ledger.match import MatchState
from posting.planning.books import Books
from posting.planning.case import Case
from posting.refusal import NotPosted
from posting.rules import Kind

_STANDING = (MatchState.APPROVED.value, MatchState.POSTING.value, MatchState.FAILED.value)
OURS = "tieout"
NOBODY = "nobody"


def taken_back(case: Case, books: Books) -> NotPosted | None:
    del books
    if case.decision in _STANDING or case.cash is None:
        return None
    return NotPosted(
        "taken_back",
        f"The match is {case.decision} by now, so nothing is to be posted.",
        "Look at the receipt and accept an answer again.",
    )


def receipt_gone(case: Case, books: Books) -> NotPosted | None:
    del books
    if case.cash is None or not case.cash.trouble:
        return None
    return NotPosted(
        "receipt_reversed",
        f"The money of {case.cash.on:%-d %B %Y} may not be there any more: {case.cash.trouble}",
        "Undo the match; if the money is there nevertheless, match it again after the next sync.",
    )


def before_the_start(case: Case, books: Books) -> NotPosted | None:
    since = books.rules.since
    if case.cash is None or case.cash.source is not None or since is None or case.cash.on >= since:
        return None
    return NotPosted(
        "before_start",
        f"The receipt is of {case.cash.on:%-d %B %Y}, and this entity posts receipts from {since:%-d %B %Y} on.",
        "Enter it in the books by hand, or set an earlier start under Settings, Posting.",
    )


def another_poster(case: Case, books: Books) -> NotPosted | None:
    """A processor's charges are booked by one poster: who, somebody has to have said."""
    cash = case.cash
    if cash is None or cash.origin != "processor" or cash.source is not None or not books.is_ledger:
        return None
    booking = books.rules.poster(str(cash.connection_id), Kind.CHARGE)
    if booking is None:
        return NotPosted(
            "poster_unknown",
            "Nobody has said who books this processor's payments, so they might be booked twice.",
            "Say who books them under Settings, Posting: Tieout, another app, or nobody.",
        )
    if booking.poster != OURS:
        who = "nobody" if booking.poster == NOBODY else booking.poster
        return NotPosted(
            "other_poster",
            f"Payments of this processor are booked by {who}, as the rules of posting say.",
            "Leave it to them, or make Tieout the poster from a day on under Settings, Posting.",
        )
    if booking.since is not None and cash.on < booking.since:
        return NotPosted(
            "before_start",
            f"The charge is of {cash.on:%-d %B %Y}, and Tieout books this processor from {booking.since:%-d %B %Y} on.",
            "Enter it in the books by hand, or set an earlier day under Settings, Posting.",
        )
    return None


def not_settled(case: Case, books: Books) -> NotPosted | None:
    """Which account a charge goes to hangs on the currency that the processor settled it in."""
    if case.cash is None or case.cash.moved is not None or case.cash.source is not None or not books.is_ledger:
        return None
    return NotPosted(
        "not_settled",
        "The processor has not said yet what this charge came to on its balance.",
        "Sync the processor and try again.",
    )
