"""Xero's feeds: each list in the order of its update stamp, from the last stamp seen on.

Lists are walked by stamp and not by page number: a row that is edited during the walk moves to the end, and page numbers
would then skip its neighbour. Pages of one second are told apart by number. What the stamps do not tell (a due date
moved on a part-paid invoice) is caught by the nightly re-read of open invoices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec

from connectors.authorised import Authorised
from connectors.decode import Loose, learn_shapes
from connectors.port import Context, Mapped, Page, Record, State, Told
from connectors.rechecking import recheck
from connectors.several import kind_by_kind
from connectors.tokens import TokenSet, TokenSource
from connectors.transport import Transport
from connectors.xero import history, mapping, sdk, wire
from connectors.xero.client import Listing, XeroClient
from connectors.xero.dates import instant
from connectors.xero.feeds import BY_KIND, FEEDS, PAGE_SIZE, PAGES_MAX, Feed
from connectors.xero.several import by_ids
from connectors.xero.stamped import following, highest, in_order, records_of, text_of, total_of
from connectors.xero.ties import ROUNDS_MAX, Tie, tie_of
from ledger.company import Company
from ledger.faults import ConsentLost, PermissionMissing, Refused, Unreachable
from ledger.finding import Finding, Severity

OVERLAP = timedelta(minutes=5)  # stamps are given before the change can be seen


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

    def __init__(self, *, api_base: str, tenant_id: str, transport: Transport, tokens: TokenSource) -> None:
        self._transport = transport
        self._tokens = tokens
        self._api_base = api_base.rstrip("/")
        self._tenant_id = tenant_id
        self._client = XeroClient(api_base, tenant_id, Authorised(transport, tokens))

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
        return reference, tuple(kind for kind in self.kinds if kind not in reference), self.behind()

    def behind(self) -> tuple[str, ...]:
        return (history.FEED,)

    def map(self, record: Record, context: Context) -> Mapped:
        return mapping.map_record(record, context)

    def pull(self, feed: str, state: State | None, *, since: date | None = None) -> Iterator[Page]:
        if feed == history.FEED:
            return history.before(state, since, self._walk)
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
        yield from self._walk(feed, dict(place))

    def _numbered(self, feed: Feed, params: Mapping[str, str], number: int) -> tuple[Listing, Page]:
        listing = self._client.list(feed.kind, {**params, "page": str(number), "pageSize": str(PAGE_SIZE)})
        records, findings = self._records(feed, listing)
        return listing, Page(feed=feed.kind, records=records, findings=findings, state={}, done=False)

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
            paid = msgspec.json.decode(record.raw, type=_Paid)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ()
        return tuple(("Payments", item.PaymentID) for item in paid.Payments or [] if item.PaymentID)

    def _whole(self, feed: Feed, state: dict[str, Any]) -> Iterator[Page]:
        """A list that comes in one answer."""
        high = instant(state.get("high"))
        since = high - OVERLAP if high is not None and feed.modified else None
        try:
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

    def _walk(self, feed: Feed, state: dict[str, Any]) -> Iterator[Page]:
        """state: high (the newest stamp stored), from and page (the walk under way), full (it began from nothing).

        plain: a page came in another order than asked for; the walk then goes by page numbers alone, and the next one
        starts from this one's beginning, so that a row which moved meanwhile is seen then. tie, loose: rows of one
        second on several pages (connectors/xero/ties.py), and whether such a second never came to rest.
        """
        high = instant(state.get("high"))
        full = bool(state.get("full")) if "from" in state else high is None
        start = instant(state["from"]) if "from" in state else (high - OVERLAP if high else None)
        number, came = int(state.get("page", 1)), int(state.get("came", 0))
        plain, began = bool(state.get("plain")), state.get("began")
        tie, loose = tie_of(state.get("tie")), bool(state.get("loose"))
        for _ in range(PAGES_MAX):
            params = {
                **dict(feed.params),
                "page": str(number),
                "pageSize": str(PAGE_SIZE),
                "order": f"{feed.stamp} ASC",
            }
            listing = self._client.list(feed.kind, params, modified_since=start)
            records, findings = self._records(feed, listing)
            came += len(listing.raws)
            began = began or text_of(listing.requested_at)
            plain = plain or not in_order(records)
            high = highest(records, high)
            tie, done = tie.with_page(records, start), self._ended(listing, number)
            after = (start, number + 1) if plain else following(start, number, highest(records, start))
            over = done or after[0] != start
            if over and number > 1 and not plain and not tie.settled and tie.rounds < ROUNDS_MAX:
                after, tie, done = (start, 1), tie.again(), False
            elif over:
                loose = loose or (number > 1 and tie.given_up)
                tie = Tie()
            start, number = after
            walk = {
                "from": text_of(start), "page": number, "full": full, "came": came, "plain": plain, "began": began,
                "tie": tie.as_json(), "loose": loose,
            }  # fmt: skip
            walk = {} if done else walk
            if done and plain:
                high = min(filter(None, (high, instant(began))), default=None)
            yield Page(
                feed=feed.kind,
                records=records,
                findings=findings,
                state={"high": text_of(high), **walk},
                done=done,
                total=total_of(listing, came),
                full=full,
                # page numbers may skip a row
                complete=(feed.kind,) if full and done and not plain and not loose else (),
            )
            if done:
                return
        raise Unreachable(f"Xero's list of {feed.kind} does not end; nothing more was read from it.")

    def _ended(self, listing: Listing, number: int) -> bool:
        """A short page is the last. Xero's own count is believed where a server cuts pages shorter than asked."""
        pages = listing.pagination
        if pages is not None and pages.pageCount is not None:
            return number >= pages.pageCount
        return len(listing.raws) < PAGE_SIZE

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
