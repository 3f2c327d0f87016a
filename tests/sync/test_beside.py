"""The process that maps beside ours gives the rows that we should have made, or leaves them to us."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from select import select
from typing import Any, cast
from uuid import UUID

import pytest

from connectors.port import Connector, Context, Page, Record
from store.dictionary import SAMPLES, Dictionary
from store.scope import Scope
from sync.beside import Asked, Beside
from sync.dictionaries import Dictionaries
from sync.frames import PIPE_BYTES, Task
from sync.prepare import ENOUGH, Prepared, Preparing
from tests.store.payloads import objects
from tests.sync.mapped import map_record

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SCOPE = Scope(UUID(int=7), UUID(int=8))
CONTEXT = Context(
    provider="x", company_id="Ünï\tName", home_currency="GBP", time_zone="UTC", ar_accounts=frozenset("a")
)


@dataclass(frozen=True)
class Named:
    """Of a connector what preparing needs; `mapping` is what another process finds."""

    mapping: Any = map_record

    def map(self, record: Record, context: Context) -> Any:
        return map_record(record, context)


def record(number: int, raw: bytes = b"{}") -> Record:
    return Record(kind="Thing", external_id=f"{number}", raw=raw, seen_at=NOW, updated_at=NOW, version="3")


def pages(*raws: bytes, records: int = 1) -> Iterator[Page]:
    for number, raw in enumerate(raws):
        held = [record(number * records + place, raw) for place in range(records)]
        yield Page(feed="f", records=held, state={"at": number}, done=False, full=True)


@pytest.fixture
def beside() -> Iterator[Beside]:
    made = Beside()
    yield made
    made.end()


@pytest.fixture
def begun(beside: Beside) -> Beside:
    beside.begin()
    assert beside._running is not None
    select([beside._running.stdout], [], [], 20)  # type: ignore[type-var]  # it is a pipe
    assert beside.usable
    return beside


def ready(given: Iterator[Page], beside: Beside, dialect: str = "sqlite") -> Iterator[Page]:
    return Preparing(cast("Connector", Named()), SCOPE, dialect, lambda: CONTEXT, beside, Dictionaries()).pages(given)


def run(given: Iterator[Page], beside: Beside, dialect: str = "sqlite") -> list[Page]:
    return list(ready(given, beside, dialect))


def test_rows_are_the_same_wherever_they_are_made(begun: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a dictionary, too, which is told once."""
    told = [*pages(b"{}"), *packable(), *pages(b"{}")]
    here = run(iter(told), Beside())
    asked: list[Asked] = []
    ask, send = begun.ask, begun._send
    sent: list[bytes] = []

    def noted(task: Task, dictionaries: Sequence[Dictionary] = ()) -> Asked:
        asked.append(ask(task, dictionaries))
        return asked[-1]

    def counted(frame: bytes) -> None:
        sent.append(frame)
        send(frame)

    monkeypatch.setattr(begun, "ask", noted)
    monkeypatch.setattr(begun, "_send", counted)
    assert run(iter(told), begun) == here
    assert [one.rows for one in asked] == [page.fresh for page in here if isinstance(page, Prepared)]
    assert all(one.rows for one in asked)
    assert len(asked) == len(here)
    [used] = {one.number: one for page in here if isinstance(page, Prepared) for one in page.dictionaries}.values()
    assert [used.content in frame for frame in sent] == [False, True, False, False]


def packable() -> Iterator[Page]:
    for number in range(2):
        held = [record(place, raw) for place, raw in enumerate(objects(SAMPLES))]
        yield Page(feed="f", records=held, state={"at": number}, done=False, full=True)


def test_a_fault_of_a_mapping_is_raised_here_after_the_pages_before_it(begun: Beside) -> None:
    made = ready(pages(b"{}", b"two currencies", b"{}"), begun)
    assert next(made).state == {"at": 0}
    with pytest.raises(ValueError, match="1 is in two currencies"):
        list(made)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_number_that_no_column_holds_is_a_finding_there_too(begun: Beside, dialect: str) -> None:
    here = run(pages(b"{}", b"beyond", b"{}"), Beside(), dialect)
    assert run(pages(b"{}", b"beyond", b"{}"), begun, dialect) == here
    assert begun.usable
    made = [one for page in here if isinstance(page, Prepared) for one in page.fresh if one]
    assert [([one.code for one in fresh.findings], len(fresh.values)) for fresh in made] == [
        ([], 1), (["not_storable"], 0), ([], 1),
    ]  # fmt: skip


def test_pages_come_on_where_the_process_dies(begun: Beside) -> None:
    here = run(pages(b"{}", b"die", b"{}"), Beside(), "postgresql")
    assert run(pages(b"{}", b"die", b"{}"), begun, "postgresql") == here
    assert not begun.usable


@pytest.mark.parametrize("raw", [b"{}", b" " * (PIPE_BYTES + 1) + b"{}"])
def test_pages_come_on_where_the_process_hangs(begun: Beside, monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    """It does not answer, or takes no more: then it is ended."""
    monkeypatch.setattr("sync.beside.SILENCE_SECONDS", 0.2)
    here = run(pages(raw, raw), Beside())
    running = begun._running
    assert running is not None
    os.kill(running.pid, signal.SIGSTOP)
    assert run(pages(raw, raw), begun) == here
    assert not begun.usable
    assert running.wait(timeout=180) == -signal.SIGKILL


def test_a_fault_of_the_reading_comes_after_what_was_read(begun: Beside) -> None:
    def cut() -> Iterator[Page]:
        yield from pages(b"{}", b"{}")
        raise OSError("gone")

    made = ready(cut(), begun)
    assert [next(made).state, next(made).state] == [{"at": 0}, {"at": 1}]
    with pytest.raises(OSError, match="gone"):
        next(made)


def test_what_cannot_be_found_is_done_here(begun: Beside) -> None:
    asked = begun.ask(
        Task("nowhere", "at_all", SCOPE.organisation_id, SCOPE.connection_id, "sqlite", CONTEXT, [record(1)])
    )
    assert begun.answer(asked) is None
    assert begun.usable


def test_a_short_pass_starts_no_process(beside: Beside) -> None:
    run(pages(b"{}", records=ENOUGH), beside)
    assert not beside.usable
    assert beside.begun is False


def test_it_takes_more_while_nobody_takes_its_answers(begun: Beside) -> None:
    """Neither waits for the other with both pipes full."""
    held = [record(number, Random(number).randbytes(PIPE_BYTES // 2)) for number in range(12)]
    place = (map_record.__module__, map_record.__name__, SCOPE.organisation_id, SCOPE.connection_id, "sqlite")
    asked = [begun.ask(Task(*place, CONTEXT, [one])) for one in held]
    assert [len(begun.answer(one) or ()) for one in asked] == [1] * len(held)


def test_it_ends_when_its_input_does(begun: Beside) -> None:
    running = begun._running
    assert running is not None
    assert running.stdin is not None
    running.stdin.close()
    assert running.wait(timeout=180) == 0
