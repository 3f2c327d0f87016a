"""A small company at the stand-in, a writer to it, and what its books say of what was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import uuid4

from connectors.message import Timeouts
from connectors.port import Context, Value
from connectors.quickbooks.connector import QuickBooksConnector
from connectors.quickbooks.faults import read_limits
from connectors.quickbooks.writing.batching import ITEMS_MAX
from connectors.quickbooks.writing.ending import needs
from connectors.quickbooks.writing.writer import QuickBooksWriter
from connectors.retry import RetryPolicy
from connectors.tokens import TokenSet
from connectors.transport import Transport
from connectors.writing import Batch, Outcome, Result, Standing
from ledger.account import Account
from ledger.allocation import Allocation
from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.ids import derived
from ledger.money import Money
from sandbox.core.clock import SandboxClock
from sandbox.core.server import Served
from sandbox.quickbooks.stand import QuickBooksStand
from tests.connectors.wire import Naps

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
ON = date(2026, 11, 19)
V = TypeVar("V")


def usd(text: str) -> Money:
    return Money.of(text, "USD")


def eur(text: str) -> Money:
    return Money.of(text, "EUR")


@dataclass
class Renewing:
    """Tokens as the stand-in gives them, a new one whenever the old one is refused."""

    stand: QuickBooksStand
    realm: str
    held: TokenSet | None = None

    def current(self) -> TokenSet:
        return self.held or self.refreshed(TokenSet(access_token=""))

    def refreshed(self, stale: TokenSet) -> TokenSet:
        self.held = TokenSet(access_token=self.stand.tokens(self.realm).access_token)
        return self.held


@dataclass
class Desk:
    stand: QuickBooksStand
    served: Served
    clock: SandboxClock
    realm: str
    country: str = "US"
    home: str = "USD"
    count: int = 0
    transport: Transport = field(init=False)
    connector: QuickBooksConnector = field(init=False)
    writer: QuickBooksWriter = field(init=False)
    context: Context = field(init=False)

    def __post_init__(self) -> None:
        self.transport = Transport(
            "QuickBooks", clock=self.clock.now, sleep=Naps(), random=lambda: 0.5, limits=read_limits,
            policy=RetryPolicy(tries=2), timeouts=Timeouts(total=10),
        )  # fmt: skip
        tokens = Renewing(self.stand, self.realm)
        base = f"{self.served.url}/v3"
        self.connector = QuickBooksConnector(
            api_base=base, realm_id=self.realm, transport=self.transport, tokens=tokens
        )
        bare = Context(provider="quickbooks", company_id=self.realm, home_currency=self.home, time_zone="UTC")
        [page] = self.connector.pull("reference", None)
        chart = [
            value for record in page.records for value in self.connector.map(record, bare).values
            if isinstance(value, Account)
        ]  # fmt: skip
        self.context = Context(
            provider="quickbooks", company_id=self.realm, home_currency=self.home, time_zone="UTC",
            ar_accounts=frozenset(one.external_id for one in chart if one.kind == "receivable"),
            bank_accounts=frozenset(one.external_id for one in chart if one.kind == "bank"),
        )  # fmt: skip
        self.writer = QuickBooksWriter(
            api_base=base, realm_id=self.realm, transport=self.transport, tokens=tokens, home_currency=self.home,
            country=self.country, accounts=chart,
        )  # fmt: skip

    def role(self, name: str) -> str:
        """The id of the account, item or tax code that plays a role in the company."""
        return self.stand.desks[self.realm].books.roles[name]

    def change(self, verb: str, **fields: Any) -> str:
        """A change of business; the id of what stands then."""
        return str(self.stand.change(self.realm, verb, fields)["id"])

    def customer(self, currency: str = "USD", **more: Any) -> str:
        self.count += 1
        return self.change("new_customer", name=f"Customer {self.count}", currency=currency, **more)

    def invoice(self, customer: str, amount: str, **more: Any) -> str:
        return self.change("new_invoice", customer=customer, amount=amount, on="2026-10-01", **more)

    def own(self) -> str:
        """A write id that nobody has had."""
        self.count += 1
        return derived(f"posting {self.count}", "0")

    def receipt(self, customer: str | None, amount: Money, *lines: EntryLine, **more: Any) -> Entry:
        given = {"account": self.role("bank"), "memo": "WIRE 88 · their words", **more}
        return Entry(
            kind=EntryKind.RECEIPT, write_id=self.own(), on=ON, amount=amount, customer=customer, lines=lines, **given
        )

    def post(self, *entries: Entry, standing: dict[str, Standing] | None = None) -> dict[str, Standing]:
        """Shapes and sends, wave by wave; every record has to stand. What stands by write id, in order."""
        known = dict(standing or {})
        left = [record for entry in entries for record in self.writer.shape(entry)]
        while left:
            going = [record for record in left if needs(record) <= known.keys()]
            for outcome in self.send(self.writer.batches(going, known)):
                assert outcome.result is Result.POSTED, outcome
                assert outcome.standing is not None
                known[outcome.write_id] = outcome.standing
            left = [record for record in left if record not in going]
        return known

    def send(self, batches: Sequence[Batch]) -> list[Outcome]:
        assert all(len(batch.members) <= ITEMS_MAX for batch in batches)
        return [outcome for batch in batches for outcome in self.writer.send(batch, str(uuid4()))]

    def try_one(self, entry: Entry, standing: dict[str, Standing] | None = None) -> Outcome:
        [record] = self.writer.shape(entry)
        [outcome] = self.send(self.writer.batches([record], standing or {}))
        return outcome

    def end(self, *entries: Entry) -> list[Outcome]:
        """Takes back what was posted, as the outbox does: with fresh standing until nothing is left."""
        records = [record for entry in entries for record in self.writer.shape(entry)]
        outcomes: list[Outcome] = []
        while True:
            now = self.stands(records)
            batches = self.writer.endings(records, now)
            if not batches:
                return outcomes
            came = self.send(batches)
            assert [one.result for one in came] == [Result.POSTED] * len(came), came
            outcomes += came

    def stands(self, records: Sequence[Entry]) -> dict[str, Standing]:
        """Fresh, by write id."""
        found = self.writer.find(records, since=ON)
        return {
            own: self.writer.standing(one.kind, [one.external_id])[one.external_id]
            for own, [one] in found.items()
        }  # fmt: skip

    def values(self, kind: str, external_id: str) -> list[Value]:
        """What a pull makes of the record now; nothing odd may be about it."""
        [page] = self.connector.read(kind, [external_id])
        mapped = [self.connector.map(record, self.context) for record in page.records]
        assert [finding for one in mapped for finding in one.findings] == []
        return [value for one in mapped for value in one.values]

    def one(self, standing: Standing, wanted: type[V]) -> V:
        [found] = [value for value in self.values(standing.kind, standing.external_id) if isinstance(value, wanted)]
        return found

    def paid(self, standing: Standing) -> dict[str, Money]:
        """By document, what the record put to it."""
        return {
            value.target_external_id: value.amount
            for value in self.values(standing.kind, standing.external_id)
            if isinstance(value, Allocation)
        }

    def left(self, kind: str, external_id: str) -> Decimal:
        record = self.stand.desks[self.realm].books.need(kind, external_id)
        return Decimal(record["Balance"])

    def balance(self, account: str) -> Money:
        [value] = [one for one in self.values("Account", account) if isinstance(one, Account)]
        assert value.balance is not None
        return value.balance

    def calls(self) -> int:
        return self.transport.meter.calls


def pays(invoice: str, amount: Money, **more: Any) -> EntryLine:
    return EntryLine(role=LineRole.PAYS, amount=amount, document=Target(kind="invoice", external_id=invoice), **more)


def line(role: LineRole, amount: Money, **more: Any) -> EntryLine:
    return EntryLine(role=role, amount=amount, **more)
