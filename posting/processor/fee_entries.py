"""Fees out of clearing: an expense with a line for each kind, and its tax where the tax code is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ledger.entry import Entry, EntryKind, EntryLine, LineRole
from ledger.money import Money, total
from posting.processor.fee_lines import FeeSum, sums_of
from posting.processor.load import kept_of
from posting.processor.move import FEE, Kept
from posting.processor.purpose import Purpose
from posting.processor.wanted import What
from posting.refusal import NotPosted
from posting.rules import Role
from store.database import Connection
from store.queries import processor as queries


def fee_entries(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    """One expense; what the processor gave back of its fees comes as money received beside it."""
    sums = _sums(read, purpose)
    costs = [one for one in sums if one.whole.minor > 0]
    back = [one for one in sums if one.whole.minor < 0]
    found = [_entry(purpose, number, own) for number, own in enumerate(own for own in (costs, back) if own)]
    moved = total((one.whole for one in sums), purpose.currency)
    if -moved.minor != purpose.moved.minor:
        raise NotPosted(
            "fees_changed", f"The fees are {moved} by their kinds and {-purpose.moved} by the balance.",
            "Sync the processor again; then retry.",
        )  # fmt: skip
    return tuple(found)


def dispute_lines(read: Connection, purpose: Purpose) -> tuple[EntryLine, ...]:
    """The amount to disputed funds, the fee to expense."""
    zero = Money(0, purpose.currency)
    gross = total((Money(one.part_minor, one.currency) for one in purpose.parts if one.part != FEE), purpose.currency)
    lines = [
        EntryLine(role=LineRole.ACCOUNT, amount=abs(gross), account=purpose.account(Role.DISPUTED), text="Disputed")
    ]
    sums = _sums(read, purpose) if any(one.part == FEE for one in purpose.parts) else []
    if any(one.whole < zero for one in sums) != (gross > zero) and sums:
        raise NotPosted(
            "dispute_mixed", "The amount and the fee of this dispute move in two directions.",
            "Book it in the ledger by hand and say that it is recorded.",
        )  # fmt: skip
    return (*lines, *_lines(purpose, sums, Role.DISPUTE_FEE))


def _sums(read: Connection, purpose: Purpose) -> list[FeeSum]:
    if not purpose.parts:
        raise NotPosted(
            "nothing_covered", "What this posting was for has been let go of, or stands in another posting.",
            "Give it up; what is left to book comes to Ready by itself.",
        )  # fmt: skip
    fees = queries.fee_details(
        read,
        purpose.books.organisation_id,
        purpose.parts[0].connection_id,
        among=[one.external_id for one in purpose.parts],
    )
    dispute = purpose.what is What.DISPUTE
    moves = [_kept(part, fees.get(part.external_id, ())) for part in purpose.parts if part.part == FEE or not dispute]
    if any(one.amount.currency != purpose.currency for kept in moves for one in kept):
        raise NotPosted(
            "fee_currency", "A fee was charged in another currency than the balance that it was taken from.",
            "Book it in the ledger by hand and say that it is recorded.",
        )  # fmt: skip
    return sums_of(moves, purpose.currency)


def _kept(part: Any, details: Sequence[Any]) -> tuple[Kept, ...]:
    """What was kept from a transaction, or what it is itself where it is a fee: their ids tell."""
    return kept_of(part, [one for one in details if ("/" in one.external_id) == (part.part == FEE)])


def _entry(purpose: Purpose, number: int, sums: Sequence[FeeSum]) -> Entry:
    costs = sums[0].whole.minor > 0
    return Entry(
        kind=EntryKind.SPEND if costs else EntryKind.RECEIVE, write_id=purpose.write_id(number), on=purpose.on,
        amount=abs(total((one.whole for one in sums), purpose.currency)), account=purpose.account(Role.CLEARING),
        lines=tuple(_lines(purpose, sums, Role.PROCESSOR_FEE)), memo=_memo(purpose),
    )  # fmt: skip


def _lines(purpose: Purpose, sums: Sequence[FeeSum], role: Role) -> Iterator[EntryLine]:
    """With a tax code chosen, tax stands on the line of its fee; without one it is a cost of its own line."""
    if not sums:
        return
    place = purpose.place(role, Role.PROCESSOR_FEE)
    for one in sums:
        words = one.words
        if place.tax_code and one.amount:
            yield EntryLine(
                role=LineRole.ACCOUNT, amount=abs(one.whole), account=place.account, tax_code=place.tax_code,
                tax=abs(one.tax), text=words,
            )  # fmt: skip
            continue
        if one.amount:
            yield EntryLine(role=LineRole.ACCOUNT, amount=abs(one.amount), account=place.account, text=words)
        if one.tax:
            text = words if one.kind.startswith("tax") else f"{words}: tax"
            yield EntryLine(role=LineRole.ACCOUNT, amount=abs(one.tax), account=place.account, text=text)


def _memo(purpose: Purpose) -> str:
    payouts = {one.payout_external_id for one in purpose.parts if one.payout_external_id}
    if len(payouts) == 1:
        return f"Processor fees of payout {payouts.pop()}"
    return f"Processor fees of {purpose.posting.dated_on.isoformat()}"
