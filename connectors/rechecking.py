"""The nightly re-read, the same for every provider: the lists of what is open, then by id what was open here and is not
among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from connectors.port import Page


def recheck(
    listed: Iterable[Page],
    read: Callable[[str, Sequence[str]], Iterator[Page]],
    held: Mapping[str, Sequence[str]],
    kinds: Sequence[str],
) -> Iterator[Page]:
    """kinds: those that the lists hold whole. What is held open and missing from them is read again by id."""
    seen: set[tuple[str, str]] = set()
    for page in listed:
        seen.update((record.kind, record.external_id) for record in page.records)
        yield page
    for kind in kinds:
        missing = [external_id for external_id in held.get(kind, ()) if (kind, external_id) not in seen]
        if missing:
            yield from read(kind, missing)
