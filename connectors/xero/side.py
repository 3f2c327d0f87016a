"""Calls of one list side by side, each in a thread; what comes of them is taken one after another."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Protocol, Self

from connectors.port import Record
from connectors.xero.client import Listing
from connectors.xero.limits import IN_FLIGHT
from connectors.xero.spread import Call
from ledger.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What a call brought."""

    listing: Listing
    records: list[Record]
    findings: list[Finding]


Ask = Callable[[Call, float], Came]
"""Makes a call; how many rounds its list needs more says whose turn it is (connectors/xero/turns.py)."""


class Side(Protocol):
    """Calls under way. The block that it is entered for leaves none behind."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *fault: object) -> None: ...

    @property
    def under_way(self) -> Collection[Call]: ...

    @property
    def full(self) -> bool:
        """No more may be sent now."""

    def send(self, call: Call, rounds_left: float) -> None: ...

    def next(self) -> tuple[Call, Came]:
        """What came first. Raises what its call raised; it is not under way any more then."""


class Threads:
    """Side over threads."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._sent: dict[Future[Came], Call] = {}
        self._pool = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="side-by-side")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    @property
    def under_way(self) -> Collection[Call]:
        return self._sent.values()

    @property
    def full(self) -> bool:
        return len(self._sent) >= IN_FLIGHT

    def send(self, call: Call, rounds_left: float) -> None:
        self._sent[self._pool.submit(self._ask, call, rounds_left)] = call

    def next(self) -> tuple[Call, Came]:
        future = next(iter(wait(self._sent, return_when=FIRST_COMPLETED).done))
        call = self._sent.pop(future)
        return call, future.result()
