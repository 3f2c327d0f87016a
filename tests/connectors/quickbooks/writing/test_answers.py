"""Answers to a batch that are not as they should be: no member is called posted, or refused, without QuickBooks' word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connectors.message import OutcomeUnknown
from connectors.quickbooks.faults import read_limits
from connectors.quickbooks.writing.writer import QuickBooksWriter
from connectors.transport import Transport
from connectors.writing import Batch, Outcome, Result
from ledger.faults import ConsentLost, PermissionMissing
from tests.connectors.quickbooks.books import Tokens, fault
from tests.connectors.wire import NOW, Answer, Naps, Server, in_turn, serve

BATCH = Batch(
    method="POST", path="/company/1/batch", query=(("minorversion", "75"),), members=("T1", "T2"),
    body=b'{"BatchItemRequest":[{"bId":"0","operation":"create"},{"bId":"1","operation":"create"}]}',
)  # fmt: skip


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[QuickBooksWriter, Server]]:
    with serve(in_turn(*answers)) as server:
        transport = Transport("QuickBooks", clock=lambda: NOW, sleep=Naps(), random=lambda: 0.5, limits=read_limits)
        yield (
            QuickBooksWriter(
                api_base=f"{server.url}/v3", realm_id="1", transport=transport, tokens=Tokens(), home_currency="USD"
            ),
            server,
        )
        transport.close()


def answer(*items: dict[str, Any]) -> Answer:
    return Answer(body=json.dumps({"BatchItemResponse": list(items)}).encode())


def sent(*answers: Answer) -> list[Outcome]:
    with answering(*answers) as (writer, server):
        outcomes = writer.send(BATCH, "key-1")
        assert len(server.calls) == len(answers)
        assert server.calls[0].one("requestid") == "key-1"
        return outcomes


def test_a_member_without_an_answer_is_looked_up() -> None:
    payment = {"Id": "7", "SyncToken": "0", "TotalAmt": 10.0, "TxnDate": "2026-11-19"}
    first, second = sent(answer({"bId": "1", "Payment": payment}))
    assert (first.result, first.code) == (Result.UNKNOWN, "no_answer")
    assert (second.result, second.standing.external_id if second.standing else "") == (Result.POSTED, "7")


def test_a_throttled_member_comes_later() -> None:
    said = {"Error": [{"Message": "message=ThrottleExceeded; errorCode=003001; statusCode=429", "code": "3001"}]}
    first, second = sent(answer({"bId": "0", "Fault": said}, {"bId": "1", "Fault": said}))
    assert {first.result, second.result} == {Result.LATER}


def test_a_fault_of_the_whole_call_is_every_members() -> None:
    first, second = sent(fault(400, "2010", "Property Name:bId specified is unsupported or invalid"))
    assert first.result is second.result is Result.REFUSED


def test_a_fault_under_status_200_is_one() -> None:
    first, _ = sent(Answer(body=fault(200, "6190", "subscription period has ended").body))
    assert (first.result, first.code) == (Result.REFUSED, "subscription_ended")


@pytest.mark.parametrize(
    "broken",
    [
        Answer(cut=1, body=b'{"BatchItemResponse":[]}'),
        Answer(status=503),
        Answer(body=b"<html></html>"),
        Answer(hang_up=True),
    ],
)
def test_a_call_that_may_have_arrived_is_never_repeated(broken: Answer) -> None:
    with answering(broken, answer()) as (writer, server):
        with pytest.raises(OutcomeUnknown):
            writer.send(BATCH, "key-1")
        assert len(server.calls) == 1


def test_a_token_refused_twice_is_a_lost_consent() -> None:
    with answering(Answer(status=401)) as (writer, server):
        with pytest.raises(ConsentLost):
            writer.send(BATCH, "key-1")
        assert len(server.calls) == 2  # a refused token did nothing, so a new one may be tried


def test_a_person_without_the_right_is_told() -> None:
    with answering(fault(403, "5020", "Permission Denied Error")) as (writer, _), pytest.raises(PermissionMissing):
        writer.send(BATCH, "key-1")
