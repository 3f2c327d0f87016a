"""What happens to the business on each day of the month."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench.month.other_app import MARK, shown
from bench.month.shop import FOREIGN, THIRD, Shop
from posting.rules import Role

OTHER_APP_DAYS = 7
"""So long another app booked Stripe; Tieout does from the day after."""
_TAX_PERCENT = {"quickbooks": 0, "xero": 20}


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """minor: signed; in the currency of the account that it is on."""

    on: date
    minor: int
    currency: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """invoice: the ledger's id. mirror: its twin at Stripe."""

    number: str
    customer: str
    minor: int
    currency: str
    invoice: str
    mirror: str = ""


@dataclass
class Month:
    """The month as it goes on. pays: charge -> the ledger's invoice that it truly pays."""

    shop: Shop
    lines: list[BankLine] = field(default_factory=list)
    waiting: list[tuple[date, Debt]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    arriving: list[tuple[date, str]] = field(default_factory=list)
    failing: list[tuple[date, str]] = field(default_factory=list)
    coded: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def happen(self, number: int, *, coded_a_day: int = 2) -> None:
        """number: the day of the month. Everything that others do, before the product looks."""
        self._payouts_move()
        self._pay_what_is_due(number)
        self._sell(number, coded_a_day)
        special = getattr(self, f"_day_{number}", None)
        if special is not None:
            special()
        self._weekly()

    def _weekly(self) -> None:
        if self.shop.today.weekday() == 0:
            self.pay_out(self.shop.home)
        if self.shop.today.weekday() == 2:
            self.pay_out(FOREIGN)

    def quiet_day(self) -> None:
        """After the month: what is on its way arrives, and the rest goes out."""
        self._payouts_move()
        self._weekly()

    def other_app_returns(self) -> None:
        """Weeks after it was told to stop, it books a charge again."""
        debt = self.invoice(self.shop.at_home[0], 12_300, mirrored=True)
        self._booked_by_the_other_app(debt, self.pay(debt))

    # -- invoices and how they are paid -------------------------------------------------------------------------------

    def _sell(self, number: int, coded_a_day: int) -> None:
        shop = self.shop
        for mirrored in (True, False):
            debt = self.invoice(shop.chance.choice(shop.at_home), shop.chance.randint(5_000, 90_000), mirrored=mirrored)
            self.waiting.append((shop.today + timedelta(days=shop.chance.randint(0, 3)), debt))
        if number % 4 == 1 and number > OTHER_APP_DAYS:
            debt = self.invoice(shop.chance.choice(shop.abroad), shop.chance.randint(9_000, 60_000), currency=FOREIGN)
            self.waiting.append((shop.today + timedelta(days=1), debt))
        if number % 9 == 1 and number > OTHER_APP_DAYS:
            debt = self.invoice(
                shop.chance.choice(shop.third), shop.chance.randint(9_000, 60_000), currency=THIRD[shop.provider]
            )
            self.waiting.append((shop.today + timedelta(days=2), debt))
        if number % 2:
            sale = self.charge(shop.chance.randint(1_500, 9_000), f"Web order {8800 + number}", name="Robin Till")
            self._count("sales")
            if number <= OTHER_APP_DAYS:
                self._taken_by_the_other_app(sale)
        for _ in range(coded_a_day if number > 1 else 0):
            self._by_bank(coded=True)
        if number % 3 == 0:
            self._by_bank(coded=False)

    def invoice(self, customer: str, minor: int, *, currency: str = "", mirrored: bool = False) -> Debt:
        """In the ledger, and where it is mirrored first at Stripe."""
        shop, number, mirror = self.shop, self.shop.number("HC"), ""
        currency = currency or shop.home
        if mirrored:
            made = shop.at_stripe(
                "new_invoice", customer=customer, amount=minor, currency=currency, number=number, due_days=30
            )
            mirror = str(made["id"])
        note = {"reference": mirror} if shop.provider == "xero" else {"note": mirror}
        who = {"customer": customer} if shop.provider == "quickbooks" else {"contact": customer}
        found = shop.in_books(
            "new_invoice", **who, amount=shown(minor), number=number, on=shop.today.isoformat(),
            due_on=(shop.today + timedelta(days=30)).isoformat(), **{key: value for key, value in note.items() if value},
        )  # fmt: skip
        self._count("invoices")
        return Debt(
            number=number, customer=customer, minor=minor, currency=currency, invoice=str(found["id"]), mirror=mirror
        )

    def _pay_what_is_due(self, number: int) -> None:
        due = [debt for on, debt in self.waiting if on <= self.shop.today]
        self.waiting = [(on, debt) for on, debt in self.waiting if on > self.shop.today]
        for debt in due:
            charge = self.pay(debt)
            if number <= OTHER_APP_DAYS:
                self._booked_by_the_other_app(debt, charge)

    def pay(self, debt: Debt) -> dict[str, Any]:
        """By card, at Stripe's invoice or by a link with the number in it."""
        self._count("charges")
        if debt.mirror:
            return self.shop.at_stripe("pay_invoice", invoice=debt.mirror, **self._fees(debt.minor))
        return self.charge(debt.minor, f"Invoice {debt.number}", customer=debt.customer, currency=debt.currency)

    def charge(
        self, minor: int, text: str, *, customer: str = "", currency: str = "", name: str = ""
    ) -> dict[str, Any]:
        if currency == THIRD[self.shop.provider]:
            return self._changed(minor, text, customer, currency)
        who = {"customer": customer} if customer else {"payer_name": name, "payer_email": "robin@example.org"}
        return self.shop.at_stripe(
            "charge", amount=minor, currency=currency or self.shop.home, description=text, **who, **self._fees(minor)
        )

    def _changed(self, minor: int, text: str, customer: str, currency: str) -> dict[str, Any]:
        """Settled in home currency, at Stripe's own rate."""
        settled = self.shop.rates.to_home(minor, currency, self.shop.today) * 98 // 100
        self._count("settled in another currency")
        return self.shop.at_stripe(
            "charge", amount=minor, currency=currency, description=text, customer=customer, settled=settled,
            settled_currency=self.shop.home, **self._fees(settled),
        )  # fmt: skip

    def _fees(self, minor: int) -> dict[str, int]:
        fee = (minor * 29 + 500) // 1000 + 30
        tax = fee * _TAX_PERCENT[self.shop.provider] // 100
        return {"fee": fee + tax, "fee_tax": tax}

    def _booked_by_the_other_app(self, debt: Debt, charge: dict[str, Any]) -> None:
        """Payment into clearing and the fee out of it, each with Stripe's id."""
        shop = self.shop
        mark = f"{MARK} {charge['id']}"
        shop.in_books(
            "pay_invoice", invoice=debt.invoice, on=shop.today.isoformat(), reference=mark[:21], account="clearing"
        )
        self._fee_of_the_other_app(charge)
        self._count("booked by another app")

    def _fee_of_the_other_app(self, charge: dict[str, Any]) -> None:
        accounts = self.shop.account_id(Role.CLEARING), self.shop.account_id(Role.PROCESSOR_FEE)
        fee = self._fees(charge["amount"])["fee"]
        self.shop.other.spent(*accounts, fee, self.shop.today, f"{MARK} fee {charge['balance_transaction']}")

    def _taken_by_the_other_app(self, sale: dict[str, Any]) -> None:
        """A sale without an invoice, straight to income, and its fee."""
        accounts = self.shop.account_id(Role.CLEARING), self.shop.account_id(Role.SALES)
        self.shop.other.received(*accounts, sale["amount"], self.shop.today, f"{MARK} {sale['id']}")
        self._fee_of_the_other_app(sale)
        self._count("booked by another app")

    def _sent_by_the_other_app(self, payout: dict[str, Any]) -> None:
        accounts = self.shop.account_id(Role.CLEARING), self.shop.account_id(Role.BANK)
        self.shop.other.transferred(*accounts, payout["amount"], self.shop.today, f"{MARK} {payout['id']}")
        self._count("booked by another app")

    def _by_bank(self, *, coded: bool) -> None:
        """A customer pays by transfer; a rule of the bank feed may have coded the line to sales before anybody looked."""
        shop = self.shop
        debt = self.invoice(shop.chance.choice(shop.at_home), shop.chance.randint(100_000, 900_000))
        name = shop.names[debt.customer]
        self.line(debt.minor, name, f"Invoice {debt.number}")
        if coded and self.coded < 50:
            accounts = shop.account_id(Role.BANK), shop.account_id(Role.SALES)
            shop.other.received(*accounts, debt.minor, shop.today, f"{name} {debt.number}")
            self.coded += 1

    def line(self, minor: int, name: str, text: str, currency: str = "") -> None:
        self.lines.append(
            BankLine(on=self.shop.today, minor=minor, currency=currency or self.shop.home, name=name, text=text)
        )

    # -- what goes to the bank and comes back -------------------------------------------------------------------------

    def pay_out(self, currency: str) -> str | None:
        try:
            payout = self.shop.at_stripe("payout", currency=currency, status="in_transit")
        except ValueError:
            return None  # nothing waits
        self._count("payouts" if payout["amount"] > 0 else "negative payouts")
        arrives = datetime.fromtimestamp(payout["arrival_date"], UTC).date()  # a calendar day, whatever the zone
        self.arriving.append((arrives, str(payout["id"])))
        return str(payout["id"])

    def _payouts_move(self) -> None:
        today = self.shop.today
        for _, own in [one for one in self.arriving if one[0] <= today]:
            payout = self.shop.at_stripe("payout_paid", payout=own)
            self.line(
                payout["amount"], "STRIPE", f"STRIPE PAYOUT {payout['trace_id']['value']}", payout["currency"].upper()
            )
            if today < self.shop.first + timedelta(days=1 + OTHER_APP_DAYS):
                self._sent_by_the_other_app(payout)
            if self.kept.get("to fail") == own:
                self.failing.append((today + timedelta(days=2), own))
        for _, own in [one for one in self.failing if one[0] <= today]:
            payout = self.shop.at_stripe("payout_failed", payout=own)
            self.line(-payout["amount"], "STRIPE", f"STRIPE PAYOUT RETURNED {own}", payout["currency"].upper())
            self._count("failed payouts")
        self.arriving = [one for one in self.arriving if one[0] > today]
        self.failing = [one for one in self.failing if one[0] > today]

    # -- what happens once --------------------------------------------------------------------------------------------

    def _day_8(self) -> None:
        """Two charges that will be disputed, one that will be given back."""
        for name in ("lost", "won", "refunded", "refunded late"):
            debt = self.invoice(self.shop.chance.choice(self.shop.at_home), self.shop.chance.randint(20_000, 60_000))
            self.kept[name] = (debt, self.pay(debt))
        sale = self.charge(4_400, "Web order 8799", name="Sandy Shore")
        self.kept["sale"] = sale

    def _day_9(self) -> None:
        self.kept["to fail"] = self.pay_out(self.shop.home)

    def _day_10(self) -> None:
        for name in ("lost", "won"):
            self.kept[f"dispute {name}"] = self.shop.at_stripe("dispute", charge=self.kept[name][1]["id"])
            self._count("disputes")

    def _day_11(self) -> None:
        """A credit note stands before the refund; of another charge it comes days after it."""
        debt, charge = self.kept["refunded"]
        self._credit(debt, 5_000)
        self.kept["to come back"] = [self.shop.at_stripe("refund", charge=charge["id"], amount=5_000)]
        self.shop.at_stripe("refund", charge=self.kept["refunded late"][1]["id"], amount=7_000)
        self._count("refunds")
        self._count("refunds")

    def _day_12(self) -> None:
        self._come_back()
        self.shop.at_stripe("reserve", amount=6_000, description="Reserve")
        self._count("reserves")

    def _day_13(self) -> None:
        self._credit(self.kept["refunded late"][0], 7_000)

    def _day_15(self) -> None:
        self.shop.at_stripe("fee", amount=1_200, description="Billing (2026-03)")
        self.kept["to come back"] = [self.shop.at_stripe("refund", charge=self.kept["sale"]["id"])]
        self._count("refunds")

    def _day_17(self) -> None:
        self._come_back()

    def _come_back(self) -> None:
        """The payer's bank could not be given the money: what was booked is turned back on this day."""
        for refund in self.kept["to come back"]:
            self.shop.at_stripe("refund_fails", refund=refund["id"])
            self._count("refunds that came back")

    def _day_18(self) -> None:
        """All goes out, then a large refund: the next payout takes money from the bank."""
        self.pay_out(self.shop.home)
        debt = self.invoice(self.shop.at_home[0], 150_000)
        self.kept["large"] = (debt, self.pay(debt))

    def _day_19(self) -> None:
        self.pay_out(self.shop.home)
        debt, charge = self.kept["large"]
        self._credit(debt, 120_000)
        self.shop.at_stripe("refund", charge=charge["id"], amount=120_000)
        self._count("refunds")
        self.pay_out(self.shop.home)

    def _day_22(self) -> None:
        self.shop.at_stripe("close_dispute", dispute=self.kept["dispute won"]["id"], status="won")

    def _day_23(self) -> None:
        self.shop.at_stripe("close_dispute", dispute=self.kept["dispute lost"]["id"], status="lost")

    def _day_24(self) -> None:
        self.shop.at_stripe("topup", amount=25_000, description="Top-up")
        self.line(-25_000, "STRIPE", "STRIPE TOP-UP")

    def _day_25(self) -> None:
        self.shop.at_stripe("reserve", amount=-6_000, description="Reserve released")
        self._count("reserves")

    def _credit(self, debt: Debt, minor: int) -> None:
        who = {"customer": debt.customer} if self.shop.provider == "quickbooks" else {"contact": debt.customer}
        self.shop.in_books(
            "credit", **who, amount=shown(minor), number=self.shop.number("CN"), on=self.shop.today.isoformat()
        )

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
