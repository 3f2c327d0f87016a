"""Stripe's lists over objects that stand ready: limit, starting_after, ending at created ranges."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from urllib.parse import parse_qsl, urlsplit

from bench.sync.limits import THEIRS
from bench.sync.stripe import Objects, world

_EMPTY = Objects()


class StripePages:
    """Lists by path (/v1/invoices), newest first."""

    rules, in_flight = THEIRS["stripe"]

    def __init__(self, rows: int, seed: int) -> None:
        self._objects = world(rows, seed)
        self._places = {kind: {own: at for at, own in enumerate(one.ids)} for kind, one in self._objects.items()}
        self._ages = {kind: [-stamp for stamp in one.stamps] for kind, one in self._objects.items()}

    def endpoint(self, target: str) -> str:
        return urlsplit(target).path

    def answer(self, target: str, headers: dict[str, str], body: bytes) -> bytes:
        del headers, body
        split = urlsplit(target)
        kind = split.path.removeprefix("/v1/")
        objects = self._objects.get(kind, _EMPTY)
        asked = dict(parse_qsl(split.query))
        start, end = self._range(kind, asked, len(objects.ids))
        if "starting_after" in asked:
            start = max(start, self._places[kind][asked["starting_after"]] + 1)
        size = int(asked.get("limit", 10))
        found = objects.raws[start : min(end, start + size)]
        more = b"true" if start + size < end else b"false"
        place = min(end, start + size) - 1
        last = (
            objects.ids[place] if found and more == b"true" else ""
        )  # not Stripe's: for those who fetch and read nothing
        tail = b'],"has_more":%s,"url":"%s","last":"%s"}' % (more, split.path.encode(), last.encode())
        return b'{"object":"list","data":[' + b",".join(found) + tail

    def _range(self, kind: str, asked: dict[str, str], count: int) -> tuple[int, int]:
        """The places between the bounds of `created`."""
        ages, start, end = self._ages.get(kind, []), 0, count
        if "created[lte]" in asked:
            start = max(start, bisect_left(ages, -int(asked["created[lte]"])))
        if "created[lt]" in asked:
            start = max(start, bisect_right(ages, -int(asked["created[lt]"])))
        if "created[gte]" in asked:
            end = min(end, bisect_right(ages, -int(asked["created[gte]"])))
        if "created[gt]" in asked:
            end = min(end, bisect_left(ages, -int(asked["created[gt]"])))
        return start, end
