"""The guard of the tests' network."""

from __future__ import annotations

import socket

import pytest

from tests.rig.loopback import LeftTheMachine, is_loopback


def test_a_connection_off_this_machine_is_refused() -> None:
    with socket.socket() as link, pytest.raises(LeftTheMachine, match="192.0.2.1"):
        link.connect(("192.0.2.1", 80))


def test_a_name_off_this_machine_is_not_looked_up() -> None:
    with pytest.raises(LeftTheMachine, match="example.com"):
        socket.getaddrinfo("example.com", 443)


def test_a_packet_off_this_machine_is_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as link, pytest.raises(LeftTheMachine):
        link.sendto(b"x", ("192.0.2.1", 53))


def test_this_machine_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as link:
        assert link.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    ("address", "local"),
    [
        (("127.0.0.1", 80), True),
        (("127.8.9.1", 80), True),
        (("::1", 80, 0, 0), True),
        (("localhost", 80), True),
        ("/run/queue.sock", True),
        (("10.0.0.8", 80), False),
        (("api.stripe.com", 443), False),
        (("localhost.example.com", 80), False),
    ],
)
def test_what_counts_as_this_machine(address: object, local: bool) -> None:
    assert is_loopback(address) is local
