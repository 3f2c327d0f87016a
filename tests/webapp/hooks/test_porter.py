"""Deliveries that stand at the door together: one commit, each with an answer of its own, and pages beside them."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from waitress import wasyncore

from ledger.faults import SignatureWrong
from runtime.receiving import Came, Receiving
from tests.webapp.hooks.test_receive import body, kept, sign
from tests.webapp.site import Site
from webapp.app import create_app
from webapp.hooks.porter import serve_with_porter


@contextmanager
def served(site: Site) -> Iterator[int]:
    """Its port."""
    listening: dict[int, Any] = {}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        server = serve_with_porter(create_app(site.app), listening, sockets=[listener], threads=2, ident=None)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield server.effective_port
        finally:
            server.trigger.pull_trigger(
                lambda: wasyncore.close_all(listening)
            )  # the loop ends when it has nothing to listen to
            thread.join()
            server.task_dispatcher.shutdown()


def numbered(number: int) -> bytes:
    event = {"resourceUrl": "https://api.xero.com/x", "resourceId": f"e1f{number}", "eventType": "UPDATE"}
    more = {"eventDateUtc": "2026-11-22T12:00:00.000", "eventCategory": "INVOICE", "tenantId": "tenant"}
    return json.dumps({"events": [event | more], "firstEventSequence": number, "lastEventSequence": number}).encode()


def test_each_of_many_is_kept_and_answered_for_itself_and_pages_are_served_meanwhile(busy: Site) -> None:
    with served(busy) as port:
        base = f"http://127.0.0.1:{port}"

        def deliver(number: int) -> tuple[int, bytes]:
            raw = numbered(number)
            headers = sign(raw) if number % 4 else {"X-Xero-Signature": "bm8="}
            answer = requests.post(base + "/hooks/xero", data=raw, headers=headers, timeout=180)
            return answer.status_code, answer.content

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(deliver, range(24)))
            page = requests.get(base + "/sign-in", timeout=180)
        assert answers == [(200 if number % 4 else 401, b"") for number in range(24)]
        assert page.status_code == 200
        assert kept(busy) == 18 * 2  # Acme and Rival both hold this company
        large = requests.post(base + "/hooks/xero", data=b"x" * 2_000_001, headers=sign(b""), timeout=180)
        assert large.status_code == 413


def test_requests_that_follow_each_other_on_one_line_are_answered_in_their_order(site: Site) -> None:
    def post(raw: bytes, *more: str) -> bytes:
        given = {**sign(raw), "Host": "x", "Content-Length": str(len(raw))}
        lines = ["POST /hooks/xero HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), *more]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw

    page = b"GET /sign-in HTTP/1.1\r\nHost: x\r\n\r\n"
    with served(site) as port, socket.create_connection(("127.0.0.1", port), timeout=180) as line:
        line.sendall(post(body()) + page + post(body() + b" ") + post(b"{}"[:1], "Connection: close"))
        said = b""
        while part := line.recv(65_536):
            said += part
    heads = [each.split(b"\r\n")[0].decode() for each in said.split(b"HTTP/1.1 ")[1:]]
    assert heads == ["200 OK", "200 OK", "200 OK", "400 Bad Request"]
    assert kept(site) == 2


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2)])
def test_one_that_is_refused_takes_no_other_with_it(busy: Site, order: tuple[int, ...]) -> None:
    came = [
        Came("xero", body(), {name.lower(): value for name, value in sign(body()).items()}),
        Came("xero", body(), {"x-xero-signature": "bm8="}),
        Came("paypal", body(), {}),
    ]
    done = Receiving(busy.app).receive_all([came[number] for number in order])
    told = {order[place]: type(one).__name__ for place, one in done}
    assert told == {0: "list", 1: "SignatureWrong", 2: "BadInput"}
    assert kept(busy) == 2


def test_who_is_refused_or_brings_nothing_is_told_before_anything_is_kept(busy: Site) -> None:
    """What is kept may wait for a lock; Xero gives its intent to receive five seconds."""
    intent = b'{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3"}'
    came = [
        Came("xero", raw, {name.lower(): value for name, value in given.items()})
        for raw, given in ((body(), sign(body())), (body(), {"X-Xero-Signature": "bm8="}), (intent, sign(intent)))
    ]
    done = Receiving(busy.app).receive_all(came)
    first, second = next(done), next(done)
    assert (first[0], type(first[1]), second) == (1, SignatureWrong, (2, []))
    assert kept(busy) == 0
    [(place, targets)] = done
    assert isinstance(targets, list)
    assert (place, len(targets)) == (0, 2)
    assert kept(busy) == 2
