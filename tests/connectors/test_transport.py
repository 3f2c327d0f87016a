from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest

from connectors.limits import Limiter, Rule, SlidingWindows
from connectors.message import OutcomeUnknown, Reply, Request, Timeouts
from connectors.retry import RetryPolicy
from connectors.transport import Transport
from ledger.faults import BadInput, PermissionMissing, RateLimited, Unreachable
from tests.connectors.wire import NOW, Answer, Naps, Script, Server, in_turn, serve


@contextmanager
def talking(
    script: Script, naps: Naps | None = None, timeouts: Timeouts | None = None, limiter: Limiter | None = None
) -> Iterator[tuple[Transport, Server]]:
    with serve(script) as server:
        transport = Transport(
            "Ledgerly",
            clock=lambda: NOW,
            sleep=naps or Naps(),
            random=lambda: 1.0,
            left=lambda headers: {"minute": int(headers["x-left"])} if "x-left" in headers else {},
            limiter=limiter,
            timeouts=timeouts,
            policy=RetryPolicy(tries=3),
        )
        try:
            yield transport, server
        finally:
            transport.close()


def get(server: Server, path: str = "/v1/things") -> Request:
    return Request(method="GET", url=server.url + path, kind="things", headers={"authorization": "Bearer sk_hidden"})


def post(server: Server) -> Request:
    return Request(method="POST", url=server.url + "/v1/things", kind="things", body=b"{}", idempotent=False)


def test_an_answer_comes_with_its_headers_and_the_moment_of_the_request() -> None:
    with talking(in_turn(Answer(body=b'{"a":1}', headers={"X-Left": "59"}))) as (transport, server):
        reply = transport.send(get(server))
        assert (reply.status, reply.body, reply.requested_at) == (200, b'{"a":1}', NOW)
        assert transport.meter.left == {"minute": 59}
        assert (transport.meter.calls, transport.meter.bytes_received) == (1, 7)


@pytest.mark.parametrize(
    "answer", [Answer(body=b'{"a":1}' * 50, zipped=True), Answer(body=b'{"a":1}' * 50, chunked=True)]
)
def test_gzip_and_chunks_are_undone(answer: Answer) -> None:
    with talking(in_turn(answer)) as (transport, server):
        assert transport.send(get(server)).body == b'{"a":1}' * 50


def test_a_refusal_below_500_is_the_callers_to_read() -> None:
    with talking(in_turn(Answer(status=403, body=b'{"error":1}'))) as (transport, server):
        assert transport.send(get(server)).status == 403
        assert len(server.calls) == 1


@pytest.mark.parametrize(
    "broken",
    [
        Answer(status=500, body=b"{}"),
        Answer(status=503, body=b"<html>down</html>"),
        Answer(body=b'{"a": 12345}', cut=4),
        Answer(body=b'{"a": 12345}', cut=4, zipped=True),
        Answer(body=b'{"a": 12345}', cut=4, chunked=True),
        Answer(body=b"<!DOCTYPE html><p>sign in", headers={"Content-Type": "text/html"}),
        Answer(body=b""),
        Answer(status=404, body=b"<html>no such host</html>"),
        Answer(hang_up=True),
    ],
    ids=["500", "503", "cut", "cut gzip", "cut chunk", "html", "empty", "404 page", "hang-up"],
)
def test_a_broken_answer_is_asked_for_again(broken: Answer) -> None:
    naps = Naps()
    with talking(in_turn(broken, broken, Answer(body=b'{"a":1}')), naps) as (transport, server):
        assert transport.send(get(server)).body == b'{"a":1}'
        assert len(server.calls) == 3
        assert naps.seconds == [0.5, 1.0]
        assert transport.meter.calls == 3


def test_a_page_of_html_ends_in_a_sentence_with_provider_and_path() -> None:
    with talking(in_turn(Answer(body=b"<html>"))) as (transport, server), pytest.raises(Unreachable) as raised:
        transport.send(get(server, "/v1/things?secret=abc"))
    assert str(raised.value) == (
        "Ledgerly could not be reached at GET /v1/things (3 tries): a web page instead of JSON (200). Try again later."
    )


def test_what_the_caller_cannot_decode_is_asked_for_again() -> None:
    def read(reply: Reply) -> list[int]:
        return msgspec.json.decode(reply.body, type=list[int])

    with talking(in_turn(Answer(body=b"[1,"), Answer(body=b"[1,2]"))) as (transport, server):
        assert transport.fetch(get(server), read) == [1, 2]


def test_a_fault_that_the_caller_finds_passes_through() -> None:
    def read(_: Reply) -> None:
        raise PermissionMissing("no")

    with talking(in_turn(Answer())) as (transport, server):
        with pytest.raises(PermissionMissing):
            transport.fetch(get(server), read)
        assert len(server.calls) == 1


@pytest.mark.parametrize(
    "broken",
    [
        Answer(status=500),
        Answer(status=503, headers={"Retry-After": "600"}),
        Answer(hang_up=True),
        Answer(body=b"{}" * 9, cut=3),
    ],
)
def test_a_write_without_an_answer_is_never_repeated(broken: Answer) -> None:
    with talking(in_turn(broken, Answer())) as (transport, server):
        with pytest.raises(OutcomeUnknown):
            transport.send(post(server))
        assert len(server.calls) == 1


