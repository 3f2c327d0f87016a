"""A plan written into the books as its history: every document on its day, stamped with the last thing that touched it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from sandbox.world import plan
from sandbox.xero.desk.bookkeeper import Bookkeeper
from sandbox.xero.desk.books import Books
from sandbox.xero.desk.faults import Invalid, Refusal
from sandbox.xero.desk.suppliers import enter_suppliers
from sandbox.xero.desk.wire import ms

_FIRST_HOUR = time(9)
_MINUTES_OPEN = 8 * 60
_STRIDE = 37  # minutes from one entry to the next on the clock of a working day; prime to the day, so that times spread
_RANKS = ("bill", "invoice", "credit", "move", "transfer", "payment", "apply")
_CUSTOMERS_BEFORE = timedelta(days=30)  # the contacts are older than the first invoice


@dataclass(frozen=True)
class _Step:
    on: date
    rank: int
    place: int
    key: str
    enter: Callable[[], None]


def load_plan(books: Books, wanted: plan.BooksPlan) -> None:
    """No events are made. Keys of the plan are in `books.keys` afterwards. ValueError names what cannot be entered."""
    latest = ms(books.clock.now())
    for on, currency, rate in wanted.rates:
        books.add_rate(on, currency, rate)
    with books.writing_history() as at:
        keeper = Bookkeeper(books)
        first = min((one.issued_on for one in wanted.invoices), default=books.today())
        at(_moment(books, first - _CUSTOMERS_BEFORE, 0, latest))
        for customer in wanted.customers:
            keeper.customer(customer)
        steps = _steps(keeper, wanted)
        enter_suppliers(books, keeper.clerk, first, lambda on, key, enter: steps.add("bill", on, key, enter))
        for place, step in enumerate(sorted(steps.all, key=lambda one: (one.on, one.rank, one.place))):
            at(_moment(books, step.on, place, latest))
            try:
                step.enter()
            except (Invalid, Refusal) as refusal:
                message = f"{step.key} of the plan cannot be entered: {refusal}"
                raise ValueError(message) from refusal
        at(latest)
        keeper.archive(one.key for one in wanted.customers if not one.active)


def _moment(books: Books, on: date, place: int, latest: int) -> int:
    """Some time on that day while the office is open, never after now."""
    minutes = place * _STRIDE % _MINUTES_OPEN
    local = datetime.combine(on, _FIRST_HOUR, books.zone) + timedelta(
        minutes=minutes, seconds=place % 60, milliseconds=place * 7 % 1000
    )
    return min(ms(local), latest)


class _Agenda:
    def __init__(self) -> None:
        self.all: list[_Step] = []
        self._dates: dict[str, date] = {}

    def add(self, rank: str, on: date, key: str, enter: Callable[[], None]) -> None:
        self._dates.setdefault(key, on)
        self.all.append(_Step(on, _RANKS.index(rank), len(self.all), key, enter))

    def after(self, on: date, keys: Iterable[str]) -> date:
        """What names a later thing is entered on that thing's day."""
        return max([on, *(self._dates.get(key, on) for key in keys)])


def _steps(keeper: Bookkeeper, wanted: plan.BooksPlan) -> _Agenda:
    agenda = _Agenda()
    for invoice in wanted.invoices:
        agenda.add("invoice", invoice.issued_on, invoice.key, partial(keeper.invoice, invoice))
    for note in wanted.credit_notes:
        agenda.add("credit", note.issued_on, note.key, partial(keeper.credit, note))
    for move in wanted.moves:
        agenda.add("move", move.on, move.key, partial(keeper.move, move))
    for transfer in wanted.transfers:
        agenda.add("transfer", transfer.on, transfer.key, partial(keeper.transfer, transfer))
    for payment in wanted.payments:
        on = agenda.after(payment.paid_on, [one.target for one in payment.applied])
        on = max([on, *(one.on for one in payment.applied if one.on)])
        agenda.add("payment", on, payment.key, partial(keeper.payment, payment))
    for note in wanted.credit_notes:
        if note.state == "open" and (note.applied or note.refunded):
            on = agenda.after(note.issued_on, [one.target for one in note.applied])
            on = max([on, *(one.on for one in note.applied if one.on)])
            agenda.add("apply", on, note.key, partial(keeper.applications, note))
    return agenda
