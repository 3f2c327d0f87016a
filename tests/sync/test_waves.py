"""Waves of feeds: the next one is asked for while this one is read, mapped with what it taught, and stored after it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from connectors.port import Context, Mapped, Page, Record, State
from ledger.account import Account
from ledger.faults import Unreachable
from ledger.invoice import Invoice
from ledger.money import Money
from store.cursors import load_cursor
from store.database import Database
from sync.pull import Progress, run_pass
from tests.sync.fake import KIND, FakeConnector
from tests.sync.place import INVOICES, Fixture, fixture

ACCOUNTS = "Accounts"
THINGS = 23


@dataclass
class Waves(FakeConnector):
    """In what currency things are is told by an account, which the wave before brings.

    The first answer of each wave waits until both are asked for, unless they are asked `apart`. What is `away` fails.
    """

    apart: bool = False
    away: tuple[str, ...] = ()
    currency: str = "JPY"
    handed_on: threading.Event = field(default_factory=threading.Event)
    asked: dict[str, threading.Event] = field(
        default_factory=lambda: {ACCOUNTS: threading.Event(), KIND: threading.Event()}
    )

    def feeds(self) -> tuple[str, ...]:
        return ACCOUNTS, KIND

    def waves(self) -> tuple[tuple[str, ...], ...]:
        return (ACCOUNTS,), (KIND,)

    def pull(self, feed: str, state: State | None, *, since: date | None = None) -> Iterator[Page]:
        self.asked[feed].set()
        if not self.apart:
            assert all(asked.wait(60) for asked in self.asked.values())
        if feed in self.away:
            raise Unreachable(f"{feed} are away.")
        if feed == KIND:
            for page in super().pull(feed, state, since=since):
                yield page
                self.handed_on.set()
            return
        if self.currency != "JPY":
            self.handed_on.wait(0.1)  # it is not, before this is stored
        raw = json.dumps({"currency": self.currency}).encode()
        account = Record(kind=ACCOUNTS, external_id="a1", raw=raw, seen_at=self.source.clock.now())
        yield Page(feed=feed, records=[account], state={"read": True}, done=True, full=True, complete=(ACCOUNTS,))

    def map(self, record: Record, context: Context) -> Mapped:
        said = json.loads(record.raw)
        if record.kind == ACCOUNTS:
            account = Account(
                external_id="a1", name="Bank", kind="bank", provider_type="BANK", currency=said["currency"]
            )
            return Mapped(values=(account,))
        amount = Money(said["minor"], context.account_currencies["a1"])
        thing = Invoice(
            external_id=said["id"], number=None, customer_external_id=None, issued_on=None, due_on=None, total=amount,
            tax_total=Money(0, amount.currency), open_amount=amount, status="open",
        )  # fmt: skip
        return Mapped(values=(thing,))


@pytest.fixture(params=["near", "far"])
def place(database: Database, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Fixture:
    """far: pages are read on while one is made ready."""
    if request.param == "far":
        monkeypatch.setattr("sync.pull.FAR_SECONDS", 0.0)
    made = fixture(database)
    made.connector = Waves(made.provider)
    for number in range(THINGS):
        made.provider.put(f"t{number:02}", 100 + number)
    return made


def run(place: Fixture, **given: Any) -> None:
    connector = place.connector
    assert isinstance(connector, Waves)
    for asked in connector.asked.values():
        asked.clear()
    run_pass(place.target, connector, now=place.clock.now, ahead=True, **given)


def currencies(place: Fixture) -> dict[str, str]:
    with place.database.read() as connection:
        found = connection.execute(
            select(INVOICES.c.external_id, INVOICES.c.currency).where(place.scope.where(INVOICES))
        )
        return {row[0]: row[1] for row in found}


def begun(place: Fixture, feed: str) -> bool:
    with place.database.read() as connection:
        return load_cursor(connection, place.scope, feed) is not None


def test_the_next_wave_is_asked_for_meanwhile_and_mapped_with_what_this_one_taught(place: Fixture) -> None:
    run(place)
    assert place.stored() == place.provider.things
    assert set(currencies(place).values()) == {"JPY"}


def test_so_is_what_a_later_pass_brings(place: Fixture) -> None:
    assert isinstance(place.connector, Waves)
    run(place)
    place.provider.put("t03", 1)
    place.connector.currency = "KRW"
    place.connector.handed_on.clear()
    run(place)
    assert place.stored() == place.provider.things
    assert currencies(place)["t03"] == "KRW"


def test_a_fault_of_the_next_wave_comes_when_all_of_this_one_is_stored(place: Fixture) -> None:
    assert isinstance(place.connector, Waves)
    place.connector.away = (KIND,)
    with pytest.raises(Unreachable, match=KIND):
        run(place)
    assert begun(place, ACCOUNTS)
    assert not begun(place, KIND)
    place.connector.away = ()
    run(place)
    assert place.stored() == place.provider.things


@pytest.mark.parametrize("away", [(ACCOUNTS,), (ACCOUNTS, KIND)])
def test_a_fault_of_this_wave_leaves_nothing_of_the_next_and_is_the_one_that_is_told(
    place: Fixture, away: tuple[str, ...]
) -> None:
    assert isinstance(place.connector, Waves)
    place.connector.away = away
    with pytest.raises(Unreachable, match=ACCOUNTS):
        run(place)
    assert place.stored() == {}
    assert not begun(place, KIND)
    place.connector.away = ()
    run(place)
    assert place.stored() == place.provider.things


class Killed(BaseException):
    """As SIGKILL would, between two transactions."""


@pytest.mark.parametrize("pages", [1, 2, 5, 9])
def test_killed_after_any_page_it_goes_on_where_it_was(place: Fixture, pages: int) -> None:
    seen: list[str] = []

    def report(told: Progress) -> None:
        seen.append(told.feed)
        if len(seen) == pages:
            raise Killed

    with pytest.raises(Killed):
        run(place, report=report)
    assert seen == [ACCOUNTS, *[KIND] * (pages - 1)]
    assert begun(place, KIND) == (pages > 1)
    place.provider.put("t00", 999)  # it may have been read already
    run(place)
    run(place)
    assert place.stored() == place.provider.things
    assert set(currencies(place).values()) == {"JPY"}


def test_a_wave_that_an_earlier_turn_has_stored_holds_up_nobody(place: Fixture) -> None:
    assert isinstance(place.connector, Waves)
    run(place, report=lambda _: None)
    place.provider.put("t07", 5)
    place.connector.apart = True
    run(place, skip=[ACCOUNTS])
    assert place.stored() == place.provider.things