def test_a_write_that_was_never_sent_is_repeated_and_then_unreachable() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = Server(f"http://127.0.0.1:{closed.getsockname()[1]}", [])
        naps = Naps()
        with talking(in_turn(Answer()), naps) as (transport, _):
            with pytest.raises(Unreachable, match="no connection") as raised:
                transport.send(post(nobody))
            assert not isinstance(raised.value, OutcomeUnknown)
            assert len(naps.seconds) == 2


def test_a_short_limit_is_slept_through_even_for_a_write() -> None:
    naps = Naps()
    limit = Answer(status=429, headers={"Retry-After": "2"})
    with talking(in_turn(limit, Answer()), naps) as (transport, server):
        assert transport.send(post(server)).status == 200
        assert naps.seconds == [2.0]


def test_a_long_limit_parks_the_job() -> None:
    naps = Naps()
    with talking(in_turn(Answer(status=429, headers={"Retry-After": "61"})), naps) as (transport, server):
        with pytest.raises(RateLimited) as raised:
            transport.send(get(server))
        assert (raised.value.retry_after_seconds, raised.value.scope) == (61.0, "minute")
        assert naps.seconds == []


def test_what_the_providers_limit_holds_back_unsent_is_told_as_that_limit() -> None:
    limiter = SlidingWindows([Rule(calls=9, per_seconds=60, scope="minute")], monotonic=lambda: 0.0, sleep=Naps())
    with talking(in_turn(Answer(status=429, headers={"Retry-After": "7200"})), limiter=limiter) as (transport, server):
        told = [_limited(transport, server) for _ in range(2)]
        assert len(server.calls) == 1
    assert {fault.reason for fault in told} == {"Ledgerly's limit of calls (minute) is reached."}


def test_a_limit_that_we_keep_is_told_as_ours() -> None:
    limiter = SlidingWindows([Rule(calls=1, per_seconds=60, scope="minute")], monotonic=lambda: 0.0, sleep=Naps())
    with talking(in_turn(Answer(status=429, headers={"Retry-After": "1"})), limiter=limiter) as (transport, server):
        assert "that we keep" in _limited(transport, server).reason


def _limited(transport: Transport, server: Server) -> RateLimited:
    with pytest.raises(RateLimited) as raised:
        transport.send(get(server))
    return raised.value


def test_a_limit_that_does_not_end_parks_the_job() -> None:
    with talking(in_turn(Answer(status=429))) as (transport, server):
        with pytest.raises(RateLimited) as raised:
            transport.send(get(server))
        assert raised.value.retry_after_seconds == 8.0
        assert len(server.calls) == 3


def test_an_outage_with_a_long_retry_after_parks_the_job() -> None:
    with (
        talking(in_turn(Answer(status=503, headers={"Retry-After": "120"}))) as (transport, server),
        pytest.raises(RateLimited, match="unavailable"),
    ):
        transport.send(get(server))


def test_a_redirect_is_not_followed() -> None:
    with talking(in_turn(Answer(status=302, headers={"Location": "http://127.0.0.1:9/"}))) as (transport, server):
        with pytest.raises(Unreachable, match="redirect"):
            transport.send(get(server))
        assert set(server.paths()) == {"/v1/things"}


@pytest.mark.parametrize(
    "timeouts",
    [Timeouts(read=0.05, total=1.0), Timeouts(read=1.0, total=0.05)],
    ids=["stalled", "dripping"],
)
def test_a_body_that_does_not_end_is_given_up(timeouts: Timeouts) -> None:
    drip = Answer(body=b'{"a": 1234567890}', drip_seconds=0.1 if timeouts.read < timeouts.total else 0.01)
    with talking(in_turn(drip, Answer(body=b"{}")), timeouts=timeouts) as (transport, server):
        assert transport.send(get(server)).body == b"{}"


def test_a_huge_body_is_given_up() -> None:
    with (
        talking(in_turn(Answer(body=b"{" + b" " * 5000 + b"}")), timeouts=Timeouts(body_bytes=999)) as (
            transport,
            server,
        ),
        pytest.raises(Unreachable, match="more than 999 bytes"),
    ):
        transport.send(get(server))


def test_plain_http_is_for_this_machine() -> None:
    with talking(in_turn(Answer())) as (transport, _), pytest.raises(BadInput):
        transport.send(Request(method="GET", url="http://api.example.com/x", kind="x"))


def test_no_secret_reaches_the_log_or_a_repr(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with talking(in_turn(Answer(status=500), Answer())) as (transport, server):
        request = get(server, "/v1/things?limit=1")
        transport.send(request)
    told = caplog.text + repr(request)
    assert "sk_hidden" not in told
    assert "/v1/things?limit=1" in caplog.text


def test_half_a_character_in_one_text_costs_no_page() -> None:
    with talking(in_turn(Answer(body=rb'{"a":["x \ud83c","\ud83c\udf00"]}'))) as (transport, server):
        read = transport.fetch(get(server), lambda reply: msgspec.json.decode(reply.body, type=dict[str, list[str]]))
        assert read == {"a": ["x \ufffd", "\N{CYCLONE}"]}
        assert len(server.calls) == 1


def test_half_a_character_does_not_make_json_of_what_is_none() -> None:
    with talking(in_turn(Answer(body=rb'{"a":["x \ud83c"}'))) as (transport, server):
        with pytest.raises(Unreachable, match="cannot be read"):
            transport.fetch(get(server), lambda reply: msgspec.json.decode(reply.body))
        assert len(server.calls) == 3
