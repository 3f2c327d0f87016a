"""Checks on the addresses that settings hold. Each fault names the setting, never a password inside the address."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urlsplit

from ledger.faults import BadInput
from runtime.secret import mask_url

# psycopg 3 is the driver we lock; the bare names, and the old alias of hosting services, are taken for it.
POSTGRESQL: Final = "postgresql+psycopg"
_DATABASES: Final = {
    "sqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
    "postgres": POSTGRESQL,
    "postgresql": POSTGRESQL,
    POSTGRESQL: POSTGRESQL,
}
_QUEUES: Final = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss", "unix": "unix"}
_MAIL: Final = ("smtp", "smtps", "smtp+starttls")


def base(url: str, where: str) -> str:
    """`scheme://host[:port][/path]` without a slash at the end: what stands before a provider's own resource paths."""
    parts = _split(url, where)
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise BadInput(f"{where} is {mask_url(url)!r}; give http(s)://host[:port] with the path before the resources.")
    return url.rstrip("/")


def database(url: str, where: str) -> str:
    scheme, separator, rest = url.partition("://")
    driver = _DATABASES.get(scheme.lower())
    if driver is None or not separator:
        raise BadInput(f"{where} is {mask_url(url)!r}; give sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.")
    return f"{driver}://{rest}"


def redis(url: str, where: str) -> str:
    parts = _split(url, where)
    scheme = _QUEUES.get(parts.scheme)
    if scheme is None or not (parts.path if scheme == "unix" else parts.hostname):
        raise BadInput(f"{where} is {mask_url(url)!r}; give redis://HOST:PORT/0, rediss://... or unix:///SOCKET.")
    return scheme + url[len(parts.scheme) :]


def smtp(url: str, where: str) -> str:
    parts = _split(url, where)
    if parts.scheme not in _MAIL or not parts.hostname:
        raise BadInput(
            f"{where} is {mask_url(url)!r}; give smtp://USER:PASSWORD@HOST:PORT, smtps:// or smtp+starttls://."
        )
    return url


def _split(url: str, where: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError as error:
        raise BadInput(f"{where} is not an address ({mask_url(url)!r}); check its port and brackets.") from error
    return parts
