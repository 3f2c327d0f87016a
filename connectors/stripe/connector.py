"""One Stripe account as a connector."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from connectors.decode import learn_shapes, mended
from connectors.port import Context, Mapped, Page, Record, State, Told
from connectors.rechecking import recheck
from connectors.stripe.api import Api
from connectors.stripe.burst import Burst
from connectors.stripe.company import company_of
from connectors.stripe.events import (
    Target,
    booked_by,
    consequences,
    contents_of,
    paid_by,
    read_event,
    snapshot_of,
    target_of,
)
from connectors.stripe.full import FEED, FullPass, begin
from connectors.stripe.kinds import KINDS, PAYOUT_ITEMS
from connectors.stripe.live import LivePass
from connectors.stripe.mapping import map_record
from connectors.stripe.reader import read_many
from connectors.stripe.recheck import RECHECKED, still_open
from connectors.tokens import TokenSource
from connectors.transport import Transport
from ledger.company import Company
from ledger.faults import BadInput

EVENTS_REACH = timedelta(days=29)  # Stripe keeps events for 30 days
_READS_A_PAGE = 20


class StripeConnector:
    """The account of a key, or with `account` (acct_...) one that is connected to a platform's key.

    api_base: https://api.stripe.com or a stand-in. clock: now in UTC.
    """

    provider = "stripe"
    mapping = staticmethod(map_record)

    def __init__(
        self,
        api_base: str,
        tokens: TokenSource,
        *,
        account: str | None,
        transport: Transport,
        clock: Callable[[], datetime],
    ) -> None:
        self._tokens = tokens
        self._transport = transport
        self._clock = clock
        self._api = Api(api_base, tokens, account, transport)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What Stripe holds. Records of the kind payout_items come besides: they are a reading, not a holding."""
        return tuple(kind.name for kind in KINDS)

    @property
    def calls(self) -> int:
        return self._transport.meter.calls

    def company(self) -> Company:
        """One call. Raises ConsentLost, PermissionMissing."""
        return company_of(self._api.account(), self._tokens.current().access_token)

    def feeds(self) -> tuple[str, ...]:
        """One: the events of an account tell of nearly all kinds, so that one place covers them all."""
        return (FEED,)

    def waves(self) -> tuple[tuple[str, ...], ...]:
        return ((FEED,),)

    def behind(self) -> tuple[str, ...]:
        return ()

    def pull(self, feed: str, state: State | None, *, since: date | None = None) -> Iterator[Page]:
        """Pages from `state` on; a state that the events no longer reach leads to a full pass.

        When the lists took long, the events since their beginning follow in the same pull.
        """
        if feed != FEED:
            raise BadInput(f"Stripe has the feed {FEED!r} alone, not {feed!r}.")
        now = self._clock()
        place = dict(state) if state else {}
        if not _usable(place, now):
            place = begin(self._api, now, since)
        if place["phase"] == "full":
            for page in FullPass(self._api, place, self._clock_told).pages(self._clock):
                yield page
                place = dict(page.state)
                if page.done:
                    return
        yield from LivePass(self._api, place, lambda: self._transport.meter.clock_ahead).pages(self._clock())

    def _clock_told(self) -> timedelta | None:
        meter = self._transport.meter
        return meter.clock_ahead if meter.clock_told else None

    def read(self, kind: str, external_ids: Sequence[str]) -> Iterator[Page]:
        """The present state of records: one call each, a few at a time, since Stripe has no reading by a list of ids.

        By a parent's id all under it: payout_items of po_, customer_balance_transactions of cus_, invoice_payments
        of in_.
        """
        return self._one_by_one(kind, external_ids, expand=False)

    def read_several(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[Page]:
        """Lists, newest first, where several of a kind are wanted; with each object what `follow` would ask for next."""
        return Burst(self._api, self._one_by_one).pages(wanted)

    def _one_by_one(self, kind: str, external_ids: Sequence[str], expand: bool) -> Iterator[Page]:  # noqa: FBT001 - as Burst calls it
        targets: list[Target] = [(kind, external_id) for external_id in dict.fromkeys(external_ids)]
        for start in range(0, len(targets), _READS_A_PAGE):
            made = read_many(self._api, targets[start : start + _READS_A_PAGE], expand=expand)
            last = start + _READS_A_PAGE >= len(targets)
            yield Page(feed="read", records=made.records, state={}, done=last, findings=made.findings)

    def recheck(self, held: Mapping[str, Sequence[str]]) -> Iterator[Page]:
        """Open and draft invoices, and payouts that are on their way or came lately: a paid one may still fail. What those
        carry is read where it is not here and can be told by now.
        """
        bare = set(held.get(PAYOUT_ITEMS, ()))
        for page in recheck(still_open(self._api, self._clock()), self.read, held, RECHECKED):
            yield page
            payouts = [record for record in page.records if record.kind == "payouts" and record.external_id in bare]
            wanted = [payout for record in payouts for _, payout in self._contents(record)]
            yield from self.read(PAYOUT_ITEMS, wanted)

    def told(self, body: bytes, event_type: str, kept_seconds: float) -> Told:
        """The event's snapshot where it may be applied, else what to read; and what changed with it. Makes no call.

        Whether the event's second is over is told by how long it has been here: Stripe's clock and ours may differ.
        """
        del event_type  # the object says what it is
        try:
            event = read_event(mended(body))
            target = target_of(event)
            record = snapshot_of(event, over=kept_seconds >= 1, ahead=self._transport.meter.clock_ahead)
            read = set(consequences(event))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Told()
        if record is None and target is not None:
            read.add(target)
        return Told(records=(record,) if record else (), read=tuple(sorted(read)))

    def follow(self, record: Record) -> Sequence[tuple[str, str]]:
        """The balance transactions that a charge, refund, dispute or payout made; what an application applies to what; what a
        payout carries.
        """
        if record.deleted:
            return ()
        try:
            about = (record.kind, record.raw)
            return (*booked_by(*about), *paid_by(*about), *contents_of(*about))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ()

    def _contents(self, record: Record) -> Sequence[Target]:
        try:
            return () if record.deleted else tuple(contents_of(record.kind, record.raw))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ()

    def map(self, record: Record, context: Context) -> Mapped:
        return map_record(record, context)


def _usable(place: dict[str, Any], now: datetime) -> bool:
    """Whether the events still reach back to where this state stands."""
    if place.get("v") != (2 if place.get("phase") == "full" else 1):
        return False
    stands = place["begun"] if place["phase"] == "full" else place["polled"]
    return now - datetime.fromisoformat(stands) < EVENTS_REACH


learn_shapes()  # lists are read by several threads
