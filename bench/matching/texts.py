"""What the payer wrote, before the bank had it: one function for each style of text."""

from collections.abc import Callable
from datetime import date
from random import Random

from bench.matching import numbers, phrases, references
from bench.matching.numbers import Book
from bench.matching.world import Plan

_SPOILT = frozenset({"transposed", "misread", "cut", "split", "stranger", "noise"})
_CHATTY = frozenset({"number", "reformatted", "order", "nothing", "customer", "numbers", "transposed", "misread"})


class Writer:
    """Writes the payer's words for one receipt after another."""

    def __init__(self, book: Book, rng: Random) -> None:
        self._book, self._rng = book, rng
        self._styles: dict[str, Callable[[Plan], str]] = {
            "number": lambda plan: self._say(plan, "invoice", plan.text.invoices[0].number),
            "reformatted": self._reformatted,
            "structured": lambda plan: references.as_paid(plan.text.invoices[0].reference, rng),
            "metadata": self._metadata,
            "payment id": self._payment_id,
            "order": lambda plan: self._say(plan, "order", plan.text.invoices[0].order),
            "customer": self._customer,
            "nothing": self._nothing,
            "subscription": self._subscription,
            "transposed": lambda plan: self._say(
                plan, "invoice", numbers.transposed(plan.text.invoices[0].number, rng)
            ),
            "misread": lambda plan: self._say(plan, "invoice", numbers.misread(plan.text.invoices[0].number, rng)),
            "cut": self._cut,
            "split": self._split,
            "stranger": self._stranger,
            "noise": self._noise,
            "numbers": self._numbers,
            "range": self._range,
            "statement": self._statement,
            "overdue": lambda plan: rng.choice(phrases.choices(plan.place.language, "overdue")),
            "words": lambda plan: plan.text.note,
            "orders": lambda plan: plan.text.note.format(n=plan.text.invoices[0].number),
            "return": lambda plan: self._pick(plan, "return").format(n=plan.text.invoices[0].number),
            "refund": lambda plan: self._pick(plan, "refund"),
            "prepaid": lambda plan: self._pick(plan, "prepaid").format(n=f"Q-{rng.randrange(1000, 9999)}"),
        }

    def write(self, plan: Plan) -> str:
        """The words; the plan's metadata is filled on the way where the style is metadata."""
        words = self._styles[plan.text.style](plan)
        plan.damaged_reference = plan.text.style in _SPOILT
        extra = phrases.note(plan) if plan.text.style in {"number", "reformatted"} else ""
        extra = extra or self._chatter(plan)
        if not extra:
            return words
        return f"{words} {extra}".strip() if self._rng.random() < 0.7 else f"{extra} {words}".strip()

    def _chatter(self, plan: Plan) -> str:
        """What payers add that says nothing: their own voucher's number, a telephone, a tax number, a date."""
        rng = self._rng
        if plan.source != "bank" or plan.text.style not in _CHATTY or rng.random() > 0.15:
            return ""
        day = date.fromordinal(plan.day - rng.randrange(9))
        return rng.choice(
            (
                f"Beleg {rng.randrange(10**5, 10**7)}",
                f"voucher {rng.randrange(10**7):08d}",
                f"PV-{day.year}-{rng.randrange(10**4):05d}",
                f"our ref {rng.randrange(10**4, 10**6)}/{day.year % 100}",
                f"Tel {rng.randrange(100, 999)}-{rng.randrange(10**6, 10**7)}",
                f"VAT DE{rng.randrange(10**8, 10**9)}",
                f"run {day:%d%m%y}",
                f"{day:%Y-%m-%d}",
                f"batch {rng.randrange(1, 99)} of {rng.randrange(100, 999)}",
            )
        )

    def _pick(self, plan: Plan, key: str) -> str:
        return self._rng.choice(phrases.choices(plan.place.language, key))

    def _say(self, plan: Plan, key: str, number: str) -> str:
        said = self._pick(plan, key).format(n=number)
        if key == "invoice" and self._rng.random() < 0.12:
            issued = date.fromordinal(plan.text.invoices[0].issued)
            said += f" {self._rng.choice(('dated', 'vom', 'd.d.', 'of'))} {issued:%d.%m.%Y}"
        return said

    def _reformatted(self, plan: Plan) -> str:
        return self._say(plan, "invoice", numbers.reformatted(plan.text.invoices[0].number, self._rng))

    def _metadata(self, plan: Plan) -> str:
        invoice, way = plan.text.invoices[0], self._rng.random()
        if way < 0.5:
            plan.metadata["invoice_id"] = invoice.id
        elif way < 0.85:
            plan.metadata["invoice_number"] = invoice.number
        else:
            plan.metadata |= {"order_ref": invoice.number, "customer_id": invoice.customer.id}
        return self._rng.choice(("", "Payment for Invoice", "Subscription update", "Charge"))

    def _payment_id(self, plan: Plan) -> str:
        reference = plan.text.invoices[0].reference
        if plan.source == "stripe":
            plan.metadata["payment_intent"] = reference
            return "Payment for Invoice"
        return f"Stripe {reference}" if self._rng.random() < 0.5 else reference

    def _customer(self, plan: Plan) -> str:
        number = plan.text.invoices[0].customer.id
        digits = "".join(sign for sign in number if sign.isdigit())
        return self._pick(plan, "customer").format(n=self._rng.choice((number, number, digits)))

    def _nothing(self, plan: Plan) -> str:
        return "" if self._rng.random() < 0.5 else self._pick(plan, "none")

    def _subscription(self, plan: Plan) -> str:
        return "" if self._rng.random() < 0.4 else self._pick(plan, "monthly")

    def _cut(self, plan: Plan) -> str:
        """The field ends before the number does."""
        number = plan.text.invoices[0].number
        lost = self._rng.choice((1, 1, 2, 2, 3))
        kept = number[: max(3, len(number) - lost)]
        filler = self._rng.choice(("", "", "Payment of our goods and services ", "Zahlung gemaess Vereinbarung fuer "))
        return f"{filler}{self._pick(plan, 'invoice').split('{n}')[0]}{kept}".strip()

    def _split(self, plan: Plan) -> str:
        number = plan.text.invoices[0].number
        if self._rng.random() < 0.55:
            return self._pick(plan, "invoice").format(n=numbers.broken(number, self._rng))
        before = self._pick(plan, "invoice").split("{n}")[0].replace(" ", "")
        after = self._rng.choice(
            ("vom03.03.2026", "dated0303", f"cust{self._rng.randrange(1000, 9999)}", "thankyou", "EUR")
        )
        return f"{before or 'inv'}{number}{after}"

    def _stranger(self, plan: Plan) -> str:
        return self._say(plan, "invoice", self._book.strangers(plan.text.invoices[0], plan.amount))

    def _noise(self, plan: Plan) -> str:
        found = self._book.other(plan.text.invoices[0], plan.amount, 5).number
        digits = "".join(sign for sign in found if sign.isdigit())
        shape = self._rng.choice(("TXN {}", "Tel {}", "Auth {}", "ref {} transfer", "ID{}", "{}"))
        return shape.format(digits)

    def _numbers(self, plan: Plan) -> str:
        listed = [one.number for one in plan.text.invoices]
        gap = self._rng.choice((", ", " + ", " & ", " ", "; ", "/ ", "\n", " und "))
        return self._pick(plan, "invoice").format(n=gap.join(listed))

    def _range(self, plan: Plan) -> str:
        first, last = plan.text.invoices[0].number, plan.text.invoices[-1].number
        tail = last[len(last) - 4 :].lstrip("-/ ") if "/" not in last else last
        way = self._rng.choice(("{a}-{b}", "{a} - {b}", "{a} to {b}", "{a} bis {b}", "{a}..{t}", "{a} thru {b}"))
        return self._pick(plan, "invoice").format(n=way.format(a=first, b=last, t=tail))

    def _statement(self, plan: Plan) -> str:
        language = plan.place.language
        return self._pick(plan, "statement").format(m=phrases.month(language, plan.text.month))
