"""The nightly look at what may change without an event that we see: open and draft invoices, payouts of late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from connectors.port import Page
from connectors.stripe.api import Api, Params
from connectors.stripe.records import records_of

RECHECKED = ("invoices", "payouts")
PAYOUTS_BACK = timedelta(days=12)  # a paid one may fail for five business days, its bank's reference comes within ten
_PAGES_MAX = 100_000


def still_open(api: Api, now: datetime) -> Iterator[Page]:
    """A hundred a call."""
    arrived = str(int((now - PAYOUTS_BACK).timestamp()))
    yield from _list(api, "invoices", (("status", "open"),))
    yield from _list(api, "invoices", (("status", "draft"),))
    yield from _list(api, "payouts", (("arrival_date[gte]", arrived),))


def _list(api: Api, kind: str, wanted: Params) -> Iterator[Page]:
    after: Params = ()
    for _ in range(_PAGES_MAX):
        batch = api.list(kind, (*wanted, *after))
        raws = [api.all_lines(raw) for raw in batch.raws] if kind == "invoices" else batch.raws
        made = records_of(kind, raws, batch.at)
        last = not batch.has_more or not made.records
        yield Page(feed=kind, records=made.records, findings=made.findings, state={}, done=last)
        if last:
            return
        after = (("starting_after", made.records[-1].external_id),)
