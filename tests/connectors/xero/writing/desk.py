"""A desk in a small organisation at the stand-in: our writer, our reader, and short ways to say entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TypeVar

from connectors.port import Context, Record, Value
from connectors.tokens import TokenSet
from connectors.transport import Transport
from connectors.writing import Batch, Outcome, Result, Standing
from connectors.xero.client import read_left, read_limits
from connectors.xero.connector import XeroConnector
from connectors.xero.mapping import map_record
from connectors.xero.writing.writer import XeroWriter
from ledger.account import Account
from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.ids import derived
from ledger.money import Money
from tests.sandbox.xero.office import TODAY, Office

T = TypeVar("T")


@dataclass
class Tokens:
    access_token: str

    def current(self) -> TokenSet:
        return TokenSet(access_token=self.access_token)

    def refreshed(self, stale: TokenSet) -> TokenSet:
        return stale


@dataclass
class Desk:
    """country: what the writer is told of it."""

    office: Office
    country: str = "GB"
    naps: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.transport = Transport(
            "Xero", clock=lambda: datetime.now(UTC), sleep=self.naps.append, random=lambda: 0.5, limits=read_limits,
            left=read_left,
        )  # fmt: skip
        base, tokens = f"{self.office.url}/api.xro/2.0", Tokens(self.office.token)
        company = self.office.stand.books(self.office.tenant).company
        self.home = company.home_currency
        self.context = Context(
            provider="xero", company_id=self.office.tenant, home_currency=self.home, time_zone=company.time_zone
        )
        self.reader = XeroConnector(
            api_base=base, tenant_id=self.office.tenant, transport=self.transport, tokens=tokens
        )
        accounts = [
            self.mapped(record, Account) for page in self.reader.pull("Accounts", None) for record in page.records
        ]
        own = {one.external_id: one.currency for one in accounts if one.currency}
        self.context = replace(self.context, account_currencies=own)
        self.codes = {one.code: one.external_id for one in accounts if one.code}
        self.writer = XeroWriter(
            api_base=base, tenant_id=self.office.tenant, transport=self.transport, tokens=tokens,
            home_currency=self.home, country=self.country, accounts=accounts,
        )  # fmt: skip

    def close(self) -> None:
        self.transport.close()

    # Names

    def account(self, code: str) -> str:
        return self.codes[code]

    def contact(self, key: str) -> str:
        return self.office.id(key)

    # Writing

    def post(self, *entries: Entry, key: str = "k") -> dict[str, Standing]:
        """Shapes, sends in rounds until nothing waits; every member must stand."""
        standing: dict[str, Standing] = {}
        for outcome in self.send(*entries, key=key, standing=standing):
            assert outcome.result is Result.POSTED, outcome
        return standing

    def send(self, *entries: Entry, key: str = "k", standing: dict[str, Standing] | None = None) -> list[Outcome]:
        held = {} if standing is None else standing
        waiting = [one for entry in entries for one in self.writer.shape(entry)]
        outcomes: list[Outcome] = []
        while ready := [one for one in waiting if set(one.after) <= held.keys()]:
            for number, batch in enumerate(self.writer.batches(ready, held)):
                outcomes += self.writer.send(batch, f"{key}/{len(outcomes)}/{number}")
            held |= {one.write_id: one.standing for one in outcomes if one.standing}
            waiting = [one for one in waiting if one not in ready]
        return outcomes

    def batches(self, *entries: Entry) -> list[Batch]:
        """The calls of entries that wait for nothing."""
        return self.writer.batches([one for entry in entries for one in self.writer.shape(entry)], {})

    def refusal(self, *entries: Entry) -> Outcome:
        """The one outcome, which says no."""
        (outcome,) = self.send(*entries)
        assert outcome.result is Result.REFUSED, outcome
        assert outcome.sentence.startswith("Xero refused it: ")
        return outcome

    def undo(self, standing: dict[str, Standing], *entries: Entry, key: str = "undo") -> list[Outcome]:
        """In rounds, with standings that were just read, until nothing is left to take back or one is refused."""
        shaped = [one for entry in entries for one in self.writer.shape(entry)]
        outcomes: list[Outcome] = []
        while all(one.result is Result.POSTED for one in outcomes):
            fresh = {
                write_id: self.writer.standing(held.kind, [held.external_id])[held.external_id]
                for write_id, held in standing.items()
            }
            calls = self.writer.endings(shaped, fresh)
            if not calls:
                break
            for call in reversed(calls):  # their order does not matter
                outcomes += self.writer.send(call, f"{key}/{len(outcomes)}")
        return outcomes

    # Reading back

    def read(self, kind: str, external_id: str, wanted: type[T]) -> list[T]:
        """The values of one record that the mapping makes."""
        records = [record for page in self.reader.read(kind, [external_id]) for record in page.records]
        return [value for record in records for value in self.values(record) if isinstance(value, wanted)]

    def one(self, kind: str, external_id: str, wanted: type[T]) -> T:
        (value,) = self.read(kind, external_id, wanted)
        return value

    def mapped(self, record: Record, wanted: type[T]) -> T:
        (value,) = (one for one in self.values(record) if isinstance(one, wanted))
        return value

    def values(self, record: Record) -> Sequence[Value]:
        found = map_record(record, self.context)
        assert not found.findings, found.findings
        return found.values

    def invoice(self, key: str) -> dict[str, object]:
        return self.office.one("Invoices", key)

    # Entries

    def pays(self, key: str, amount: Money, **more: object) -> EntryLine:
        document = Target(kind="invoice", external_id=self.office.id(key))
        return replace(EntryLine(role=LineRole.PAYS, amount=amount, document=document), **more)  # type: ignore[arg-type]

    def receipt(self, amount: Money, *lines: EntryLine, account: str = "090", **more: object) -> Entry:
        entry = Entry(
            kind=EntryKind.RECEIPT, write_id=marker(), on=TODAY, amount=amount, account=self.account(account), lines=lines,
            customer=self.contact("ash"), memo="ASH AND CO 1001",
        )  # fmt: skip
        return replace(entry, **more)  # type: ignore[arg-type]

    def kept(self, role: LineRole, amount: Money, account: str) -> EntryLine:
        return EntryLine(role=role, amount=amount, account=self.account(account))

    def coded(self, amount: Money, account: str, **more: object) -> EntryLine:
        line = EntryLine(role=LineRole.ACCOUNT, amount=amount, account=self.account(account))
        return replace(line, **more)  # type: ignore[arg-type]


_made = iter(range(1_000_000))


def marker() -> str:
    return derived("tests", str(next(_made)))


def gbp(pence: int) -> Money:
    return Money(pence, "GBP")


def eur(cents: int) -> Money:
    return Money(cents, "EUR")


def remainder(amount: Money) -> EntryLine:
    return EntryLine(role=LineRole.UNAPPLIED, amount=amount)


def codes(outcomes: Iterable[Outcome]) -> list[str]:
    return [one.code for one in outcomes]


DAY_BEFORE = date(2026, 11, 19)
