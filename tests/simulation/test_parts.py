"""Parts of the simulation by themselves."""

from __future__ import annotations

import random
from concurrent.futures import FIRST_COMPLETED, wait

import pytest
import urllib3

from simulation.checks.records import is_older
from simulation.checks.upstream import markers, stands
from simulation.power import Power, PowerCut
from simulation.serial import Serial
from simulation.trace import Trace
from simulation.weather import AFTER, BEFORE, STANDING, Fault, Weather, draw
from simulation.wire import Wire, is_token_call
from simulation.world import BOOKS_PORT, build

MARKER = "T0123456789ABCDE"


def test_power_is_cut_at_the_boundary_named_and_at_every_one_after_it() -> None:
    power = Power()
    power.begin(cut_at=2)
    power.boundary("first")
    for _ in range(2):
        with pytest.raises(PowerCut):
            power.boundary("second")
    power.begin()
    power.boundary("a new process")


def test_a_fault_lies_on_the_calls_that_it_was_drawn_for() -> None:
    chance = random.Random(7)
    drawn = [draw(chance, 4) for _ in range(200)]
    assert {fault.kind for fault in drawn} == {*BEFORE, *AFTER, *STANDING}
    assert all(fault.times == 1 for fault in drawn if fault.kind == "expired")
    fault = next(fault for fault in drawn if fault.times == 2 and fault.first == 2)
    weather = Weather()
    weather.begin(fault)
    assert [weather.next() is not None for _ in range(4)] == [False, True, True, False]
    weather.begin(Fault("reply lost", writes=True))
    assert [weather.next(writes=write) is not None for write in (False, True, False, True)] == [
        False,
        True,
        False,
        False,
    ]


def test_a_call_goes_to_the_stand_in_and_takes_time_of_the_runs_clock_alone() -> None:
    world = build("quickbooks")
    before = world.clock.now()
    wire = Wire(world.stands, world.clock, Power(), Weather(), random.Random(1))
    address = f"http://127.0.0.1:{BOOKS_PORT}/.well-known/openid_sandbox_configuration"
    answer = wire.request("GET", address, headers={"accept": "application/json"})
    assert isinstance(answer, urllib3.HTTPResponse)
    assert answer.status == 200
    assert b"token_endpoint" in answer.data
    assert world.clock.now() > before
    assert is_token_call("http://127.0.0.1:1/oauth2/v1/tokens/bearer")


def test_hands_one_after_the_other_keep_their_order() -> None:
    done: list[int] = []
    with Serial(8) as hands:
        futures = {hands.submit(done.append, number) for number in range(5)}
        finished, waiting = wait(futures, return_when=FIRST_COMPLETED)
        failing = hands.submit(int, "no number")
    assert done == list(range(5))
    assert finished == futures
    assert not waiting
    with pytest.raises(ValueError, match="no number"):
        failing.result()


def test_traces_differ_by_one_line() -> None:
    one, other = Trace(), Trace()
    one.add("a step")
    other.add("a step")
    assert one.digest == other.digest
    other.add("another")
    assert one.digest != other.digest


def test_a_marker_is_read_where_a_record_carries_it_and_not_where_it_shows_another() -> None:
    own = {"Id": "1", "PaymentRefNum": MARKER, "Line": [{"Description": "fee"}]}
    shown = {"InvoiceID": "2", "Payments": [{"Reference": MARKER}]}
    assert list(markers(own)) == [MARKER]
    assert list(markers({"LineItems": [{"Description": f"Overpaid {MARKER}"}]})) == [MARKER]
    assert list(markers(shown)) == []
    assert stands(own)
    assert not stands({"Status": "DELETED"})
    assert not stands({"PrivateNote": "Voided - wrong customer"})


def _state(
    *, version: str = "", stamp: str | None = None, seen: str = "2026-03-02T14:00:00.5", deleted: bool = False
) -> dict[str, object]:
    return {"version": version, "updated_at": stamp, "seen_at": seen, "deleted": deleted}


def test_of_two_states_the_older_is_told_by_stamp_then_version_then_sight() -> None:
    later = "2026-03-02T14:00:09"
    assert is_older(_state(stamp="2026-03-01", version="9", seen=later), _state(stamp="2026-03-02", version="3"))
    assert is_older(_state(version="9", seen=later), _state(version="10"))
    assert is_older(_state(), _state(seen=later))
    assert not is_older(_state(), _state())
    assert not is_older(_state(seen="2026-03-02T14:00:00"), _state())  # an event's, of the same second
    assert not is_older(_state(version="9", seen=later, deleted=True), _state(version="10"))
