"""The webhook sender against a real receiver."""

from collections.abc import Iterator, Mapping

import pytest
from flask import Flask, request

from sandbox.core.server import Served, serve
from sandbox.core.webhooks import BACKOFF_SECONDS, Sender


class Receiver:
    """Keeps what it gets; answers from `replies` and then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, str]] = []
        self.replies: list[int] = []
        self.app = Flask("receiver")

        @self.app.post("/hook")
        def hook() -> tuple[str, int]:
            self.got.append((request.get_data(), request.headers.get("X-Signature", "")))
            return "", self.replies.pop(0) if self.replies else 200


def _sign(body: bytes, secret: str) -> Mapping[str, str]:
    return {"X-Signature": f"{secret}:{len(body)}"}


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def receiving(receiver: Receiver) -> Iterator[Served]:
    with serve(receiver.app) as running:
        yield running


@pytest.fixture
def sender(receiving: Served) -> Iterator[Sender]:
    sender = Sender()
    sender.register(f"{receiving.url}/hook", "key")
    yield sender
    sender.close()


def test_a_body_arrives_signed_with_the_receivers_secret(sender: Sender, receiver: Receiver) -> None:
    sender.enqueue(b"one", _sign)
    assert sender.drain()
    assert receiver.got == [(b"one", "key:3")]


def test_a_failed_one_is_sent_again(sender: Sender, receiver: Receiver) -> None:
    receiver.replies = [500, 401]
    sender.enqueue(b"one", _sign)
    assert sender.drain()
    assert [body for body, _ in receiver.got] == [b"one"] * 3
    assert [delivery.status for delivery in sender.deliveries()] == [500, 401, 200]


def test_it_gives_up_in_the_end(sender: Sender, receiver: Receiver) -> None:
    receiver.replies = [503] * 20
    sender.enqueue(b"one", _sign)
    assert sender.drain()
    assert len(receiver.got) == 1 + len(BACKOFF_SECONDS)


def test_duplicate_sends_each_twice(sender: Sender, receiver: Receiver) -> None:
    sender.duplicate = True
    sender.enqueue(b"one", _sign)
    assert sender.drain()
    assert [body for body, _ in receiver.got] == [b"one", b"one"]


def test_reverse_sends_the_newest_first(sender: Sender, receiver: Receiver) -> None:
    sender.reverse = True
    for number in range(4):
        sender.enqueue(f"{number}".encode(), _sign)
    assert sender.drain()
    assert [body for body, _ in receiver.got] == [b"3", b"2", b"1", b"0"]


def test_those_that_are_refused_in_reverse_wait_side_by_side(sender: Sender, receiver: Receiver) -> None:
    sender.reverse = True
    receiver.replies = [503] * 200
    for number in range(20):
        sender.enqueue(f"{number}".encode(), _sign)
    assert sender.drain()  # one after the other would take 15 s
    assert len(receiver.got) == 20 * (1 + len(BACKOFF_SECONDS))
    assert receiver.got[0][0] == b"19"


def test_nobody_listening_is_status_0(sender: Sender) -> None:
    sender.unregister_all()
    with serve(Flask("gone")) as gone:
        url = gone.url
    sender.register(f"{url}/hook")
    sender.enqueue(b"one", _sign)
    assert sender.drain()
    assert {delivery.status for delivery in sender.deliveries()} == {0}


@pytest.mark.parametrize("url", ["http://example.com/h", "https://127.0.0.1/h", "http://10.0.0.1/h", "file:///etc"])
def test_only_loopback_is_taken(sender: Sender, url: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        sender.register(url)
