"""The month from its first day to the last payout's arrival, and what is held against it in the end."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.month.happenings import OTHER_APP_DAYS, Month
from bench.month.looking import look, settle_the_lost, tell_the_bank
from bench.month.shop import FOREIGN, Shop, moment_of, shop_of
from bench.month.upstream import changed_upstream, paused_by_another, verified
from posting.rules import Role
from proving.clearing import proofs
from proving.clearing_proof import ClearingProof, Section
from proving.payout_proof import payout_proof
from store.database import Connection
from store.queries import clearing, processor
from store.tables.posting import postings

FIRST = date(2026, 3, 1)
SETTLES_AFTER = 9
"""Days after the month in which what left in it arrives and is looked at."""


@dataclass
class Told:
    """What became of it. proofs: how many were made; wrong: what does not hold, in sentences. changed: how a record that
    was changed upstream in the end is named; paused: what is said when the other app comes back.
    """

    books: str
    seed: int
    counts: dict[str, int]
    postings: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    calls: int = 0
    proofs: int = 0
    last: list[dict[str, Any]] = field(default_factory=list)
    bank_lines: int = 0
    coded: int = 0
    changed: list[str] = field(default_factory=list)
    paused: str = ""
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.wrong


def run(
    provider: str, seed: int, *, days: int = 31, zone: str = "", say: Callable[[str], None] = lambda _: None
) -> Told:
    """days: how many of the month; the special events of later ones do not happen then. zone: in place of the company's own,
    at hours at which UTC has another day.
    """
    elsewhere = ZoneInfo(zone) if zone else None
    with (
        tempfile.TemporaryDirectory(prefix="tieout-month-") as folder,
        shop_of(provider, Path(folder), seed, FIRST - timedelta(days=1), zone) as shop,
    ):
        month = Month(shop)
        told = Told(provider, seed, month.counts)
        shop.follow(FIRST + timedelta(days=OTHER_APP_DAYS))
        for number in range(1, days + 1 + SETTLES_AFTER):
            shop.clock.set(moment_of(FIRST + timedelta(days=number - 1), elsewhere))
            before = len(month.lines)
            if number <= days:
                month.happen(number)
            else:
                month.quiet_day()
            tell_the_bank(shop, month.lines[before:], f"day-{number}")
            ran = look(shop)
            if number == 27:
                settle_the_lost(month)
            told.calls += ran.calls
            say(f"{shop.today}: {ran.posted} posted, {ran.failed} failed, {ran.found} found; {ran.states}")
        _hold(month, told, days)
    return told


def _hold(month: Month, told: Told, days: int) -> None:
    told.coded, told.bank_lines = month.coded, len(month.lines)
    _postings(month.shop, told)
    _tie(month.shop, told, days)
    _bank(month, told)
    found = verified(month.shop)
    told.wrong += [f"verify: {row.words}" for row in found]
    told.changed = changed_upstream(month.shop)
    if not told.changed:
        told.wrong.append("a record that was changed upstream was not named")
    if paused_by_another(month.shop):
        told.wrong.append("it was paused while nobody else booked anything")
    month.other_app_returns()
    look(month.shop)
    told.paused = paused_by_another(month.shop)
    if not told.paused:
        told.wrong.append("another app booked a charge, and nothing was paused")


def _postings(shop: Shop, told: Told) -> None:
    with shop.app.database.read() as connection:
        rows = list(connection.execute(postings.select()))
    told.postings = dict(Counter(f"{row.cause_kind} {row.state}" for row in rows))
    told.failed = [
        f"{row.cause_kind} {row.choices.get('what', '')}: {row.reason}" for row in rows if row.state == "failed"
    ]


def _tie(shop: Shop, told: Told, days: int) -> None:
    """At the end of every day of the month, and at the very end against what the ledger and Stripe say themselves."""
    with shop.app.database.read() as connection:
        for number in range(days + SETTLES_AFTER):
            day = FIRST + timedelta(days=number)
            for one in proofs(connection, shop.organisation_id, shop.entity_id, day):
                told.proofs += 1
                told.wrong += [
                    f"{day} {one.currency}: {row.words}" for row in one.rows if row.section is Section.UNEXPLAINED
                ]
                told.wrong += _against_stripe(shop, one)
        last = proofs(connection, shop.organisation_id, shop.entity_id, shop.today)
        told.wrong += _payouts(connection, shop)
    told.last = [_shown(one) for one in last]
    for one in (one for one in last if one.currency == shop.home):
        there = shop.other.balance(one.account or "")
        if there != one.books.minor:
            told.wrong.append(f"{one.account_name}: the ledger itself says {there}, the records here {one.books}")


def _payouts(connection: Connection, shop: Shop) -> list[str]:
    """Each payout by itself: its parts add up to it, they are in the books, and so is it."""
    wrong = []
    for row in processor.payouts(connection, shop.organisation_id, shop.source):
        one = payout_proof(connection, shop.organisation_id, shop.entity_id, shop.source, row.external_id)
        if not one.ties:
            loose = "; ".join(each.words for each in one.rows)
            wrong.append(
                f"payout {one.payout} of {one.amount} carried {one.carried}: {loose or 'its transfer is missing'}"
            )
        if one.line is None:
            wrong.append(f"payout {one.payout} of {one.amount} has no bank line")
    return wrong


def _against_stripe(shop: Shop, one: ClearingProof) -> list[str]:
    said = shop.stripe.truth(shop.account, one.through)["balance"].get(one.currency, "0")
    ours = one.stripe.decimal()
    return (
        []
        if f"{ours:f}" == f"{type(ours)(said):.2f}"
        else [f"{one.through} {one.currency}: Stripe says {said}, here {ours}"]
    )


def _shown(one: ClearingProof) -> dict[str, Any]:
    return {
        "currency": one.currency, "account": one.account_name, "books": str(one.books), "stripe": str(one.stripe),
        "unexplained": str(one.unexplained),
        **{section.value: str(one.sum_of(section)) for section in Section},
        "rows": [f"{row.section.value}: {row.amount} {row.words}" for row in one.rows],
    }  # fmt: skip


def _bank(month: Month, told: Told) -> None:
    """Every line of the bank's statements has exactly one equal record in the ledger, and no more."""
    shop = month.shop
    for currency in (shop.home, FOREIGN):
        lines = Counter((line.on, line.minor) for line in month.lines if line.currency == currency)
        account = shop.account_id(Role.BANK, currency)
        with shop.app.database.read() as connection:
            rows = clearing.moved_on(connection, shop.organisation_id, shop.books, account, currency)
        records = Counter((row.on, row.minor) for row in rows)
        told.wrong += [
            f"bank {currency}: {count} lines of {minor} on {on}, {records[on, minor]} records"
            for (on, minor), count in sorted(lines.items())
            if records[on, minor] != count
        ]
        told.wrong += [
            f"bank {currency}: a record of {minor} on {on} that no line has"
            for (on, minor) in sorted(records)
            if (on, minor) not in lines
        ]
