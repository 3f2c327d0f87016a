"""The worlds by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from bench.matching_second.book import Book
from bench.matching_second.families import (
    habits,
    identity,
    languages,
    missing,
    numbering,
    public,
    references,
    shapes,
    traps,
)

FAMILIES: Final[dict[str, Callable[[int, int], Book]]] = {
    "public": partial(public.build, "public", named=False),
    "public-named": partial(public.build, "public-named", named=True),
    "languages": languages.build,
    "numbering": numbering.build,
    "references": references.build,
    "identity": identity.build,
    "habits": habits.build,
    "missing": missing.build,
    "traps": traps.build,
    "one-customer": shapes.one_customer,
    "giant": shapes.giant,
    "all-equal": shapes.equal,
    "subscription": shapes.subscription,
    "marketplace": shapes.cards,
    "contractor": shapes.contractor,
    "currencies": shapes.currencies,
}
