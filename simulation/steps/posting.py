"""The outbox: runs of it, and what people do to its postings: ask, retry, give up, undo, do again, stop, switch off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from posting import asking, failures, ruling, stops
from posting.planning.books import books_of
from posting.processor.saying import again
from posting.rules import Mode
from posting.undo import acts
from runtime.outgoing import write_what_is_due
from runtime.posting import PostRun, post_connection
from simulation.office import PEOPLE
from simulation.steps.kinds import Kind, Scene
from store.audit import lock


def post(scene: Scene) -> str:
    """What the worker does when it is nudged."""
    return told(run(scene))


def run(scene: Scene) -> PostRun:
    app = scene.office.app
    scene.posted_at = app.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    write_what_is_due(app, scene.own, scene.entity_id)
    return post_connection(app, scene.own, scene.books_row)


def told(done: PostRun) -> str:
    states = ", ".join(f"{count} {state}" for state, count in sorted(done.states.items()))
    stopped = f"; {done.stopped}" if done.stopped else ""
    return f"{done.posted} posted, {done.failed} failed, {done.found} found, {done.undone} undone ({states}){stopped}"


def _postings(scene: Scene, *states: str) -> list[Any]:
    marks = ", ".join("?" * len(states))
    query = f"SELECT id, state, amount_minor, cause_kind FROM postings WHERE state IN ({marks}) ORDER BY id"
    return scene.looks.rows(query, *states)


def ask(scene: Scene) -> str:
    """A person asks for some of what is ready."""
    rows = _postings(scene, "ready")
    row = scene.pick(rows)
    app = scene.office.app
    asking.ask(app.database, scene.own, scene.books_row, [UUID(row["id"])], by=PEOPLE[0], now=app.clock.now())
    return f"{row['amount_minor']}"


def retry(scene: Scene) -> str:
    row = scene.pick(_postings(scene, "failed"))
    app = scene.office.app
    choices = scene.chance.choice(
        ({}, {}, {"date": scene.world.today()}, {"same_money": "post"}, {"changed": "as_it_is"})
    )
    failures.retry(app.database, scene.own, [UUID(row["id"])], by=PEOPLE[0], now=app.clock.now(), choices=choices)
    return f"{row['amount_minor']} {row['state']}"


def give_up(scene: Scene) -> str:
    row = scene.pick(_postings(scene, "failed"))
    app = scene.office.app
    failures.give_up(
        app.database, scene.own, [UUID(row["id"])], by=PEOPLE[1], reason="It is booked by hand.", now=app.clock.now()
    )
    return f"{row['amount_minor']}"


def undo(scene: Scene) -> str:
    """Some that are posted are to be taken back; the next run does it."""
    rows = _postings(scene, "posted")
    row = scene.pick(rows)
    app = scene.office.app
    with app.database.read() as connection:
        rules, _ = ruling.load(connection, scene.own, scene.entity_id)
        books = books_of(connection, scene.own, scene.books_row, rules, now=app.clock.now())
    acts.ask(app.database, books, [UUID(row["id"])], by=PEOPLE[0], now=app.clock.now())
    return f"{row['cause_kind']} of {row['amount_minor']}"


def redo(scene: Scene) -> str:
    row = scene.pick(_postings(scene, "undone"))
    app = scene.office.app
    if row["cause_kind"] == "match":
        acts.redo(app.database, scene.own, UUID(row["id"]), by=PEOPLE[0], now=app.clock.now())
    else:
        with app.database.write() as connection:
            lock(connection, scene.own)
            again(connection, scene.own, UUID(row["id"]), by=PEOPLE[0], now=app.clock.now())
    return f"{row['cause_kind']} of {row['amount_minor']}"


def stop(scene: Scene) -> str:
    app = scene.office.app
    stops.stop(
        app.database, scene.own, scene.books_row, reason="Looking at something.", by=PEOPLE[0], now=app.clock.now()
    )
    return "stopped"


def resume(scene: Scene) -> str:
    """Of the books, or of the processor, where another app was seen to book its money."""
    return "resumed" if resume_both(scene) else "nothing stood"


def resume_both(scene: Scene) -> int:
    app = scene.office.app
    rows = (scene.books_row, scene.stripe_row)
    ended = [stops.resume(app.database, scene.own, row, by=PEOPLE[0], now=app.clock.now()) for row in rows]
    return sum(found is not None for found in ended)


def mode(scene: Scene) -> str:
    """Nobody looks, a person asks, or nothing is written."""
    wanted = scene.chance.choice((Mode.AUTOMATIC, Mode.AUTOMATIC, Mode.BY_HAND, Mode.OFF))
    set_mode(scene, wanted)
    return wanted.value


def set_mode(scene: Scene, wanted: Mode) -> None:
    app = scene.office.app
    with app.database.read() as connection:
        rules, _ = ruling.load(connection, scene.own, scene.entity_id)
    if rules.mode is not wanted:
        fresh = ruling.with_mode(rules, wanted)
        ruling.save(
            app.database,
            scene.own,
            scene.entity_id,
            fresh,
            note="A person's switch.",
            by=PEOPLE[0],
            now=app.clock.now(),
        )


KINDS = (
    Kind(name="post", act=post, weight=3.8, ours=True, writes=True, care=4, boundaries=20, calls=3),
    Kind(name="ask for a posting", act=ask, weight=0.7, ours=True, boundaries=3),
    Kind(name="retry", act=retry, weight=1.5, ours=True, boundaries=3),
    Kind(name="give up", act=give_up, weight=0.5, ours=True, boundaries=3),
    Kind(name="undo posted", act=undo, weight=1.5, ours=True, boundaries=3),
    Kind(name="redo", act=redo, weight=0.7, ours=True, boundaries=3),
    Kind(name="stop", act=stop, weight=0.3, ours=True, boundaries=3),
    Kind(name="resume", act=resume, weight=1.0, ours=True, boundaries=3),
    Kind(name="mode", act=mode, weight=0.6, ours=True, boundaries=3),
)
