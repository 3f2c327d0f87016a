"""A plan written into the books as its history: every document on its day, in the order in which they could be entered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.clerk import Clerk
from sandbox.quickbooks.faults import Refusal
from sandbox.quickbooks.people import People
from sandbox.quickbooks.wire import Record
from sandbox.quickbooks.writes import Writer
from sandbox.world import plan

_FIRST_HOUR = time(9)
_MINUTES_OPEN = 8 * 60
_STRIDE = 37  # minutes from one entry to the next on the clock of a working day; prime to the day, so that times spread
_KINDS = ("invoice", "credit", "journal", "move", "transfer", "payment", "apply", "deposit")
_RANK = {name: place for place, name in enumerate(_KINDS)}
_CUSTOMERS_BEFORE = timedelta(days=30)  # the list is older than the first invoice


@dataclass(frozen=True)
class _Step:
    """One thing to enter: when, in which order on that day, under which key, and how."""

    on: date
    rank: int
    place: int
    key: str
    enter: Callable[[int], None]


def load_plan(books: Books, writer: Writer, books_plan: plan.BooksPlan) -> None:
    """No events are made. Keys of the plan are in `books.keys` afterwards. ValueError names what cannot be entered."""
    latest = books.now_seconds()
    with books.loading():
        _rates(books, books_plan, latest)
        people = People(books, writer, books_plan.customers)
        first = min((one.issued_on for one in books_plan.invoices), default=books.today())
        people.enter(_moment(books, first - _CUSTOMERS_BEFORE, 0, latest), latest)
        clerk = Clerk(books, writer, people, books_plan.rates)
        steps = sorted(_steps(clerk, books_plan), key=lambda step: (step.on, step.rank, step.place))
        for place, step in enumerate(steps):
            try:
                step.enter(_moment(books, step.on, place, latest))
            except Refusal as refusal:
                message = f"{step.key} of the plan cannot be entered: {refusal}"
                raise ValueError(message) from refusal
        people.deactivate(latest)
        books.take_events()


def _moment(books: Books, on: date, place: int, latest: int) -> int:
    """Some time on that day while the office is open, never after now."""
    minutes = place * _STRIDE % _MINUTES_OPEN
    local = datetime.combine(on, _FIRST_HOUR, books.zone) + timedelta(minutes=minutes, seconds=place % 60)
    return min(int(local.timestamp()), latest)


def _rates(books: Books, books_plan: plan.BooksPlan, latest: int) -> None:
    for on, currency, rate in books_plan.rates:
        body: Record = {
            "SourceCurrencyCode": currency,
            "TargetCurrencyCode": books.home,
            "Rate": Decimal(rate),
            "AsOfDate": on.isoformat(),
        }
        books.add("ExchangeRate", body, _moment(books, on, 0, latest))


def _steps(clerk: Clerk, books_plan: plan.BooksPlan) -> list[_Step]:
    agenda = _Agenda()
    for invoice in books_plan.invoices:
        if invoice.state != "draft":  # the product has no drafts
            agenda.add("invoice", invoice.issued_on, invoice.key, partial(clerk.invoice, invoice))
    for note in books_plan.credit_notes:
        agenda.add("credit", note.issued_on, note.key, partial(clerk.credit, note))
    for journal in books_plan.journals:
        agenda.add("journal", journal.on, journal.key, partial(clerk.journal, journal))
    for move in books_plan.moves:
        agenda.add("move", move.on, move.key, partial(clerk.move, move))
    for transfer in books_plan.transfers:
        agenda.add("transfer", transfer.on, transfer.key, partial(clerk.transfer, transfer))
    for payment in books_plan.payments:
        on = agenda.after(payment.paid_on, [one.target for one in payment.applied])
        agenda.add("payment", on, payment.key, partial(clerk.payment, payment))
    _late_steps(agenda, clerk, books_plan)
    return agenda.steps


def _late_steps(agenda: _Agenda, clerk: Clerk, books_plan: plan.BooksPlan) -> None:
    """What joins things that stand already."""
    for note in books_plan.credit_notes:
        if note.state == "open" and (note.applied or note.refunded):
            on = agenda.after(note.issued_on, [one.target for one in note.applied])
            agenda.add("apply", on, note.key, partial(clerk.applications, note))
    for deposit in books_plan.deposits:
        on = agenda.after(deposit.on, deposit.payments)
        agenda.add("deposit", on, deposit.key, partial(clerk.deposit, deposit))


class _Agenda:
    def __init__(self) -> None:
        self.steps: list[_Step] = []
        self._dates: dict[str, date] = {}

    def add(self, rank: str, on: date, key: str, enter: Callable[[int], None]) -> None:
        self._dates.setdefault(key, on)
        self.steps.append(_Step(on, _RANK[rank], len(self.steps), key, enter))

    def after(self, on: date, keys: Iterable[str]) -> date:
        """What names a later thing is entered on that thing's day."""
        return max([on, *(self._dates.get(key, on) for key in keys)])
