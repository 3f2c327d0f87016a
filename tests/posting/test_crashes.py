"""The process dies at any point of a run: the next run goes on, and each payment stands exactly once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.posting.desk import PERSON, Desk, desk_over, paid_by_bank
from connectors.writing import Batch, Outcome, Standing, Writer
from ledger.entry import Entry
from ledger.money import Money
from posting.rules import Mode
from posting.run import run
from runtime.passes import load_row
from runtime.posting import outlet_of
from store.audit import first_broken
from store.database import Connection, Database
from store.tables.matching import matches, receipts
from store.tables.posting import entries, postings

POINTS_MAX = 60
LATER = timedelta(minutes=20)  # nobody remembers a key by then, and no call is on its way any more


class Died(BaseException):
    """The process ends here: nothing after it is done."""


@dataclass
class Power:
    """Dies at the `left`th of the points that a run comes by."""

    left: int = 0

    def point(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Died


class Fragile(Database):
    """A point before and after each commit."""

    power: Power

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with super().write() as connection:
            yield connection
            self.power.point()
        self.power.point()


@dataclass
class FragileWriter:
    """A point before and after each call that writes. A reply that comes after it is lost with the process."""

    inner: Writer
    power: Power
    provider: str

    @property
    def key_seconds(self) -> float:
        return self.inner.key_seconds

    def shape(self, entry: Entry) -> tuple[Entry, ...]:
        return self.inner.shape(entry)

    def batches(self, entries: Sequence[Entry], standing: Mapping[str, Standing]) -> list[Batch]:
        return self.inner.batches(entries, standing)

    def send(self, batch: Batch, key: str) -> list[Outcome]:
        self.power.point()
        outcomes = self.inner.send(batch, key)
        self.power.point()
        return outcomes

    def find(self, entries: Sequence[Entry], *, since: date) -> dict[str, list[Standing]]:
        return self.inner.find(entries, since=since)

    def same_money(self, account: str, amount: Money, on: date, *, days: int) -> list[Standing]:
        return self.inner.same_money(account, amount, on, days=days)

    def endings(self, entries: Sequence[Entry], standing: Mapping[str, Standing]) -> list[Batch]:
        return self.inner.endings(entries, standing)

    def standing(self, kind: str, external_ids: Sequence[str]) -> dict[str, Standing]:
        return self.inner.standing(kind, external_ids)


def _die_at(desk: Desk, point: int) -> bool:
    """Runs until the point; False where the run ended before it."""
    power = Power(point)
    fragile = Fragile(desk.environ["TIEOUT_DATABASE_URL"])
    fragile.power = power
    app = replace(desk.app, database=fragile)
    outlet = outlet_of(app, load_row(app, desk.organisation_id, desk.connection_id), by=PERSON)
    try:
        run(replace(outlet, writer=FragileWriter(outlet.writer, power, outlet.writer.provider)))
    except Died:
        return True
    finally:
        fragile.close()
    return False


@pytest.mark.parametrize(
    ("database", "provider", "at_once"),
    [
        pytest.param("sqlite", "quickbooks", True, id="sqlite-quickbooks-at once"),
        pytest.param("postgres", "xero", True, id="postgres-xero-at once"),
        pytest.param("postgres", "quickbooks", False, id="postgres-quickbooks-after the keys are forgotten"),
        pytest.param("sqlite", "xero", False, id="sqlite-xero-after the keys are forgotten"),
    ],
    indirect=["database"],
)  # each ledger meets each database and each delay
def test_dead_at_each_point_it_is_written_once(
    database: Database, tmp_path: Path, provider: str, *, at_once: bool
) -> None:
    """Each point of the run in turn, with a match of its own; what is looked up too early is looked up again."""
    with desk_over(database, tmp_path / "home", provider, count=POINTS_MAX, customers=6) as desk:
        desk.rules(Mode.AUTOMATIC)
        paid_by_bank(desk, range(POINTS_MAX), customers=6)
        desk.reconcile()
        chosen = desk.proposals()
        done, died = 0, True
        while died:
            match_id, seen = chosen[done]
            desk.deciding().accept(match_id, seen=seen, now=desk.app.clock.now())
            done += 1
            died = _die_at(desk, done)
            if done % 5 == 0:
                desk.sync()  # the pull may bring the record before the outbox learns of it
            if not at_once:
                desk.clock.ahead += LATER
            desk.post()
        desk.clock.ahead += LATER
        desk.post()
        desk.sync()
        assert 12 < done < POINTS_MAX
        for match_id, seen in chosen[done:]:
            desk.deciding().decline(match_id, seen=seen, now=desk.app.clock.now())
        _counted(desk, done)


def _counted(desk: Desk, count: int) -> None:
    with desk.database.read() as connection:
        rows = connection.execute(select(postings.c.state)).scalars().all()
        flying = connection.execute(select(entries.c.state)).scalars().all()
        accepted = connection.execute(select(matches.c.state).where(matches.c.state != "declined")).scalars().all()
        own = connection.execute(select(receipts.c.id)).scalars().all()
        assert first_broken(connection, desk.organisation_id) is None
    assert (set(rows), len(rows)) == ({"posted"}, count)
    assert (set(flying), len(flying)) == ({"posted"}, count)
    assert set(accepted) == {"posted"}
    assert len(own) == POINTS_MAX
    stands = desk.stands()
    assert stands.pop("") == count
    assert set(stands.values()) == {1}
