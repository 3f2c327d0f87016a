"""What is done with a record that came: the guards in their order, then the order of the two states."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sync.decide import Stamp, Verdict, decide
from tests.sync.fake import START

NOON = START
EXACT = START + timedelta(microseconds=500_000)


def stamp(
    digest: str = "a",
    *,
    seen: datetime = NOON,
    updated: datetime | None = None,
    version: str = "",
    deleted: bool = False,
    learnt: datetime | None = None,
) -> Stamp:
    return Stamp(updated_at=updated, version=version, seen_at=seen, deleted=deleted, digest=digest, learnt_at=learnt)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("came", "known", "verdict"),
    [
        pytest.param(stamp(), None, Verdict.WRITE, id="nothing known"),
        pytest.param(stamp(deleted=True), None, Verdict.WRITE, id="deleted before it was known"),
        pytest.param(stamp("b", deleted=True), stamp(deleted=True), Verdict.SAME, id="both deleted"),
        pytest.param(stamp(), stamp(), Verdict.SAME, id="same content"),
        pytest.param(stamp(seen=after(9)), stamp(), Verdict.SEEN, id="same content, seen later"),
        pytest.param(stamp(), stamp(seen=after(9)), Verdict.SAME, id="same content, seen earlier"),
        pytest.param(
            stamp(seen=after(9), version="3"), stamp(version="3"), Verdict.SAME, id="same, and versions order it"
        ),
        pytest.param(
            stamp(seen=after(9), updated=EXACT), stamp(updated=EXACT), Verdict.SAME, id="same, and exact stamps order it"
        ),
        pytest.param(stamp(seen=after(9), updated=NOON), stamp(updated=NOON), Verdict.SEEN, id="same, in whole seconds"),
        pytest.param(stamp("b", seen=after(9), deleted=True), stamp("a"), Verdict.WRITE, id="deleted since"),
        pytest.param(stamp("b", deleted=True), stamp("a", seen=after(9)), Verdict.REREAD, id="deletion told late"),
        pytest.param(
            stamp("b", deleted=True, version="1"), stamp("a", seen=after(9), version="2"), Verdict.STALE, id="deleted, older"
        ),
        pytest.param(stamp(seen=after(9)), stamp(deleted=True), Verdict.WRITE, id="back again"),
        pytest.param(stamp(), stamp(deleted=True, seen=after(9)), Verdict.STALE, id="from before it was deleted"),
        pytest.param(stamp(), stamp("b", deleted=True), Verdict.REREAD, id="in the second in which it was deleted"),
        pytest.param(
            stamp("b", updated=after(1)), stamp("a", updated=NOON, seen=after(9)), Verdict.WRITE, id="newer by its stamp"
        ),
        pytest.param(
            stamp("b", updated=NOON, seen=after(9)), stamp("a", updated=after(1)), Verdict.STALE, id="older by its stamp"
        ),
        pytest.param(stamp("b", version="10"), stamp("a", version="9", seen=after(9)), Verdict.WRITE, id="newer version"),
        pytest.param(stamp("b", version="9", seen=after(9)), stamp("a", version="10"), Verdict.STALE, id="older version"),
        pytest.param(
            stamp("b", updated=NOON, version="2"), stamp("a", updated=NOON, version="1"), Verdict.WRITE,
            id="one second, newer version",
        ),
        pytest.param(
            stamp("b", updated=NOON, version="3"), stamp("a", updated=after(60), version="2", seen=after(61)), Verdict.WRITE,
            id="newer version, stamped by a clock that is behind",
        ),
        pytest.param(
            stamp("b", updated=after(60), version="2", seen=after(61)), stamp("a", updated=NOON, version="3"), Verdict.STALE,
            id="older version, stamped by a clock that is ahead",
        ),
        pytest.param(
            stamp("b", updated=NOON, seen=after(3_600.5)), stamp("a", updated=after(1), learnt=after(1)), Verdict.STALE,
            id="older by its stamp, within the hour",
        ),
        pytest.param(
            stamp("b", updated=NOON, seen=after(3_601.5)), stamp("a", updated=after(1), learnt=after(1)), Verdict.WRITE,
            id="older by its stamp and read an hour later: taken back",
        ),
        pytest.param(
            stamp("b", version="2", seen=after(3_601.5)), stamp("a", version="3", learnt=after(1)), Verdict.WRITE,
            id="an older version read an hour later",
        ),
        pytest.param(
            stamp("b", updated=NOON, seen=after(7_200)), stamp("a", updated=after(1), learnt=after(1)), Verdict.STALE,
            id="an event's second tells of no read",
        ),
        pytest.param(stamp("b", seen=after(1)), stamp("a"), Verdict.WRITE, id="seen later"),
        pytest.param(stamp("b"), stamp("a", seen=after(1)), Verdict.STALE, id="seen earlier"),
        pytest.param(stamp("b"), stamp("a"), Verdict.REREAD, id="two events of one second"),
        pytest.param(stamp("b", seen=EXACT), stamp("a"), Verdict.REREAD, id="a read in an event's second"),
        pytest.param(stamp("b"), stamp("a", seen=EXACT), Verdict.REREAD, id="an event in a read's second"),
        pytest.param(stamp("b", seen=EXACT), stamp("a", seen=after(0.6)), Verdict.STALE, id="two reads of one second"),
        pytest.param(stamp("b", seen=EXACT), stamp("a", seen=EXACT), Verdict.REREAD, id="two reads of one moment"),
        pytest.param(
            stamp("b", seen=EXACT), stamp("a", learnt=after(0.4)), Verdict.WRITE, id="read after the event was written"
        ),
        pytest.param(
            stamp("b", seen=EXACT), stamp("a", learnt=after(0.6)), Verdict.REREAD, id="read before the event was written"
        ),
        pytest.param(
            stamp("b"), stamp("a", learnt=after(-9)), Verdict.REREAD, id="an event's second is too coarse for that"
        ),
    ],
)  # fmt: skip
def test_each_case_has_its_verdict(came: Stamp, known: Stamp | None, verdict: Verdict) -> None:
    assert decide(came, known) is verdict


@pytest.mark.parametrize(
    ("came", "known", "verdict"),
    [
        pytest.param(stamp("b", updated=NOON, seen=after(9)), stamp("a", updated=after(1)), Verdict.REREAD, id="told"),
        pytest.param(
            stamp("b", updated=after(1)), stamp("a", updated=NOON, seen=after(9)), Verdict.REREAD, id="told too late"
        ),
        pytest.param(
            stamp("b", updated=NOON, seen=EXACT),
            stamp("a", updated=after(1), learnt=NOON),
            Verdict.WRITE,
            id="read since",
        ),
        pytest.param(stamp("b", updated=NOON), stamp("a", updated=after(1)), Verdict.STALE, id="of one second"),
        pytest.param(
            stamp("b", updated=NOON), stamp("a", updated=after(1), seen=after(9)), Verdict.STALE, id="older by both"
        ),
    ],
)
def test_a_stamp_that_is_derived_may_go_backwards(came: Stamp, known: Stamp, verdict: Verdict) -> None:
    """A paid invoice that is open again has lost the time at which it was paid."""
    assert decide(replace(came, stamp_derived=True), known) is verdict
