"""What workers run: ids in, one service call, and when to come back. Queued after commit."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import cache
from uuid import UUID

from ledger.faults import Conflict, Fault, NotFound, RateLimited, Unreachable
from reconcile.books.replay import run as run_replay
from runtime.closing import prepare_close
from runtime.hooks import settle_what_came, work_inbox
from runtime.large_statements import take_in
from runtime.outgoing import note_what_the_feed_lacks, to_be_sent, write_what_is_due
from runtime.passes import load_row, note_trouble, sync_connection
from runtime.posting import post_connection
from runtime.proving import verify_connection
from runtime.queue import Nudges, soon
from runtime.recheck import recheck_connection
from runtime.reconciling import reconcile_entity_of
from runtime.settings import Settings
from runtime.turns import Turn, TurnOver
from runtime.wiring import App
from store import closes, tenancy, verifications
from store.scope import Scope

_log = logging.getLogger(__name__)
RETRY_SECONDS = 120  # a provider that was down is asked again after two minutes, then by the schedule
BUSY_SECONDS = 5
LATER_SECONDS = 210  # a call whose reply was lost has ended by then, one way or the other


@cache
def _app() -> App:
    """One per worker process."""
    return App.build(Settings.load())


@cache
def _nudges() -> Nudges:
    settings = Settings.load()
    if settings.redis_url is None:
        raise Unreachable("A worker needs TIEOUT_REDIS_URL; `tieout serve` sets it for its own.")
    return Nudges(settings.redis_url)


def sync(organisation: str, connection: str) -> None:
    """Pulls a connection, then matches what came, and of a long import what is current before its history. A long pass gives way to others and goes on at the queue's end."""
    organisation_id, connection_id = UUID(organisation), UUID(connection)
    app = _app()
    try:
        turn = Turn(others_wait=lambda: _nudges().others_wait(connection_id))
        sync_connection(
            app, organisation_id, connection_id, turn=turn, current=lambda: _look(app, organisation_id, connection_id)
        )
        _look_at_all(app, organisation_id, connection_id)
    except TurnOver:
        _nudges().nudge(sync, organisation_id, connection_id)
    except RateLimited as limited:
        _nudges().nudge(sync, organisation_id, connection_id, at=soon(app.clock.now(), limited.retry_after_seconds))
    except Conflict:
        _log.info("connection %s is being synced already", connection_id)
    except NotFound:
        _log.info("connection %s is gone", connection_id)
    except Unreachable as fault:
        _log.warning("connection %s: %s", connection_id, fault)
        _nudges().nudge(sync, organisation_id, connection_id, at=soon(app.clock.now(), RETRY_SECONDS))
    except Fault as fault:
        _log.warning("connection %s: %s", connection_id, fault)  # its row says so, a person has to act


def recheck(organisation: str, connection: str) -> None:
    """The nightly re-read of a connection, then matching where something had changed with no word of it."""
    organisation_id, connection_id = UUID(organisation), UUID(connection)
    app = _app()
    try:
        changed = recheck_connection(app, organisation_id, connection_id)
        note_what_the_feed_lacks(app, load_row(app, organisation_id, connection_id))
        if changed:
            _look(app, organisation_id, connection_id)
    except Fault as fault:  # the schedule asks for this again
        _log.warning("connection %s was not read again: %s", connection_id, fault)
        _note(app, organisation_id, connection_id, fault)


def verify(organisation: str, connection: str) -> None:
    """Holds a connection against its provider, because somebody asked; its verification says how it went."""
    organisation_id, connection_id = UUID(organisation), UUID(connection)
    with _app().database.read() as read:
        by = verifications.asked_by(read, Scope(organisation_id, connection_id))
    if by is not None:  # else another worker has done it
        _verify(organisation_id, connection_id, by)


def verify_at_night(organisation: str, connection: str) -> None:
    """The nightly verification, right after a sync: what differs then is no mere delay."""
    organisation_id, connection_id = UUID(organisation), UUID(connection)
    try:
        sync_connection(_app(), organisation_id, connection_id)
        _look_at_all(_app(), organisation_id, connection_id)
    except Fault as fault:
        _log.warning("connection %s was not synced before it was verified: %s", connection_id, fault)
    _verify(organisation_id, connection_id, "schedule")


def _verify(organisation_id: UUID, connection_id: UUID, by: str) -> None:
    try:
        verify_connection(_app(), organisation_id, connection_id, by=by)
    except Fault as fault:
        _log.warning("connection %s was not verified: %s", connection_id, fault)  # its verification says so
        _note(_app(), organisation_id, connection_id, fault)


def close(organisation: str, own: str) -> None:
    """Prepares the period that somebody asked for; its row says where that failed."""
    organisation_id, close_id = UUID(organisation), UUID(own)
    app = _app()
    with app.database.read() as connection:
        row = closes.find(connection, organisation_id, close_id)
    if row.state != "waiting":
        return
    problem = None
    try:
        prepare_close(app, organisation_id, row.entity_id, row.through, by=row.prepared_by)
    except Fault as fault:
        _log.warning("close %s: %s", close_id, fault)
        problem = str(fault)
    with app.database.write() as connection:
        closes.ended(connection, organisation_id, close_id, problem)


