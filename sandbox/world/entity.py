"""One legal person while it is being written up: its ledger, its Stripe account, and what is true of its money."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from sandbox.world import names, plan
from sandbox.world.books import BooksDraft
from sandbox.world.takings import TakingsDraft

Paid = tuple[plan.Invoice, int]


@dataclass
class EntityDraft:
    provider: str
    books: BooksDraft
    takings: TakingsDraft
    chance: random.Random
    clients: list[plan.Customer] = field(default_factory=list)  # home currency, known to Stripe too
    locals: list[plan.Customer] = field(default_factory=list)  # home currency, in the ledger only
    foreign: list[plan.Customer] = field(default_factory=list)
    truth: dict[str, tuple[plan.Applied, ...]] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._turn: Any = None

    @property
    def today(self) -> date:
        return self.books.today

    def ago(self, low: int, high: int | None = None) -> date:
        """A day between `low` and `high` days back."""
        return self.today - timedelta(days=self.chance.randint(low, high if high is not None else low))

    def after(self, day: date, low: int, high: int) -> date:
        """A day after `day`, yesterday at the latest."""
        return min(day + timedelta(days=self.chance.randint(low, high)), self.books.last_day)

    def add_customer(self, name: names.Name, currency: str, *, at_stripe: bool, **fields: Any) -> plan.Customer:
        customer = plan.Customer(self.books.key("cus"), name.name, name.email, currency, **fields)
        self.books.customers[customer.key] = customer
        if at_stripe:
            self.takings.customers[customer.key] = plan.Customer(customer.key, name.name, name.email, currency)
        return customer

    def next_client(self) -> plan.Customer:
        """The clients in turn, so that one case does not meddle with another's debts."""
        if self._turn is None:
            self._turn = cycle(list(self.clients))
        client: plan.Customer = next(self._turn)
        return client

    def debt(self, customer: plan.Customer | None = None, **fields: Any) -> plan.Invoice:
        """An open invoice of the last weeks, to the next client unless one is named."""
        issued = fields.pop("issued_on", None) or self.ago(18, 60)
        return self.books.invoice(customer or self.next_client(), issued, **fields)

    def customer_of(self, invoice: plan.Invoice) -> plan.Customer:
        return self.books.customers[invoice.customer]

    def tell(self, key: str, case: str, paid: Sequence[Paid] = (), on: date | None = None) -> None:
        """What a perfect bookkeeper would say of this charge or payment."""
        self.truth[key] = tuple(plan.Applied(invoice.key, amount, on) for invoice, amount in paid)
        self.cases[key] = case

    def take(
        self, case: str, amount: int, paid: Sequence[Paid] = (), *, customer: plan.Customer | None = None, **fields: Any
    ) -> plan.Charge:
        """A charge of the last two weeks (unless `on` says when), and its truth.

        The payer is the customer, by name and mail, with `hidden` neither and with `loose` no customer at Stripe.
        """
        on = fields.pop("on", None) or self.ago(1, 14)
        hidden, loose = fields.pop("hidden", False), fields.pop("loose", False)
        at = fields.pop("at", None) or self.takings.moment(on)
        if customer is not None and not hidden:
            name = names.damaged(customer.name, self.chance) if self.chance.random() < 0.35 else customer.name
            fields.setdefault("payer_name", name)
            fields.setdefault("payer_email", customer.email)
            if not loose and customer.key in self.takings.customers:
                fields["customer"] = customer.key
        charge = self.takings.charge(at, amount, **fields)
        self.tell(charge.key, case, paid, self.takings.local_day(at))
        return charge

    def record(self, charge: plan.Charge, invoice: plan.Invoice, amount: int) -> plan.Payment:
        """The ledger's entry of a charge that somebody else has booked: in clearing, with the charge's id."""
        return self.books.pay(
            self.customer_of(invoice),
            self.takings.local_day(charge.at),
            [(invoice, amount)],
            account="clearing",
            reference=f"{{stripe:{charge.key}}}",
            method="Stripe",
        )

    def finished(self) -> plan.EntityPlan:
        return plan.EntityPlan(
            self.provider,
            self.books.finished(),
            self.takings.finished(),
            tuple(sorted(self.truth.items())),
            tuple(sorted(self.cases.items())),
        )
