"""A plan written into the books as its history: everything on its day, in the order in which it could be entered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from sandbox.world import plan
from sandbox.xero.books import Books
from sandbox.xero.clerk import Clerk
from sandbox.xero.faults import Invalid
from sandbox.xero.steps import Step
from sandbox.xero.suppliers import supplier_steps

_FIRST_HOUR = time(9, tzinfo=UTC)
_MINUTES_OPEN = 8 * 60
_STRIDE = 37  # minutes from one entry to the next on the clock of a working day; prime to the day, so that times spread
_ORDER = ("invoice", "credit", "move", "transfer", "payment", "apply", "end")
_RANK = {name: place for place, name in enumerate(_ORDER)}
_CONTACTS_BEFORE = timedelta(days=30)  # the list is older than the first invoice
_ENDED_AFTER = timedelta(days=2)  # what is void or deleted stood for a while


def load_plan(books: Books, wanted: plan.BooksPlan) -> None:
    """No events are made. Keys of the plan are in `books.keys` afterwards. ValueError names what cannot be entered.

    What Xero cannot hold (journals on receivables, bank deposits, deposits on the face of invoices) is left out.
    """
    books.set_rates(wanted.rates)
    clerk = Clerk(books)
    today = books.today()
    first = min((invoice.issued_on for invoice in wanted.invoices), default=today)
    with books.history() as at:
        for place, customer in enumerate(wanted.customers):
            at(_moment(first - _CONTACTS_BEFORE, place))
            _enter(customer.key, partial(clerk.customer, customer))
        steps = [*_steps(clerk, wanted), *supplier_steps(clerk, first, today)]
        for place, step in enumerate(sorted(steps, key=lambda step: (step.on, step.rank))):
            at(_moment(step.on, place))
            _enter(step.key, step.enter)
        for customer in wanted.customers:
            if not customer.active:
                at(_moment(today, 0))
                clerk.archive(customer)


def _enter(key: str, enter: Callable[[], None]) -> None:
    try:
        enter()
    except Invalid as error:
        message = f"{key} of the plan cannot be entered: {error}"
        raise ValueError(message) from error


def _moment(on: date, place: int) -> datetime:
    """Some time on that day while the office is open, no two the same."""
    minutes = place * _STRIDE % _MINUTES_OPEN
    return datetime.combine(on, _FIRST_HOUR) + timedelta(minutes=minutes, seconds=place % 60, milliseconds=place % 997)


def _steps(clerk: Clerk, wanted: plan.BooksPlan) -> Iterable[Step]:
    agenda = _Agenda()
    for invoice in wanted.invoices:
        agenda.add("invoice", invoice.issued_on, invoice.key, partial(clerk.invoice, invoice))
        if invoice.state in {"void", "deleted"}:
            agenda.add("end", invoice.issued_on + _ENDED_AFTER, invoice.key, partial(clerk.end_invoice, invoice))
    for note in wanted.credit_notes:
        agenda.add("credit", note.issued_on, note.key, partial(clerk.credit, note))
        if note.state in {"void", "deleted"}:
            agenda.add("end", note.issued_on + _ENDED_AFTER, note.key, partial(clerk.end_credit, note))
            continue
        agenda.apply(clerk, note.key, note.issued_on, note.applied)
        if note.refunded:
            agenda.add("apply", note.issued_on, note.key, partial(clerk.refund, note))
    for move in wanted.moves:
        if move.kind in {"sale", "receive", "spend"}:
            agenda.add("move", move.on, move.key, partial(clerk.move, move))
    for moved in wanted.transfers:
        agenda.add("transfer", moved.on, moved.key, partial(clerk.transfer, moved))
    for payment in wanted.payments:
        _payment_steps(agenda, clerk, payment)
    return agenda.steps


def _payment_steps(agenda: _Agenda, clerk: Clerk, payment: plan.Payment) -> None:
    on_account = payment.kind != "payment" or payment.amount > sum(part.amount for part in payment.applied)
    # What pays a later invoice is entered when that invoice stands; it keeps its own date.
    targets = [] if on_account else [part.target for part in payment.applied]
    entered = agenda.after(payment.paid_on, targets)
    agenda.add("payment", entered, payment.key, partial(clerk.payment, payment))
    if payment.state != "open":
        agenda.add("end", entered + _ENDED_AFTER, payment.key, partial(clerk.end_payment, payment))
    elif on_account:
        agenda.apply(clerk, payment.key, payment.paid_on, payment.applied)


class _Agenda:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._dates: dict[str, date] = {}

    def add(self, rank: str, on: date, key: str, enter: Callable[[], None]) -> None:
        self._dates.setdefault(key, on)
        self.steps.append(Step(on, _RANK[rank], key, enter))

    def apply(self, clerk: Clerk, key: str, on: date, applied: Iterable[plan.Applied]) -> None:
        """Allocations, dated as the plan says or else on the later of the two days."""
        for part in applied:
            entered = self.after(on, [part.target])
            stated = part.on or entered
            self.add("apply", max(entered, stated), key, partial(clerk.allocation, key, part, stated))

    def after(self, on: date, keys: Iterable[str]) -> date:
        return max([on, *(self._dates.get(key, on) for key in keys)])
