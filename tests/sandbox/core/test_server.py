"""The server: kept connections, whole bodies, a clean end."""

import http.client
import logging

import pytest
import requests
from flask import Flask

from sandbox.core.server import Served, serve


def test_one_connection_serves_many_calls(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=180)
    connection.connect()
    first = connection.sock
    for _ in range(3):
        connection.request("GET", "/books/invoices")
        reply = connection.getresponse()
        assert reply.version == 11
        assert reply.status == 200
        reply.read()
    assert connection.sock is first
    connection.close()


def test_a_body_nobody_read_does_not_spoil_the_next_call(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=180)
    for _ in range(2):
        connection.request("POST", "/books/ignore", body=b"x" * 70_000)
        assert connection.getresponse().read() == b"done"
    connection.close()


def test_large_and_chunked_bodies_arrive_whole(served: Served, http: requests.Session) -> None:
    body = bytes(range(256)) * 4096
    assert http.post(f"{served.url}/books/echo", data=body, timeout=180).content == body
    chunks = (body[start : start + 1000] for start in range(0, len(body), 1000))
    assert http.post(f"{served.url}/books/echo", data=chunks, timeout=180).content == body


def test_a_head_call_has_no_body(served: Served, http: requests.Session) -> None:
    for _ in range(2):
        reply = http.head(f"{served.url}/books/invoices", timeout=180)
        assert reply.status_code == 200
        assert reply.content == b""


def test_close_lets_go_of_kept_connections_and_of_the_port() -> None:
    running = serve(Flask("empty"))
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=180)
    connection.request("GET", "/")
    connection.getresponse().read()
    kept = connection.sock
    running.close()
    assert kept is not None
    assert kept.recv(1) == b""  # the other side has hung up
    connection.close()
    serve(Flask("next"), running.port).close()


def test_a_taken_port_is_an_error_and_not_the_end(served: Served) -> None:
    with pytest.raises(OSError, match="in use"):
        serve(Flask("late"), served.port)


def test_an_application_that_breaks_closes_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_environ: object, _start: object) -> list[bytes]:
        raise RuntimeError

    with (
        serve(broken) as running,
        caplog.at_level(logging.ERROR, "sandbox.server"),
        pytest.raises(requests.ConnectionError),
    ):
        requests.get(running.url, timeout=180)
    assert "failed" in caplog.text
