"""Writes up one Stripe account: invoices, charges with their fee and settlement, and the payouts that carry them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.world import plan
from sandbox.world.currencies import RateTable


@dataclass(frozen=True)
class Tariff:
    """Card fee in hundredths of a percent and a fixed part; foreign cards cost `foreign_bp` more and lose it in the rate."""

    bp: int
    fixed: int
    foreign_bp: int = 100
    dispute_fee: int = 1500

    def fee(self, settled: int, *, foreign: bool) -> int:
        rate = self.bp + (self.foreign_bp if foreign else 0)
        return (settled * rate + 5_000) // 10_000 + self.fixed


@dataclass
class TakingsDraft:
    company: plan.Company
    today: date
    rates: RateTable
    tariff: Tariff
    chance: random.Random
    number_prefix: str
    prefix: str = ""
    customers: dict[str, plan.Customer] = field(default_factory=dict)
    invoices: dict[str, plan.Invoice] = field(default_factory=dict)
    credit_notes: list[plan.CreditNote] = field(default_factory=list)
    charges: dict[str, plan.Charge] = field(default_factory=dict)
    refunds: list[plan.Refund] = field(default_factory=list)
    disputes: list[plan.Dispute] = field(default_factory=list)
    balance_credits: list[plan.BalanceCredit] = field(default_factory=list)
    payouts: list[plan.Payout] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=dict)
    nets: dict[str, int] = field(default_factory=dict)  # charge, refund, dispute -> what it moves in the balance
    at: dict[str, datetime] = field(default_factory=dict)  # the same keys -> when all of that has moved
    _counts: dict[str, int] = field(default_factory=dict)

    def key(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{self.prefix}{kind}-{self._counts[kind]:04d}"

    def moment(self, day: date, hour: int | None = None) -> datetime:
        """A time of that day in UTC within the company's office hours, so that its own day is the same."""
        clock = time(hour if hour is not None else self.chance.randint(15, 20), self.chance.randrange(60), tzinfo=UTC)
        return datetime.combine(day, clock)

    def local_day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.company.time_zone)).date()

    def invoice(self, customer: str, issued_on: date, lines: tuple[plan.Line, ...], **fields: Any) -> plan.Invoice:
        key = self.key("sinv")
        fields.setdefault("currency", self.company.home_currency)
        fields.setdefault("due_on", issued_on + timedelta(days=30))
        number = fields.pop("number", None) or f"{self.number_prefix}-{self._counts['sinv']:04d}"
        invoice = plan.Invoice(key=key, number=number, customer=customer, issued_on=issued_on, lines=lines, **fields)
        self.invoices[key] = invoice
        self.open[key] = invoice.total if invoice.state == "open" else 0
        return invoice

    def charge(
        self,
        at: datetime,
        amount: int,
        currency: str | None = None,
        *,
        pays: Sequence[tuple[plan.Invoice, int]] = (),
        **fields: Any,
    ) -> plan.Charge:
        """A charge that settles in the company's home currency, with its fee; a failed or pending one moves nothing."""
        home = self.company.home_currency
        currency = currency or home
        status = fields.get("status", "succeeded")
        moves = status == "succeeded" and not fields.get("off_stripe", False)
        foreign = currency != home
        settled = 0
        if moves:
            settled = self.rates.to_home(amount, currency, self.local_day(at))
            if foreign:
                settled -= settled * self.tariff.foreign_bp // 10_000
        fee = self.tariff.fee(settled, foreign=foreign) if moves else 0
        charge = plan.Charge(
            key=self.key("ch"),
            at=at,
            currency=currency,
            amount=amount,
            settled_currency=home,
            settled=settled,
            fee=fee,
            pays=tuple(plan.Applied(invoice.key, part, self.local_day(at)) for invoice, part in pays),
            **fields,
        )
        self.charges[charge.key] = charge
        if status == "succeeded":
            for invoice, part in pays:
                self.spend(invoice.key, part)
        if moves:
            self.nets[charge.key] = settled - fee
            self.at[charge.key] = at
        return charge

    def refund(self, charge: plan.Charge, at: datetime, amount: int) -> plan.Refund:
        """Only of charges in the settlement currency, where what goes back is what came."""
        refund = plan.Refund(self.key("re"), charge.key, at, amount)
        self.refunds.append(refund)
        self.nets[refund.key] = -amount
        self.at[refund.key] = at
        return refund

    def dispute(self, charge: plan.Charge, at: datetime, status: str) -> plan.Dispute:
        """The whole charge is withdrawn with a fee; where it is won, both come back some weeks later."""
        fee = self.tariff.dispute_fee
        dispute = plan.Dispute(self.key("dp"), charge.key, at, charge.amount, fee, status)
        self.disputes.append(dispute)
        if status != "won":  # a won one comes out at nothing and no payout needs to wait for it
            self.nets[dispute.key] = -(charge.amount + fee)
            self.at[dispute.key] = at
        return dispute

    def spend(self, target: str, amount: int) -> None:
        if not 0 < amount <= self.open[target]:
            raise ValueError(f"{target} has {self.open[target]} open, not {amount}")
        self.open[target] -= amount

    def finished(self) -> plan.StripePlan:
        return plan.StripePlan(
            company=self.company,
            customers=tuple(self.customers.values()),
            invoices=tuple(self.invoices.values()),
            credit_notes=tuple(self.credit_notes),
            charges=tuple(sorted(self.charges.values(), key=lambda charge: (charge.at, charge.key))),
            refunds=tuple(self.refunds),
            disputes=tuple(self.disputes),
            balance_credits=tuple(self.balance_credits),
            payouts=tuple(self.payouts),
        )
