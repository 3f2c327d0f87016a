"""How far before a start date money has to be read, so that the first payout after it closes: its charges are older."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from connectors.decode import Loose, loosely
from connectors.stripe import wire
from connectors.stripe.api import Api, Params
from connectors.stripe.events import itemised

MONEY = frozenset({"balance_transactions", "charges", "disputes", "invoice_payments", "payment_intents", "refunds"})
"""Kinds of which the first payout holds some that were made before the start date."""

_DAY = 86_400
_LOOKED_AT = (14 * _DAY, 90 * _DAY, 400 * _DAY)  # how far after the start a first payout is looked for
_PAGES_MAX = 10_000


class _Row(Loose):
    id: str = ""
    created: int | None = None


def start_of(day: date) -> int:
    """The first second of a day, UTC."""
    return int(datetime.combine(day, time(), UTC).timestamp())


def money_from(api: Api, start: int) -> int:
    """The second from which on the kinds of MONEY are read, `start` or before. A few calls."""
    for reach in _LOOKED_AT:
        window = (("created[gte]", str(start)), ("created[lt]", str(start + reach)))
        found = None
        for raw in _all(api, "payouts", window, "/v1/payouts"):
            payout = loosely(raw, wire.Payout)
            found = payout.id if itemised(payout) else found  # newest first: the last one is the first after the start
        if found is not None:
            return min(start, _oldest_in(api, found, start))
    return start


def _oldest_in(api: Api, payout: str, start: int) -> int:
    rows = _all(api, "balance_transactions", (("payout", payout),), "/v1/balance_transactions")
    return min((made for raw in rows if (made := _created(raw)) is not None), default=start)


def _created(raw: bytes) -> int | None:
    return loosely(raw, _Row).created


def _all(api: Api, kind: str, wanted: Params, path: str) -> Iterator[bytes]:
    after: Params = ()
    for _ in range(_PAGES_MAX):
        batch = api.list(kind, (*wanted, *after), path=path)
        yield from batch.raws
        if not batch.has_more or not batch.raws:
            return
        after = (("starting_after", loosely(batch.raws[-1], wire.Head).id),)
