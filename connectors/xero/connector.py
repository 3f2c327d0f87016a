"""Xero's feeds: each list by its update stamps (connectors/xero/walk.py), from the last stamp seen on.

What the stamps do not tell (a due date moved on a part-paid invoice) is caught by the nightly re-read of open invoices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec

from connectors.authorised import Authorised
from connectors.decode import Loose, learn_shapes, loosely
from connectors.port import Context, Mapped, Page, Record, State, Told
from connectors.rechecking import recheck
from connectors.several import kind_by_kind
from connectors.tokens import TokenSet, TokenSource
from connectors.transport import Transport
from connectors.xero import history, mapping, sdk, wire
from connectors.xero.client import Listing, XeroClient
from connectors.xero.dates import instant
from connectors.xero.feeds import BY_KIND, FEEDS, LONG, PAGE_SIZE, PAGES_MAX, Feed
from connectors.xero.limits import IN_FLIGHT
from connectors.xero.several import by_ids
from connectors.xero.side import Came, Threads
from connectors.xero.spread import Call
from connectors.xero.stamped import OVERLAP, highest, records_of, text_of
from connectors.xero.turns import Turns
from connectors.xero.walk import Walk, ended
from ledger.company import Company
from ledger.faults import ConsentLost, PermissionMissing, Refused
from ledger.finding import Finding, Severity


class Organisations(Loose):
    Organisations: list[wire.Organisation] | None = None


class NoticeBody(Loose):
    """One event as runtime keeps it: a kind of ours and an id."""

    kind: str | None = None
    external_id: str = ""


class _PaidBy(Loose):
    PaymentID: str | None = None


class _Paid(Loose):
    Payments: list[_PaidBy] | None = None


class XeroConnector:
    """One organisation at Xero. See connectors/port.py for what each method promises."""

    provider = "xero"
    mapping = staticmethod(mapping.map_record)

    def __init__(
        self,
        *,
        api_base: str,
        tenant_id: str,
        transport: Transport,
        tokens: TokenSource,
        page_size: int = PAGE_SIZE,
    ) -> None:
        self._transport = transport
        self._tokens = tokens
        self._api_base = api_base.rstrip("/")
        self._tenant_id = tenant_id
        self._client = XeroClient(api_base, tenant_id, Authorised(transport, tokens))
        self._size = page_size
        self._turns = Turns(IN_FLIGHT)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(feed.kind for feed in FEEDS)

    @property
    def calls(self) -> int:
        return self._transport.meter.calls

    def company(self) -> Company:
        tokens = self._tokens.current()
        try:
            body = self._organisation(tokens)
        except ConsentLost:
            body = self._organisation(self._tokens.refreshed(tokens))
        found = sdk.decoded(body, Organisations).Organisations or []
        if not found:
            raise Refused("Xero names no organisation for this connection; connect again and choose one.")
        return mapping.company_of(found[0], self._tenant_id)

    def _organisation(self, tokens: TokenSet) -> bytes:
        self._transport.meter.sent("Organisation", 0)
        return sdk.asked(sdk.accounting(self._api_base, tokens).get_organisations, self._tenant_id)

    def feeds(self) -> tuple[str, ...]:
        return (*self.kinds, history.FEED)

    def waves(self) -> tuple[tuple[str, ...], ...]:
        """What mappings have to know (the home currency, the accounts), all that is mapped with it, and what lies behind."""
        reference = tuple(feed.kind for feed in FEEDS if feed.reference)
        others = tuple(kind for kind in self.kinds if kind not in reference and kind not in LONG)
        return reference, LONG + others, self.behind()

    def behind(self) -> tuple[str, ...]:
        return (history.FEED,)

    def map(self, record: Record, context: Context) -> Mapped:
        return mapping.map_record(record, context)

    def pull(self, feed: str, state: State | None, *, since: date | None = None) -> Iterator[Page]:
        if feed == history.FEED:
            return history.before(state, since, lambda each, place: self._walk(each).in_turn(place))
        chosen = BY_KIND[feed]
        if not chosen.paged:
            return self._whole(chosen, dict(state or {}))
        if since is not None and not state and chosen.behind:
            return self._recent(chosen, history.begins(chosen, since))
        return self._recent(chosen, dict(state or {}))

    def _recent(self, feed: Feed, state: dict[str, Any]) -> Iterator[Page]:
        """What is open, where that is still asked for, then the walk."""
        place: State = state
        if "open" in state:
            for page in history.still_open(feed, state, self._numbered, self._ended):
                yield page
                place = page.state
        yield from self._walk(feed).pages(place)

    def _numbered(self, feed: Feed, params: Mapping[str, str], number: int) -> tuple[Listing, Page]:
        with self._turns.turn(1):
            listing = self._client.list(feed.kind, {**params, "page": str(number), "pageSize": str(self._size)})
        records, findings = self._records(feed, listing)
        return listing, Page(feed=feed.kind, records=records, findings=findings, state={}, done=False)

    def _ended(self, listing: Listing, number: int) -> bool:
        return ended(listing, number, self._size)

    def recheck(self, held: Mapping[str, Sequence[str]]) -> Iterator[Page]:
        """Open invoices: a due date moved on a part-paid one leaves its stamp as it was."""
        return recheck(self._open_invoices(), self.read, held, ("Invoices",))

    def _open_invoices(self) -> Iterator[Page]:
        """In the order of their ids, so that one which is edited meanwhile moves no other."""
        feed = BY_KIND["Invoices"]
        for number in range(1, PAGES_MAX):
            listing, page = self._numbered(feed, dict(feed.open_only), number)
            done = self._ended(listing, number)
            yield replace(page, done=done)
            if done:
                return

    def told(self, body: bytes, event_type: str, kept_seconds: float) -> Told:
        del event_type  # the body says it
        notice = msgspec.json.decode(body, type=NoticeBody)
        if notice.kind is None or notice.kind not in BY_KIND:
            return Told()
        return Told(read=((notice.kind, notice.external_id),))

    def follow(self, record: Record) -> Sequence[tuple[str, str]]:
        """An invoice's payments: Xero sends no event of their own. Nothing for records without such a tail."""
        if record.kind != "Invoices" or record.deleted:
            return ()
        try:
            paid = loosely(record.raw, _Paid)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ()
        return tuple(("Payments", item.PaymentID) for item in paid.Payments or [] if item.PaymentID)

    def _whole(self, feed: Feed, state: dict[str, Any]) -> Iterator[Page]:
        """A list that comes in one answer."""
        high = instant(state.get("high"))
        since = high - OVERLAP if high is not None and feed.modified else None
        try:
            with self._turns.turn(1):
                listing = self._client.list(feed.kind, dict(feed.params), modified_since=since)
        except (Refused, PermissionMissing) as refusal:
            if not feed.optional:
                raise
            # names that no figure hangs on: said, and tried again with the next pass
            found = Finding(
                code="list_refused", sentence=str(refusal), severity=Severity.WARNING, record_kind=feed.kind
            )
            yield Page(feed=feed.kind, records=(), findings=(found,), state={}, done=True)
            return
        records, findings = self._records(feed, listing)
        full = since is None
        yield Page(
            feed=feed.kind,
            records=records,
            findings=findings,
            state={"high": text_of(highest(records, high))},
            done=True,
            total=len(records),
            full=full,
            complete=(feed.kind,) if full else (),
        )

    def _walk(self, feed: Feed) -> Walk:
        def ask(call: Call, rounds_left: float) -> Came:
            params = {"page": str(call.page), "pageSize": str(call.size), "order": f"{feed.stamp} ASC"}
            with self._turns.turn(rounds_left):
                listing = self._client.list(feed.kind, {**dict(feed.params), **params}, modified_since=call.since)
            records, findings = self._records(feed, listing)
            return Came(listing=listing, records=records, findings=findings)

        return Walk(kind=feed.kind, size=self._size, long=feed.kind in LONG, ask=ask, side=Threads)

    def read(self, kind: str, external_ids: Sequence[str]) -> Iterator[Page]:
        """Allocations are told by their source: an id of theirs, SOURCE/ALLOCATION, brings the source."""
        feed = BY_KIND[kind]
        wanted = list(dict.fromkeys(external_id.partition("/")[0] for external_id in external_ids))
        for listing in by_ids(self._client, feed, wanted):
            records, findings = self._records(feed, listing)
            yield Page(feed=feed.kind, records=records, findings=findings, state={}, done=True)

    def read_several(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[Page]:
        """Xero has no call that several lists answer."""
        return kind_by_kind(self.read, wanted)

    def _records(self, feed: Feed, listing: Listing) -> tuple[list[Record], list[Finding]]:
        return records_of(feed, listing, self._tenant_id)


learn_shapes()  # lists are read by several threads
