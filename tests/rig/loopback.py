"""Keeps the tests on this machine: a connection that would leave it fails with a sentence.

Python code is stopped at the socket. A browser is another program; tests/rig/browser.py closes it by its proxy flags.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any, Final

import pytest

_LOCAL_NAMES: Final = frozenset({"localhost", "", "0.0.0.0", "::"})


class LeftTheMachine(AssertionError):
    """An assertion, so that no `except OSError` of the code under test can swallow it."""


def is_loopback(address: Any) -> bool:
    """Unix sockets are paths (text or bytes); Internet ones are tuples that begin with the host."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in _LOCAL_NAMES or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def close_the_network(patch: pytest.MonkeyPatch) -> None:
    """Guards connecting, sending and looking names up, for as long as `patch` stands."""
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
    getaddrinfo = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _demand_loopback(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _demand_loopback(address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
        _demand_loopback(rest[-1])
        return sendto(self, data, *rest)

    def guarded_getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None:
            _demand_loopback((name,))
        return getaddrinfo(host, *rest, **named)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket.socket, "sendto", guarded_sendto)
    patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)


def _demand_loopback(address: Any) -> None:
    if not is_loopback(address):
        raise LeftTheMachine(f"A test tried to reach {address[0]}; serve it from 127.0.0.1 instead.")
