"""Several kinds at once, for providers that cannot be asked for more than one kind a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from connectors.port import Page


def kind_by_kind(
    read: Callable[[str, Sequence[str]], Iterator[Page]], wanted: Mapping[str, Sequence[str]]
) -> Iterator[Page]:
    for kind in sorted(wanted):
        yield from read(kind, wanted[kind])
