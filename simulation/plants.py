"""Parts of the product that the run puts together, and broken ones that can be planted in their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from runtime.receiving import Receiving
from runtime.wiring import App


@dataclass(frozen=True, slots=True)
class Parts:
    """What the office is made of."""

    app: Callable[..., App] = App
    receiving: Callable[..., Receiving] = Receiving


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """what: the mistake, in words."""

    what: str
    parts: Parts = field(default_factory=Parts)


PLANTS: dict[str, Plant] = {}
