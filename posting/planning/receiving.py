"""The recipe of a receipt: one entry of the money's exact amount, day and account, and the credits that are netted. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from ledger.entry import Entry, EntryKind, EntryLine, LineRole
from ledger.ids import derived
from ledger.money import Money, total
from posting.planning.books import Books
from posting.planning.case import Case, Cash, Line
from posting.planning.credits import Put, netted
from posting.planning.rate import settlement_rate
from posting.refusal import NotPosted
from posting.rules import Place, Role

CLOSING = {"fee": Role.BANK_FEE, "withholding": Role.WITHHOLDING, "rounding": Role.ROUNDING}
_WORDS = {"fee": "kept by the bank", "withholding": "withheld by the customer", "rounding": "rounding"}
Paid = Sequence[tuple[Line, Money]]


def entries_of(case: Case, books: Books) -> tuple[Entry, ...]:
    """What a match of a receipt comes to. The guards (posting/checks) have passed it."""
    cash = _cash(case)
    puts, paid = netted(case.lines)
    notes = _credits(case, puts)
    if cash.source is not None:
        return (*notes, *_applied(case, cash, paid))
    if not paid and not cash.amount:
        return tuple(notes)
    return (*notes, _received(case, books, cash, paid, tuple(one.write_id for one in notes)))


def _cash(case: Case) -> Cash:
    if case.cash is None:
        raise NotPosted("no_receipt", "This match has no receipt.", "Give it up; its receipt is matched anew.")
    return case.cash


def day_of(case: Case, cash: Cash) -> date:
    """The receipt's day in the entity's zone, or the one that a person chose."""
    return case.chosen_date() or cash.on


def _credits(case: Case, puts: Sequence[Put]) -> list[Entry]:
    """One entry a credit note, in the order of the match."""
    by_credit: dict[str, list[Put]] = {}
    for put in puts:
        by_credit.setdefault(put.credit.external_id, []).append(put)
    return [_allocation(case, parts) for parts in by_credit.values()]


def _allocation(case: Case, parts: Sequence[Put]) -> Entry:
    credit = parts[0].credit
    days = [_cash(case).on, *(one.issued_on for put in parts for one in (put.credit, put.invoice) if one.issued_on)]
    return Entry(
        kind=EntryKind.ALLOCATION,
        write_id=derived(case.seed, f"credit/{credit.external_id}"),
        on=case.chosen_date() or max(days),
        amount=total((put.amount for put in parts), credit.currency),
        customer=credit.customer,
        source=credit.target(),
        lines=tuple(
            EntryLine(role=LineRole.PAYS, amount=put.amount, document=put.invoice.target(), customer=put.invoice.customer)
            for put in parts
        ),
    )  # fmt: skip


def _applied(case: Case, cash: Cash, paid: Paid) -> list[Entry]:
    """Money that the books hold already is put to the invoices: no cash moves. One entry a customer's invoices."""
    if not paid or cash.source is None:
        return []
    days = [cash.on, *(line.owed.issued_on for line, _ in paid if line.owed.issued_on)]
    return [
        Entry(
            kind=EntryKind.ALLOCATION,
            write_id=derived(case.seed, "applied"),
            on=case.chosen_date() or max(days),
            amount=total((amount for _, amount in paid), paid[0][1].currency),
            customer=cash.customer or paid[0][0].owed.customer,
            source=cash.source,
            lines=tuple(_pays(line, amount, None) for line, amount in paid),
        )
    ]


def _received(case: Case, books: Books, cash: Cash, paid: Paid, after: tuple[str, ...]) -> Entry:
    place = place_of(books, cash)
    customers = list(dict.fromkeys(line.owed.customer for line, _ in paid if line.owed.customer))
    alone = customers[0] if len(customers) == 1 else None
    moved = cash.moved or cash.amount
    lines = [_pays(line, amount, alone) for line, amount in paid]
    lines += [_closing(books, line, alone) for line, _ in paid if line.closes]
    rest = remainder(cash, paid)
    if rest:
        owner = _owner(case, cash, customers)
        lines.append(
            EntryLine(
                role=LineRole.UNAPPLIED, amount=rest, customer=None if owner == alone else owner, text="not yet applied"
            )
        )
    return Entry(
        kind=EntryKind.RECEIPT,
        write_id=derived(case.seed, "receipt"),
        on=day_of(case, cash),
        amount=moved,
        account=None if place is None else place.account,
        customer=alone or (_owner(case, cash, customers) if not customers else None),
        lines=tuple(lines),
        rate=rate_of(books, cash, paid, rest),
        reference=cash.external_id if cash.origin == "processor" else "",
        memo=" · ".join(part for part in (cash.payer, cash.reference) if part),
        after=after,
    )


