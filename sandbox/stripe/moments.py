"""When things of a plan happened, in unix seconds, where the plan gives a day or nothing."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sandbox.stripe.books import Books
from sandbox.world import plan

NOON = time(12, 0)
DAY = 86400
_BAD_DEBT_DAYS = 60
_DISPUTE_DAYS = 30
_RETURN_DAYS = 2


class Moments:
    """Days begin and end in the account's own zone; nothing is later than now but what the plan itself dates so."""

    def __init__(self, books: Books, wanted: plan.StripePlan) -> None:
        self._books = books
        self._first: dict[plan.Key, int] = {}
        named = [(one.customer, books.on(one.issued_on, time(0, 0))) for one in wanted.invoices]
        named += [(one.customer, self.at(one.at)) for one in wanted.charges if one.customer]
        named += [(one.customer, self.at(one.at)) for one in wanted.balance_credits]
        for customer, at in named:
            self._first[customer] = min(at, self._first.get(customer, at))

    @staticmethod
    def at(moment: datetime) -> int:
        return int(moment.timestamp())

    def born(self, customer: plan.Key) -> int:
        """A customer is a day older than the first thing that names it."""
        return self._first.get(customer, self._books.now() - 365 * DAY) - DAY

    def noted(self, note: plan.CreditNote) -> int:
        return self._books.on(note.issued_on, NOON)

    def later(self, charge: plan.Charge, applied: plan.Applied) -> bool:
        """Whether a payment was set against an invoice on a day after it was taken."""
        return applied.on is not None and self._books.on(applied.on, time(0, 0)) > self.at(charge.at)

    def attached(self, applied: plan.Applied) -> int:
        return self._books.on(applied.on, NOON) if applied.on else self._books.now()

    def next_day(self, at: int) -> int:
        return min(at + DAY, self._books.now())

    def given_up(self, invoice: plan.Invoice) -> int:
        at = self._books.on(invoice.issued_on + timedelta(days=_BAD_DEBT_DAYS))
        return min(at, self._books.now())

    def closed(self, dispute: plan.Dispute) -> int:
        return min(self.at(dispute.at) + _DISPUTE_DAYS * DAY, self._books.now())

    def ended(self, payout: plan.Payout) -> int:
        """Noon of the day on which a payout arrives, or comes back two days after it."""
        later = timedelta(days=_RETURN_DAYS if payout.status == "failed" else 0)
        ends = min(self._books.on(payout.arrives_on + later, NOON), self._books.now())
        return max(self.at(payout.left_at), ends)
