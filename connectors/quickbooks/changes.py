"""The change feed (CDC): one call for all kinds, split only where an answer may have been cut.

An answer holds at most 1,000 records, has no pages, and puts deletions last: one that comes near that size is asked for
again kind by kind, and a kind that alone comes near it is listed whole, which shows its deletions too. Where an answer says
nothing of the kinds that were asked for, the next pass asks from the same time on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from connectors.port import Page, Record
from connectors.quickbooks.client import Listing, QuickBooksClient
from connectors.quickbooks.faults import QuickBooksRefused
from connectors.quickbooks.kinds import CHANGED
from connectors.quickbooks.records import to_records
from connectors.quickbooks.walk import walk
from ledger.finding import Finding

OVERLAP = timedelta(minutes=5)  # stamps are given before the change can be seen
REACH = timedelta(days=29)  # the feed goes back 30 days
NEAR_FULL = 950  # of the 1,000 that an answer may hold


def changed(client: QuickBooksClient, feed: str, since: datetime) -> Iterator[Page]:
    """Pages from `since` (the server's time of the last pass) to the present."""
    answer = _asked(client, CHANGED, since)
    present = answer.requested_at if isinstance(answer, QuickBooksRefused) else answer.server_time
    if present - since > REACH:
        yield from walk(client, feed, {"todo": CHANGED})
        return
    if isinstance(answer, QuickBooksRefused) or answer.count >= NEAR_FULL:
        answers, cut = _one_by_one(client, since)
    else:
        answers, cut = dict.fromkeys(CHANGED, answer), []
    records, findings = _records(answers)
    began = min((since if listing.silent else listing.server_time for listing in answers.values()), default=None)
    if began is not None and not cut:
        state = {"since": began.isoformat()}
        yield Page(feed=feed, records=records, findings=findings, state=state, done=True, total=len(records))
        return
    # the kinds that are listed whole make this a full listing from its first page on
    left = {"todo": cut, "began": began.isoformat() if began else None}
    yield Page(feed=feed, records=records, findings=findings, state=left, done=False, full=True)
    yield from walk(client, feed, left)


def _asked(client: QuickBooksClient, kinds: tuple[str, ...], since: datetime) -> Listing | QuickBooksRefused:
    """A refusal is an answer here: the time lies too far back, or this company's feed lacks a kind."""
    try:
        return client.changes(kinds, since - OVERLAP)
    except QuickBooksRefused as refused:
        return refused


def _one_by_one(client: QuickBooksClient, since: datetime) -> tuple[dict[str, Listing], list[str]]:
    """Each kind's changes, and the kinds that were refused or whose answer may have been cut."""
    answers: dict[str, Listing] = {}
    cut = []
    for kind in CHANGED:
        answer = _asked(client, (kind,), since)
        if isinstance(answer, QuickBooksRefused) or answer.count >= NEAR_FULL:
            cut.append(kind)
        else:
            answers[kind] = answer
    return answers, cut


def _records(answers: dict[str, Listing]) -> tuple[list[Record], list[Finding]]:
    records: list[Record] = []
    findings: list[Finding] = []
    for kind, listing in answers.items():
        came, odd = to_records(kind, listing.of(kind), listing.requested_at)
        records += came
        findings += odd
    return records, findings