def _pays(line: Line, amount: Money, alone: str | None) -> EntryLine:
    other = None if line.owed.customer == alone else line.owed.customer
    return EntryLine(
        role=LineRole.PAYS, amount=amount, document=line.owed.target(), customer=other, text=line.owed.name
    )


def _closing(books: Books, line: Line, alone: str | None) -> EntryLine:
    """What the record closes beside the cash: the invoice is paid in full, the difference goes to its own account."""
    place = books.place_of(CLOSING[line.closes], currency=line.closed.currency)
    if place is None:
        raise no_place(books, CLOSING[line.closes], leave=True)
    return EntryLine(
        role=LineRole.WITHHELD if line.closes == "withholding" else LineRole.FEE,
        amount=line.closed,
        document=line.owed.target(),
        account=place.account,
        customer=None if line.owed.customer == alone else line.owed.customer,
        tax_code=place.tax_code or None,
        text=f"{_WORDS[line.closes]}, {line.owed.name}",
    )


def remainder(cash: Cash, paid: Paid) -> Money | None:
    """What of the money no invoice takes; None where it is paid in another currency, which takes all of it."""
    currency = cash.amount.currency
    if any(amount.currency != currency for _, amount in paid):
        return None
    brought = total((amount - line.closed for line, amount in paid), currency)
    return cash.amount - brought


def _owner(case: Case, cash: Cash, customers: Sequence[str]) -> str:
    """Whose credit a remainder becomes."""
    chosen = case.choices.get("customer")
    known = [one for one in (chosen, cash.customer) if one]
    if known:
        return str(known[0])
    if len(customers) == 1:
        return customers[0]
    raise NotPosted(
        "whose_remainder",
        "This receipt pays invoices of several customers and leaves a remainder; whose credit it is, nobody has said.",
        "Choose the customer, or match the rest too.",
        {"customer": list(customers)},
    )


def place_of(books: Books, cash: Cash) -> Place | None:
    """Where the money stands in the books; None where the books know no accounts (a processor's own)."""
    if not books.is_ledger:
        return None
    moved = cash.moved or cash.amount
    role = Role.CLEARING if cash.origin == "processor" else Role.BANK
    place = books.place_of(role, cash.connection_id, moved.currency)
    if place is None:
        raise no_place(books, role, currency=moved.currency)
    return place


def no_place(books: Books, role: Role, *, currency: str = "", leave: bool = False) -> NotPosted:
    what = role.value.replace("_", " ")
    money = f" for {currency}" if currency else ""
    return NotPosted(
        "account_missing",
        f"No account of {books.name} is named for {what}{money}.",
        f"Name it under Settings, Posting{'; or post without it, and the difference stays open' if leave else ''}.",
        {"remainder": "leave"} if leave else {},
    )


def rate_of(books: Books, cash: Cash, paid: Paid, rest: Money | None) -> Decimal | None:
    """The settlement's own rate, where one side of it is home currency and the other is not."""
    moved = cash.moved or cash.amount
    owed = _sum_owed(cash, paid, rest)
    if owed.currency == moved.currency or not books.is_ledger:
        return None
    return settlement_rate(moved, owed) if moved.currency == books.home else settlement_rate(owed, moved)


def _sum_owed(cash: Cash, paid: Paid, rest: Money | None) -> Money:
    """What the money comes to in the currency of what it pays."""
    if rest is not None:
        return cash.amount
    return total((amount - line.closed for line, amount in paid), paid[0][1].currency)