def hooks(organisation: str, connection: str) -> None:
    """Works through the kept webhooks of a connection, then matches what came, also to a run that was cut off before that."""
    organisation_id, connection_id = UUID(organisation), UUID(connection)
    app = _app()
    try:
        work_inbox(app, organisation_id, connection_id, settles=False)
        if load_row(app, organisation_id, connection_id).look_due_at is not None:
            _look_at_all(app, organisation_id, connection_id)
    except RateLimited as limited:
        _note(app, organisation_id, connection_id, limited)
        _nudges().nudge(hooks, organisation_id, connection_id, at=soon(app.clock.now(), limited.retry_after_seconds))
    except Conflict:
        _nudges().nudge(hooks, organisation_id, connection_id, at=soon(app.clock.now(), BUSY_SECONDS))
    except NotFound:
        _log.info("connection %s is gone", connection_id)
    except Unreachable as fault:
        _log.warning("connection %s: %s", connection_id, fault)
        _nudges().nudge(hooks, organisation_id, connection_id, at=soon(app.clock.now(), RETRY_SECONDS))
    except Fault as fault:
        _log.warning("connection %s: %s", connection_id, fault)
        _note(app, organisation_id, connection_id, fault)
    finally:
        app.keep_calls()


def look(organisation: str, connection: str) -> None:
    """Settles and matches what came to a worker that was killed before it did. No provider is asked."""
    organisation_id, connection_id = UUID(organisation), UUID(connection)
    app = _app()
    try:
        if load_row(app, organisation_id, connection_id).look_due_at is not None:
            _look_at_all(app, organisation_id, connection_id)
    except Fault as fault:  # the schedule asks for this again
        _log.warning("connection %s: %s", connection_id, fault)


def take_statement(organisation: str, own: str) -> None:
    """Takes in a large bank file that somebody confirmed, then matches what came; its page says how it went."""
    organisation_id, import_id = UUID(organisation), UUID(own)
    app = _app()
    try:
        taken = take_in(app, organisation_id, import_id)
        if taken is not None and taken.new:
            _look(app, organisation_id, taken.connections[0])
    except Fault as fault:
        _log.warning("statement %s was not imported: %s", import_id, fault)


def replay(organisation: str, own: str) -> None:
    """Runs a replay that somebody asked for; its row says how it went."""
    app = _app()
    try:
        run_replay(app.database, UUID(organisation), UUID(own), app.clock.now)
    except Conflict:
        _log.info("a replay of %s is under way already", organisation)
    except Fault as fault:
        _log.warning("replay %s: %s", own, fault)


def match(organisation: str, connection: str) -> None:
    """Matches the entity of a connection: after an undo, a decline, or a change by hand."""
    _look(_app(), UUID(organisation), UUID(connection))


def post(organisation: str, connection: str) -> None:
    """Sends what is ready for a connection, as far as its rules let a worker; what is left comes at the queue's end."""
    organisation_id, connection_id = UUID(organisation), UUID(connection)
    app = _app()
    try:
        done = post_connection(
            app, organisation_id, connection_id, turn=Turn(others_wait=lambda: _nudges().others_wait(connection_id))
        )
        if done.stopped:
            _log.info("connection %s: %s", connection_id, done.stopped)
        if done.later:
            _nudges().nudge(post, organisation_id, connection_id, at=soon(app.clock.now(), LATER_SECONDS))
    except TurnOver:
        _nudges().nudge(post, organisation_id, connection_id)
    except RateLimited as limited:
        _note(app, organisation_id, connection_id, limited)
        _nudges().nudge(post, organisation_id, connection_id, at=soon(app.clock.now(), limited.retry_after_seconds))
    except Conflict:
        _nudges().nudge(post, organisation_id, connection_id, at=soon(app.clock.now(), BUSY_SECONDS))
    except NotFound:
        _log.info("connection %s is gone", connection_id)
    except Unreachable as fault:
        _log.warning("connection %s: %s", connection_id, fault)
        _nudges().nudge(post, organisation_id, connection_id, at=soon(app.clock.now(), LATER_SECONDS))
    except Fault as fault:
        _log.warning("connection %s: %s", connection_id, fault)
        _note(app, organisation_id, connection_id, fault)


def _note(app: App, organisation_id: UUID, connection_id: UUID, fault: Fault) -> None:
    """What the connections page has to tell, though no sync met it."""
    with suppress(NotFound):
        note_trouble(app, load_row(app, organisation_id, connection_id), fault)


def _look_at_all(app: App, organisation_id: UUID, connection_id: UUID) -> None:
    """Settles what came of the connection and matches: no look at it is due any more, but for what came meanwhile."""
    moment = app.clock.now()
    settle_what_came(app, load_row(app, organisation_id, connection_id))
    _look(app, organisation_id, connection_id)
    with app.database.write() as connection:
        tenancy.note_looked(connection, organisation_id, connection_id, moment)


def _look(app: App, organisation_id: UUID, connection_id: UUID) -> None:
    """Matches the entity of a connection; what may go to its books by itself is sent next."""
    reconcile_entity_of(app, organisation_id, connection_id)
    write_what_is_due(app, organisation_id, load_row(app, organisation_id, connection_id).entity_id)
    for target in to_be_sent(app, organisation_id):
        _nudges().nudge(post, *target)
