"""Where a full pass stands in one kind: spans of time, each walked newest first, several of them side by side.

A list is one walk as long as calls are quick. Where they are slow what is left of a span is divided, so that as many
calls are under way as the limits allow. Nothing here calls anybody: places are JSON, kept with the rows they stand for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.stripe.api import Params

Span = dict[str, Any]
"""lo and hi bound `created` (from lo on, before hi; None: no bound). after: the id read last, at: when that was made.

todo: what the page read last makes us read besides; listed: nothing is left to list. open: invoices still open alone.
"""

Lane = dict[str, Any]
"""spans: the kind's unfinished ones by number; next: the number of the next one; odd: objects came that have no id."""

PAGES_WORTH_HALVING = 3  # fewer are read sooner than divided
_WIDTHS = (4, 12, 36)  # pages; how far each next guess reaches into a past of unknown length


def new_span(*, lo: int | None = None, hi: int | None = None, only_open: bool = False) -> Span:
    return {"lo": lo, "hi": hi, "after": None, "at": None, "todo": [], "listed": False, "open": only_open}


def new_lane(spans: Sequence[Span]) -> Lane:
    return {"next": len(spans), "spans": {str(number): span for number, span in enumerate(spans)}, "odd": False}


def first_spans(kind: str, start: int | None) -> list[Span]:
    """With a start (unix seconds): customers whole, and of what is older the invoices that are still open."""
    if start is None or kind == "customers":
        return [new_span()]
    later = new_span(lo=start)
    return [later, new_span(hi=start, only_open=True)] if kind == "invoices" else [later]


def todo_spans(targets: Sequence[Sequence[str]], count: int) -> list[Span]:
    """Spans that have nothing to list, with the targets dealt among them."""
    dealt = [list(targets[number::count]) for number in range(count)]
    return [{**new_span(), "todo": [list(one) for one in part], "listed": True} for part in dealt if part]


def params_of(span: Mapping[str, Any], *, by_time: bool = False) -> Params:
    """The list's parameters at the span's place. by_time: the object that marked it is gone; some rows come twice then."""
    params: list[tuple[str, str]] = []
    if span["lo"] is not None:
        params.append(("created[gte]", str(span["lo"])))
    if by_time:
        params.append(("created[lte]", str(span["at"])))
    elif span["hi"] is not None:
        params.append(("created[lt]", str(span["hi"])))
    if span["open"]:
        params.append(("status", "open"))
    if span["after"] is not None and not by_time:
        params.append(("starting_after", span["after"]))
    return tuple(params)


def divided(span: Span, newest: int | None, places: int) -> list[Span]:
    """What is left of a span after a page, in as many parts as are worth it; the first is the span itself.

    newest: when the page's first object was made. places: calls that could be made besides.
    """
    if places < 1 or span["listed"] or newest is None or span["at"] is None or newest <= span["at"]:
        return [span]
    page_seconds = newest - span["at"]
    if span["lo"] is None:
        return _reaching(span, page_seconds, places)
    left = span["at"] - span["lo"]
    parts = min(places + 1, left // (page_seconds * PAGES_WORTH_HALVING) + 1)
    if parts < 2:
        return [span]
    bounds = [span["lo"] + left * number // parts for number in range(parts)]
    others = [new_span(lo=bounds[n], hi=bounds[n + 1], only_open=span["open"]) for n in range(parts - 1)]
    return [{**span, "lo": bounds[-1]}, *reversed(others)]


def _reaching(span: Span, page_seconds: int, places: int) -> list[Span]:
    """Nobody knows how far back the list goes: spans of growing length, and one for all that is older."""
    parts: list[Span] = []
    bound = span["at"] - page_seconds * _WIDTHS[0]
    parts.append({**span, "lo": bound})
    for width in _WIDTHS[1:places]:
        parts.append(new_span(lo=bound - page_seconds * width, hi=bound, only_open=span["open"]))
        bound -= page_seconds * width
    return [*parts, new_span(hi=bound, only_open=span["open"])]
