"""The product's database with a boundary before and after each commit, at which its process may end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from simulation.power import Power
from store.database import Connection, Database


class FragileDatabase(Database):
    """One for all runs of a process, over one path: what SQLAlchemy has compiled is then kept from run to run.

    `close` lets go of every connection, as the end of a process does; the next look opens new ones.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.power = Power()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self.power.boundary("before a transaction")
        with super().write() as connection:
            yield connection
            self.power.boundary("before a commit")
        self.power.boundary("after a commit")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        if self.power.dead:
            self.power.boundary("before a look")
        with super().read() as connection:
            yield connection
