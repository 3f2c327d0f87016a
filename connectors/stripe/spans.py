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

PAGES_WORTH_HALVING = 2  # fewer are read sooner than divided
_WIDTHS = (3, 6, 12, 24, 48)  # pages; how far the first guesses reach into a past of unknown length
_FARTHEST = 8 * 365 * 86_400  # seconds; few accounts are older


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


def divided(span: Span, page_seconds: int, parts: int, reached: int = 0) -> list[Span]:
    """What is left of a span after a page, in so many parts; the first is the span itself.

    page_seconds: what the page covered. reached: how many seconds of the list are known, where nobody knows how far back
    it goes; such a span is divided into what is taken to be there and all that is older.
    """
    if parts < 2 or span["listed"] or span["at"] is None or page_seconds < 1:
        return [span]
    if span["lo"] is None:
        if span["hi"] is not None:
            return _reaching(span, [max(page_seconds, reached // 4)])
        widths = [pages * page_seconds for pages in _WIDTHS[: parts - 1]]
        return _reaching(span, [one for n, one in enumerate(widths) if not n or sum(widths[: n + 1]) < _FARTHEST])
    left = span["at"] - span["lo"]
    bounds = [span["lo"] + left * number // parts for number in range(parts)]
    others = [new_span(lo=bounds[n], hi=bounds[n + 1], only_open=span["open"]) for n in range(parts - 1)]
    return [{**span, "lo": bounds[-1]}, *reversed(others)]


def _reaching(span: Span, guesses: Sequence[int]) -> list[Span]:
    """Spans that reach so many seconds further each, and one for all that is older."""
    bound = span["at"] - guesses[0]
    found: list[Span] = [{**span, "lo": bound}]
    for seconds in guesses[1:]:
        found.append(new_span(lo=bound - seconds, hi=bound, only_open=span["open"]))
        bound -= seconds
    return [*found, new_span(hi=bound, only_open=span["open"])]
