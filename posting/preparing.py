"""From ready to under way: documents read again upstream, postings planned, their entries stored."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from ledger.faults import Fault, Refused, Unreachable
from ledger.match import MatchState
from ledger.posting import EntryState, PostingState
from ledger.receipt import PostStatus
from posting.adopting import adopt
from posting.encoded import body_of
from posting.failing import fail
from posting.found import ASKED_MAX, asked, judge
from posting.gate import refuse_closed
from posting.lookup import look_up
from posting.outlet import POSTER, Outlet, Wanted
from posting.planned import Planned
from posting.planning.books import books_of
from posting.ran import Ran
from posting.refusal import NotPosted
from posting.rules import PostingRules
from store import outbox, outbox_entries
from store.database import Connection
from store.outbox_matches import move_matches, set_post_status
from store.queries import planning as queries

_log = logging.getLogger(__name__)
_OURS = (ValueError, LookupError, ArithmeticError, TypeError, AttributeError)
REMEDY = "Look at it in the books, then retry it, choose something else, or give it up."


@dataclass(slots=True)
class Plans:
    """A bunch of ready postings by what they come to. partly: a part stands already, so only the rest goes."""

    planned: list[tuple[Any, Planned]] = field(default_factory=list)
    refused: list[tuple[Any, NotPosted]] = field(default_factory=list)
    found: dict[UUID, Any] = field(default_factory=dict)
    partly: list[Any] = field(default_factory=list)


def prepare(outlet: Outlet, rules: PostingRules, version: int | None, ran: Ran, postings: Sequence[Any]) -> None:
    """A posting is under way exactly if its entries stand in the outbox: that is one transaction, after every reading."""
    _look_again(outlet, postings)
    plans = plan_all(outlet, rules, postings)
    with outlet.database.read() as connection:
        planner = outlet.planner(connection, outlet, rules)
    with outlet.write() as connection:
        refuse_closed(connection, outlet)
        _keep_unchanged(connection, outlet, plans)
        for row, refusal in plans.refused:
            fail(connection, outlet, row, refusal, expected=PostingState.READY)
        for row, _ in plans.planned:
            if row.id in plans.found:
                planner.settle_found(connection, row, plans.found[row.id], by=outlet.by, now=outlet.now())
        _begin(connection, outlet, plans, version)
    ran.failed += [row.id for row, _ in plans.refused]
    ran.found += list(plans.found)
    ran.warnings += [text for _, one in plans.planned for text in one.warnings]


def plan_all(outlet: Outlet, rules: PostingRules, postings: Sequence[Any]) -> Plans:
    """What ready postings come to, with everything read again upstream. Writes nothing but what was read."""
    plans = Plans()
    fresh: list[Any] = []
    with outlet.database.read() as connection:
        for row in postings:
            part = row.attempts and outbox.reached(connection, outlet.organisation_id, row.id)
            (plans.partly if part else fresh).append(row)
        wanted = outlet.planner(connection, outlet, rules).wanted(connection, fresh)
        before = _open(connection, outlet, wanted)
    if any(wanted.values()):
        outlet.refresh(wanted)
    with outlet.database.read() as connection:
        after = _open(connection, outlet, wanted)
        planner = outlet.planner(connection, outlet, rules)
        for row in fresh:
            try:
                planned = planner.plan(connection, row, outlet.writer)
            except NotPosted as refusal:
                plans.refused.append((row, refusal))
            except Unreachable:
                raise
            except Refused as refused:
                plans.refused.append((row, NotPosted("not_expressible", str(refused), REMEDY)))
            except Fault as fault:
                plans.refused.append((row, NotPosted("not_planned", str(fault), REMEDY)))
            except _OURS as mistake:  # it must not keep every other posting waiting
                _log.exception("posting %s could not be planned", row.id)
                words = f"It could not be planned by a mistake of our own ({type(mistake).__name__}); see the log."
                plans.refused.append((row, NotPosted("own_mistake", words, "Retry it with the next version.")))
            else:
                plans.planned.append((row, planned))
        plans.found = dict(planner.found(connection, plans.planned, None))
    _ask_provider(outlet, rules, plans, {own for own, left in before.items() if after.get(own, 0) < left})
    return plans


def _open(connection: Connection, outlet: Outlet, wanted: Wanted) -> dict[str, int]:
    ids = {own for few in wanted.values() for own in few}
    return queries.open_amounts(connection, outlet.organisation_id, outlet.connection_id, ids)


def _ask_provider(outlet: Outlet, rules: PostingRules, plans: Plans, paid: Collection[str]) -> None:
    """Whether the provider itself holds the same money by now: of a handful, where the store may lag behind.

    paid: invoices on which less was open when they were read again than the store had known: of money for those it is
    asked, too, however many there are, since it may be what was entered there.
    """
    open_ = [(row, one) for row, one in plans.planned if row.id not in plans.found]
    if len(open_) > ASKED_MAX:
        open_ = [(row, one) for row, one in open_ if _documents(one).intersection(paid)]
    answers = {row.id: asked(outlet.writer, row, one.entries) for row, one in open_}
    with outlet.database.read() as connection:
        books = books_of(connection, outlet.organisation_id, outlet.connection_id, rules, now=outlet.now())
        for row, one in open_:
            try:
                found = judge(connection, books, row, answers[row.id])
            except NotPosted as refusal:
                plans.planned.remove((row, one))
                plans.refused.append((row, refusal))
            else:
                if found is not None:
                    plans.found[row.id] = found


def _documents(planned: Planned) -> set[str]:
    lines = (line for entry in planned.entries for line in entry.lines)
    return {line.document.external_id for line in lines if line.document is not None}


def _look_again(outlet: Outlet, postings: Sequence[Any]) -> None:
    """What was refused an earlier time is looked up before it goes out again; where it stands all the same, it is ours."""
    again = [row.id for row in postings if row.attempts]
    if not again:
        return
    with outlet.database.read() as connection:
        rows = outbox_entries.entries_of(connection, outlet.organisation_id, again)
    refused = [row for row in rows if row.state == EntryState.REFUSED.value]
    found = look_up(outlet, refused)
    if found:
        with outlet.write() as connection:
            adopt(connection, outlet, [row for row in refused if row.write_id in found], found)


def _keep_unchanged(connection: Connection, outlet: Outlet, plans: Plans) -> None:
    """Leaves out what somebody has taken back or changed since it was read."""
    loaded = {row.id: row for row in (*(row for row, _ in (*plans.planned, *plans.refused)), *plans.partly)}
    rows = outbox.find_many(connection, outlet.organisation_id, list(loaded))
    fresh = {
        row.id for row in rows if row.state == PostingState.READY.value and row.revision == loaded[row.id].revision
    }
    plans.planned = [item for item in plans.planned if item[0].id in fresh]
    plans.refused = [item for item in plans.refused if item[0].id in fresh]
    plans.partly = [row for row in plans.partly if row.id in fresh]
    plans.found = {own: found for own, found in plans.found.items() if own in fresh}


def _begin(connection: Connection, outlet: Outlet, plans: Plans, version: int | None) -> None:
    going = [(row, one) for row, one in plans.planned if row.id not in plans.found]
    own, now = outlet.organisation_id, outlet.now()
    outbox_entries.replace_waiting(connection, own, [row.id for row, _ in going], _entries(outlet, going))
    outbox_entries.wait_again(connection, own, [row.id for row in plans.partly], now)
    outbox_entries.touch(connection, own, [row.id for row in plans.partly], now)  # what stands is read back anew
    started = [row for row, _ in going] + plans.partly
    outbox.move(
        connection, own, [row.id for row in started], PostingState.POSTING, expected=(PostingState.READY,), by=outlet.by,
        reason="It is being written.", now=now, code=None, due_at=None, rules_version=version,
    )  # fmt: skip
    outbox.count_attempts(connection, own, [row.id for row in started])
    move_matches(
        connection, own, [row.match_id for row in started if row.match_id], MatchState.POSTING,
        expected=(MatchState.APPROVED, MatchState.FAILED), by=POSTER, reason="It is being written to the books.", now=now,
    )  # fmt: skip
    receipts = [row.receipt_id for row in started if row.receipt_id and row.match_id]
    set_post_status(connection, own, receipts, PostStatus.POSTING)


def _entries(outlet: Outlet, going: Sequence[tuple[Any, Planned]]) -> list[dict[str, object]]:
    return [
        {
            "organisation_id": outlet.organisation_id,
            "id": outbox_entries.entry_id(row.id, entry.write_id),
            "posting_id": row.id,
            "connection_id": outlet.connection_id,
            "position": position,
            "write_id": entry.write_id,
            "kind": entry.kind.value,
            "body": body_of(entry),
            "currency": entry.amount.currency,
            "amount_minor": entry.amount.minor,
            "dated_on": entry.on,
            "account_external_id": entry.account,
            "state": EntryState.WAITING.value,
            "created_at": outlet.now(),
            "updated_at": outlet.now(),
        }
        for row, one in going
        for position, entry in enumerate(one.shaped, 1)
    ]
