"""The book while it is made up: customers, what is open, and the receipts planned so far."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

from bench.matching import names
from bench.matching.cases import Kind
from bench.matching.places import Place
from bench.matching.rates import Rates


@dataclass(slots=True, eq=False)
class Customer:
    """`touched` is the last day on which a receipt relied on what was open; nothing is issued on or before it later."""

    id: str
    name: str
    place: Place
    industry: str
    email: str
    account: str
    listed_account: bool
    net_days: int
    role: str = "plain"
    currency: str = ""
    touched: int = -10_000
    parent: "Customer | None" = None
    price: int = 0
    alias: str = ""
    home: str = ""
    remembered: bool = False
    items: list["Invoice"] = field(default_factory=list)

    @property
    def key(self) -> str:
        return names.key(self.name)


@dataclass(slots=True, eq=False)
class Invoice:
    """`left` is signed: a credit note's is below zero. `blocked`: no later receipt may be meant for it."""

    customer: Customer
    total: int
    left: int
    currency: str
    issued: int
    due: int
    serial: int
    terms: str = ""
    status: str = "open"
    opened: int = 0
    batch: int = 0
    blocked: bool = False
    kept: bool = False
    id: str = ""
    number: str = ""
    order: str = ""
    reference: str = ""

    @property
    def is_credit(self) -> bool:
        return self.total < 0


Answer: TypeAlias = list[tuple[Invoice, int]]


@dataclass(slots=True)
class Text:
    """What the payer wrote: a style that phrases know, the invoices it is about, and free words."""

    style: str
    invoices: list[Invoice] = field(default_factory=list)
    note: str = ""
    month: int = 0


@dataclass(slots=True, eq=False)
class Plan:
    """One receipt before it has its text. `spoil`: whether and how far the payer's name may be damaged."""

    case: int
    day: int
    kind: Kind
    currency: str
    amount: int
    place: Place
    text: Text
    customer: Customer | None = None
    answers: list[Answer] = field(default_factory=list)
    payer: str = ""
    account: str = ""
    email: str = ""
    spoil: str = "any"
    method: str = "bank"
    source: str = "bank"
    fee: int = 0
    metadata: dict[str, str] = field(default_factory=dict)
    payout: str = ""
    base: "Plan | None" = None
    id: str = ""
    reference: str = ""
    damaged_name: bool = False
    damaged_reference: bool = False


@dataclass(slots=True, eq=False)
class Agreement:
    """An invoice that is paid in `count` instalments, `done` of them so far."""

    invoice: Invoice
    count: int
    done: int
    part: int
    next_day: int


@dataclass(slots=True, eq=False)
class World:
    """`first` and `last` are day ordinals of the receipts' span."""

    rng: Random
    first: int
    last: int
    business: str
    invoice_target: int
    receipt_target: int
    rates: Rates
    customers: list[Customer] = field(default_factory=list)
    by_role: dict[str, list[Customer]] = field(default_factory=lambda: defaultdict(list))
    by_key: dict[str, list[Customer]] = field(default_factory=lambda: defaultdict(list))
    invoices: list[Invoice] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    history: list[Plan] = field(default_factory=list)
    reserved: set[tuple[str, int]] = field(default_factory=set)
    proved: dict[tuple[str, int, str], tuple[int, Customer]] = field(default_factory=dict)
    amounts: dict[tuple[str, int], list[Invoice]] = field(default_factory=lambda: defaultdict(list))
    agreements: list[Agreement] = field(default_factory=list)
    parts: list[Invoice] = field(default_factory=list)
    charges: dict[str, list[Plan]] = field(default_factory=lambda: defaultdict(list))
    repeated: set[Plan] = field(default_factory=set)
    recent: int = 2000
    instant: Plan | None = None
    aliases: set[str] = field(default_factory=set)
    batches: int = 0
    recruit: Callable[[str], Customer] | None = None

    def add_customer(self, customer: Customer) -> None:
        self.customers.append(customer)
        self.by_role[customer.role].append(customer)
        self.by_key[customer.key].append(customer)

    def new_alias(self, customer: Customer) -> str:
        """A private person's name that no other customer is paid under."""
        alias = names.person(customer.place, self.rng)
        while alias in self.aliases:
            alias = f"{names.person(customer.place, self.rng)}-{self.rng.choice(customer.place.surnames)}"
        self.aliases.add(alias)
        return alias

    def add_invoice(self, invoice: Invoice) -> None:
        self.invoices.append(invoice)
        if invoice.left and invoice.status in {"open", "disputed"}:
            invoice.customer.items.append(invoice)
            self.amounts[invoice.currency, invoice.left].append(invoice)

    def change(self, invoice: Invoice, left: int) -> None:
        """Set what is left, and keep the indexes true."""
        if invoice.left:
            self.amounts[invoice.currency, invoice.left].remove(invoice)
        if invoice.left and not left:
            invoice.customer.items.remove(invoice)
        elif left and not invoice.left:
            invoice.customer.items.append(invoice)
        invoice.left = left
        if left:
            self.amounts[invoice.currency, left].append(invoice)

    def new_batch(self) -> int:
        self.batches += 1
        return self.batches

    def open_items(self, customer: Customer, day: int, currency: str) -> list[Invoice]:
        """Everything that could be open that day, blocked items too: a superset keeps the proofs safe."""
        return [item for item in customer.items if item.issued <= day and item.currency == currency]

    def namesakes(self, customer: Customer) -> Iterator[Customer]:
        return (other for other in self.by_key[customer.key] if other is not customer)

    def spoils_a_proof(self, customer: Customer, amount: int, issued: int) -> bool:
        """Whether an invoice of that amount and date would stand beside one that was proved the only one of its name."""
        day, owner = self.proved.get((customer.currency, amount, customer.key), (issued - 1, customer))
        return owner is not customer and issued <= day

    def confusable(self, customer: Customer, currency: str, amount: int, day: int) -> bool:
        """Whether a customer with a like name has an item of this very amount open."""
        rivals = self.amounts.get((currency, amount), ())
        if len(rivals) <= 1:
            return False
        others = set(self.namesakes(customer))
        return bool(others) and any(rival.customer in others and rival.issued <= day for rival in rivals)
