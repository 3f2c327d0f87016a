"""A sender of webhooks: connections that stay open, at a rate or as fast as answers come."""

from __future__ import annotations

import itertools
import multiprocessing
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from bench.hooks.events import Mill

ANSWER_SECONDS = 30.0
HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Sent:
    """answered: with 200; others: by status. millis: from when each was due to its answer, sorted."""

    answered: int
    others: dict[int, int]
    seconds: float
    millis: list[float] = field(repr=False)

    @property
    def a_second(self) -> float:
        return self.answered / self.seconds

    def percentile(self, share: float) -> float:
        return self.millis[min(len(self.millis) - 1, int(len(self.millis) * share))] if self.millis else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to send. rate: events a second, spread evenly; None: each connection sends again when it has its answer."""

    ports: Sequence[int]
    mill: Mill
    seconds: float
    rate: float | None = None
    connections: int = 16
    first: int = 0


def send(load: Load) -> Sent:
    """Sends from a process of its own, so that sender and measured do not share an interpreter."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(load, theirs))
    process.start()
    theirs.close()
    try:
        sent: Sent = ours.recv()
    finally:
        process.join()
    return sent


def _report(load: Load, pipe: Connection[Sent, object]) -> None:
    pipe.send(_send(load))


def _send(load: Load) -> Sent:
    numbers = itertools.count(load.first)
    started = time.monotonic() + 0.2
    kept: list[tuple[int, float]] = []
    threads = [
        threading.Thread(target=_connection, args=(load, load.ports[index % len(load.ports)], numbers, started, kept))
        for index in range(load.connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended = time.monotonic()
    others: dict[int, int] = {}
    for status, _ in kept:
        if status != 200:
            others[status] = others.get(status, 0) + 1
    millis = sorted(seconds * 1_000 for _, seconds in kept)
    return Sent(len(kept) - sum(others.values()), others, ended - started, millis)


def _connection(
    load: Load, port: int, numbers: itertools.count[int], started: float, kept: list[tuple[int, float]]
) -> None:
    link: socket.socket | None = None
    pause = threading.Event()
    while True:
        number = next(numbers)
        due = started + (number - load.first) / load.rate if load.rate else max(started, time.monotonic())
        if due >= started + load.seconds:
            break
        request = load.mill.request(number, int(time.time()))
        wait = due - time.monotonic()
        if wait > 0:
            pause.wait(wait)
        if link is None:
            link = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.sendall(request)
        head = _answer(link)
        kept.append((int(head[9:12] or 0), time.monotonic() - due))
        if not head or b"connection: close" in head.lower():
            link.close()
            link = None
    if link is not None:
        link.close()


def _answer(link: socket.socket) -> bytes:
    """The head of an answer; its body, if it has one, is read and let go."""
    got = b""
    while HEAD_END not in got:
        part = link.recv(65_536)
        if not part:
            return got
        got += part
    head, _, body = got.partition(HEAD_END)
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += link.recv(65_536)
    return head
