"""What a burst of webhooks names, at the fewest calls.

Stripe has no reading by a list of ids, but what a burst is about was mostly made just now: lists, newest first and a hundred
a call, bring many of it at once, and what hangs on each in the same answer. A list is gone on with as long as its page
brought more than one that is wanted; what is older is read one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from connectors.port import Page, Record
from connectors.stripe.api import Api, Batch, Params
from connectors.stripe.events import Target
from connectors.stripe.expanded import expansions, parted
from connectors.stripe.kinds import LISTED
from connectors.stripe.records import record_of
from ledger.faults import Refused

WORTH_A_LIST = 3  # a list that brings none of them costs one call more; one that brings all saves two
_PARENTS = ("in_", "pi_")  # payments of invoices may be asked for by what they belong to
_LAST = {"charges": 1, "balance_transactions": 2}  # they hang on others, and mostly come with them


class Burst:
    """One burst. one_by_one: reads records of a kind by their ids, one call each, with what hangs on them if it is told so."""

    def __init__(self, api: Api, one_by_one: Callable[[str, Sequence[str], bool], Iterator[Page]]) -> None:
        self._api = api
        self._one_by_one = one_by_one
        self._came: set[Target] = set()
        self._expands = True

    def pages(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[Page]:
        for kind in sorted(wanted, key=lambda kind: (_LAST.get(kind, 0), kind)):
            for page in self._kind(kind, list(dict.fromkeys(wanted[kind]))):
                self._came.update((record.kind, record.external_id) for record in page.records)
                yield page

    def _kind(self, kind: str, external_ids: Sequence[str]) -> Iterator[Page]:
        left = {one for one in external_ids if (kind, one) not in self._came}
        if kind in LISTED:
            by_parent = {one for one in left if kind == "invoice_payments" and one.startswith(_PARENTS)}
            for page in self._newest(kind, left - by_parent):
                left -= {record.external_id for record in page.records}
                yield page
        yield from self._one_by_one(kind, sorted(left), self._expands)

    def _newest(self, kind: str, wanted: set[str]) -> Iterator[Page]:
        after: Params = ()
        while len(wanted) >= WORTH_A_LIST:
            batch = self._list(kind, after)
            heads = [record_of(kind, raw, batch.at) for raw in batch.raws]
            mine = [head for head in heads if head is not None and head.external_id in wanted]
            wanted = wanted - {head.external_id for head in mine}
            records = tuple(record for head in mine for record in self._records(head))
            yield Page(feed="read", records=records, state={}, done=True)
            last = heads[-1] if heads else None
            if len(mine) < 2 or not batch.has_more or last is None:
                return
            after = (("starting_after", last.external_id),)

    def _list(self, kind: str, after: Params) -> Batch:
        """A version or an account in which something cannot be expanded is asked without."""
        if self._expands:
            try:
                return self._api.list(kind, (*expansions(kind, listed=True), *after))
            except Refused:
                self._expands = False
        return self._api.list(kind, after)

    def _records(self, head: Record) -> Iterator[Record]:
        raw = self._api.all_lines(head.raw) if head.kind == "invoices" else head.raw
        for kind, own in parted(head.kind, raw):
            record = record_of(kind, own, head.seen_at)
            if record is not None:
                yield record
