"""The recipes of what is let go of: a credit note and its application, or a record without cash. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.ids import derived
from ledger.money import Money
from posting.planning.books import Books
from posting.planning.case import CREDIT_NOTE, Owed
from posting.planning.receiving import no_place
from posting.remainders.kinds import WAYS, Remainder
from posting.remainders.tax import TaxPart
from posting.rules import Place


def entries_of(
    books: Books, seed: str, owed: Owed, kind: Remainder, amount: Money, on: date, parts: Sequence[TaxPart]
) -> tuple[Entry, ...]:
    """What letting go of `amount` of an invoice comes to. seed: the posting's id. Raises NotPosted without an account."""
    way = WAYS[kind]
    if not way.posts:
        return ()
    place = books.place_of(way.role, currency=amount.currency)
    if place is None:
        raise no_place(books, way.role)
    if not way.credit:
        return (_without_cash(seed, owed, kind, amount, on, place),)
    note = _credit_note(seed, owed, kind, amount, on, place, parts)
    return (note, _applied(seed, owed, amount, on, note))


def _without_cash(seed: str, owed: Owed, kind: Remainder, amount: Money, on: date, place: Place) -> Entry:
    """The invoice is closed against the account, and no money moves."""
    role = LineRole.WITHHELD if kind is Remainder.WITHHOLDING else LineRole.FEE
    words = kind.value.replace("_", " ")
    return Entry(
        kind=EntryKind.RECEIPT,
        write_id=derived(seed, "closed"),
        on=on,
        amount=Money.zero(amount.currency),
        customer=owed.customer,
        lines=(
            EntryLine(role=LineRole.PAYS, amount=amount, document=owed.target(), text=owed.name),
            EntryLine(
                role=role, amount=amount, document=owed.target(), account=place.account, text=f"{words}, {owed.name}",
                tax_code=place.tax_code or None,
            ),
        ),
        reference=owed.name,
        memo=f"{words.capitalize()} of {owed.name}",
    )  # fmt: skip


def _credit_note(
    seed: str, owed: Owed, kind: Remainder, amount: Money, on: date, place: Place, parts: Sequence[TaxPart]
) -> Entry:
    words = f"{kind.value.replace('_', ' ')}, {owed.name}"
    taxed = WAYS[kind].taxed
    lines = tuple(
        EntryLine(
            role=LineRole.ACCOUNT, amount=part.gross, account=place.account, item=place.item or None, text=words,
            tax_code=(part.code if taxed else place.tax_code) or None,
            tax=part.tax if taxed and part.code is not None else None,
        )
        for part in (parts if taxed else (TaxPart(code=None, gross=amount, tax=Money.zero(amount.currency)),))
    )  # fmt: skip
    return Entry(
        kind=EntryKind.CREDIT_NOTE,
        write_id=derived(seed, "credit_note"),
        on=on,
        amount=amount,
        customer=owed.customer,
        lines=lines,
        reference=owed.name,
        memo=words.capitalize(),
    )


def _applied(seed: str, owed: Owed, amount: Money, on: date, note: Entry) -> Entry:
    return Entry(
        kind=EntryKind.ALLOCATION,
        write_id=derived(seed, "allocation"),
        on=on,
        amount=amount,
        customer=owed.customer,
        source=Target(kind=CREDIT_NOTE, entry=note.write_id),
        lines=(EntryLine(role=LineRole.PAYS, amount=amount, document=owed.target(), text=owed.name),),
        after=(note.write_id,),
    )
