"""One call as its endpoint sees it, and an endpoint as the application knows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.core.records import Record
from sandbox.stripe.books import Books
from sandbox.stripe.wire.keys import Caller
from sandbox.stripe.wire.params import Params


@dataclass(frozen=True)
class Call:
    """`path` is the path as it was called, `ids` what stands in it by name."""

    caller: Caller
    params: Params
    path: str
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def books(self) -> Books:
        return self.caller.books


@dataclass(frozen=True)
class Endpoint:
    """`known` are the parameters it takes beside expand; `kind` is what it reads or writes, for keys and the journal."""

    method: str
    rule: str
    kind: str
    act: Callable[[Call], Record]
    known: frozenset[str] = frozenset()

    @property
    def writes(self) -> bool:
        return self.method != "GET"
