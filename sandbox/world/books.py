"""Writes up one ledger while it keeps every debt's open amount, so that no plan allocates what is not there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sandbox.world import plan
from sandbox.world.currencies import RateTable

_GOODS = (
    "Oak worktop, oiled", "Shelving unit", "Delivery and fitting", "Site survey", "Brass hinges, box", "Repair, per hour",
    "Pine boards", "Desk frame", "Annual service", "Spare parts", "Wall panels", "Paint and primer", "Consulting day",
    "Hire of equipment", "Packing materials", "Custom cabinet", "Workshop training",
)  # fmt: skip


@dataclass
class BooksDraft:
    """`today` is the first day that nothing has happened on yet. tax_bp: hundredths of a percent put on each line."""

    company: plan.Company
    today: date
    rates: RateTable
    chance: random.Random
    number_prefix: str
    next_number: int
    tax_bp: int
    prefix: str = ""  # of every key, where two ledgers must not share one
    customers: dict[str, plan.Customer] = field(default_factory=dict)
    invoices: dict[str, plan.Invoice] = field(default_factory=dict)
    credit_notes: list[plan.CreditNote] = field(default_factory=list)
    payments: dict[str, plan.Payment] = field(default_factory=dict)
    journals: list[plan.ArJournal] = field(default_factory=list)
    deposits: list[plan.Deposit] = field(default_factory=list)
    moves: list[plan.BankMove] = field(default_factory=list)
    transfers: list[plan.Transfer] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=dict)
    _totals: set[int] = field(default_factory=set)
    _counts: dict[str, int] = field(default_factory=dict)

    @property
    def home(self) -> str:
        return self.company.home_currency

    @property
    def last_day(self) -> date:
        return self.today - timedelta(days=1)

    def key(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{self.prefix}{kind}-{self._counts[kind]:04d}"

    def take_number(self) -> str:
        self.next_number += self.chance.choice((1, 1, 1, 2))
        return f"{self.number_prefix}{self.next_number:04d}"

    def lines(self, low: int = 9_000, high: int = 420_000) -> tuple[plan.Line, ...]:
        """One to three lines whose total no other invoice of this ledger has."""
        while True:
            count = self.chance.choice((1, 1, 2, 3))
            lines = tuple(
                self._line(self.chance.choice(_GOODS), self.chance.randint(low, high) // count) for _ in range(count)
            )
            total = sum(line.amount + line.tax for line in lines)
            if total not in self._totals:
                self._totals.add(total)
                return lines

    def invoice(self, customer: plan.Customer, issued_on: date, **fields: Any) -> plan.Invoice:
        """A new invoice in the customer's currency, due in its terms, open to its total less its deposit."""
        currency = customer.currency or self.home
        fields.setdefault("due_on", issued_on + timedelta(days=self.chance.choice((14, 30, 30, 60))))
        lines = fields.pop("lines", None) or self.lines()
        invoice = plan.Invoice(
            key=self.key("inv"),
            number=fields.pop("number", None) or self.take_number(),
            customer=customer.key,
            issued_on=issued_on,
            currency=currency,
            lines=lines,
            rate=self.rates.on(issued_on, currency),
            **fields,
        )
        self.invoices[invoice.key] = invoice
        self.open[invoice.key] = invoice.total - invoice.deposit if invoice.state == "open" else 0
        return invoice

    def pay(
        self,
        customer: plan.Customer,
        paid_on: date,
        targets: Sequence[tuple[plan.Invoice | plan.ArJournal, int]],
        *,
        unapplied: int = 0,
        **fields: Any,
    ) -> plan.Payment:
        """A payment applied to `targets`, with `unapplied` more on top of it."""
        currency = customer.currency or self.home
        payment = plan.Payment(
            key=self.key("pay"),
            customer=customer.key,
            paid_on=paid_on,
            currency=currency,
            amount=sum(amount for _, amount in targets) + unapplied,
            applied=tuple(plan.Applied(target.key, amount, paid_on) for target, amount in targets),
            rate=self.rates.on(paid_on, currency),
            **fields,
        )
        if payment.state == "open":
            for target, amount in targets:
                self.spend(target.key, amount)
        self.payments[payment.key] = payment
        return payment

    def credit(
        self,
        customer: plan.Customer,
        issued_on: date,
        lines: tuple[plan.Line, ...],
        applied: Sequence[tuple[plan.Invoice, int]] = (),
        *,
        refunded: int = 0,
        state: str = "open",
    ) -> plan.CreditNote:
        currency = customer.currency or self.home
        key = self.key("cn")
        note = plan.CreditNote(
            key=key,
            number=f"CN-{self._counts['cn']:04d}",
            customer=customer.key,
            issued_on=issued_on,
            currency=currency,
            lines=lines,
            rate=self.rates.on(issued_on, currency),
            applied=tuple(plan.Applied(invoice.key, amount, issued_on) for invoice, amount in applied),
            refunded=refunded,
            state=state,
        )
        for invoice, amount in applied:
            self.spend(invoice.key, amount)
        self.credit_notes.append(note)
        return note

    def journal(self, customer: plan.Customer, on: date, amount: int, memo: str) -> plan.ArJournal:
        journal = plan.ArJournal(self.key("je"), customer.key, on, customer.currency or self.home, amount, memo)
        self.journals.append(journal)
        if amount > 0:
            self.open[journal.key] = amount
        return journal

    def move(self, kind: str, on: date, amount: int, **fields: Any) -> plan.BankMove:
        move = plan.BankMove(self.key("mv"), kind, on, self.home, amount, **fields)
        self.moves.append(move)
        return move

    def edit(self, invoice: plan.Invoice, **fields: Any) -> plan.Invoice:
        """The same invoice with other texts; amounts stay."""
        changed = replace(invoice, **fields)
        self.invoices[invoice.key] = changed
        return changed

    def spend(self, target: str, amount: int) -> None:
        if not 0 < amount <= self.open[target]:
            raise ValueError(f"{target} has {self.open[target]} open, not {amount}")
        self.open[target] -= amount

    def line(self, description: str, amount: int) -> tuple[plan.Line, ...]:
        return (self._line(description, amount),)

    def finished(self) -> plan.BooksPlan:
        return plan.BooksPlan(
            company=self.company,
            customers=tuple(self.customers.values()),
            invoices=tuple(self.invoices.values()),
            credit_notes=tuple(self.credit_notes),
            payments=tuple(self.payments.values()),
            journals=tuple(self.journals),
            deposits=tuple(self.deposits),
            moves=tuple(self.moves),
            transfers=tuple(self.transfers),
            rates=self.rates.steps(),
        )

    def _line(self, description: str, amount: int) -> plan.Line:
        return plan.Line(description, amount, (amount * self.tax_bp + 5_000) // 10_000)
