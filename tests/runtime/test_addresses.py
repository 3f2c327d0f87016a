"""Addresses in settings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.faults import BadInput
from runtime import addresses


@pytest.mark.parametrize(
    ("check", "given", "taken"),
    [
        (addresses.base, "http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        (addresses.base, "https://host/api.xro/2.0/", "https://host/api.xro/2.0"),
        (addresses.base, "http://[::1]:9000/v3", "http://[::1]:9000/v3"),
        (addresses.database, "sqlite:////tmp/a.db", "sqlite+pysqlite:////tmp/a.db"),
        (addresses.database, "postgresql+psycopg:///db?host=/run", "postgresql+psycopg:///db?host=/run"),
        (addresses.redis, "valkey://queue:6379/1", "redis://queue:6379/1"),
        (addresses.redis, "rediss://:p@queue", "rediss://:p@queue"),
        (addresses.redis, "unix:///run/q.sock?db=0", "unix:///run/q.sock?db=0"),
        (addresses.smtp, "smtps://me:p@mail.example", "smtps://me:p@mail.example"),
    ],
)
def test_good_addresses(check: Callable[[str, str], str], given: str, taken: str) -> None:
    assert check(given, "SETTING") == taken


@pytest.mark.parametrize(
    ("check", "given"),
    [
        (addresses.base, "ftp://host"),
        (addresses.base, "http://"),
        (addresses.base, "http://host:port"),
        (addresses.base, "http://host:99999"),
        (addresses.base, "http://[::1"),
        (addresses.base, "http://me:secret-word@host"),
        (addresses.base, "http://host/#top"),
        (addresses.database, "oracle://me:secret-word@host/db"),
        (addresses.database, "tieout.db"),
        (addresses.redis, "unix://"),
        (addresses.redis, "redis://"),
        (addresses.smtp, "http://me:secret-word@host"),
    ],
)
def test_bad_addresses_are_refused_without_showing_a_password(check: Callable[[str, str], str], given: str) -> None:
    with pytest.raises(BadInput, match="SETTING") as caught:
        check(given, "SETTING")
    assert "secret-word" not in str(caught.value)
