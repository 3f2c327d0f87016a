"""People in the product: they accept, decline, undo, park, link, match by hand, accept many, switch the policy."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ledger.match import MatchState
from reconcile.books.batches import accept_many, undo_batch
from reconcile.books.by_hand import match_by_hand
from reconcile.books.decisions import Deciding
from reconcile.books.policies import change, followed
from simulation.home import books_company, books_tokens
from simulation.office import PEOPLE
from simulation.steps.kinds import Kind, Scene

_PROPOSED = """
    SELECT m.id, m.receipt_id, m.state, m.rank, r.revision, r.amount_minor FROM matches m
    JOIN receipts r ON r.id = m.receipt_id WHERE m.state IN ({}) ORDER BY m.id"""


def _deciding(scene: Scene) -> Deciding:
    return Deciding(scene.office.app.database, scene.own, scene.chance.choice(PEOPLE))


def _match(scene: Scene, *states: str) -> Any:
    marks = ", ".join("?" * len(states))
    return scene.pick(scene.looks.rows(_PROPOSED.format(marks), *states))


def accept(scene: Scene) -> str:
    row = _match(scene, "proposed", "awaiting")
    seen = row["revision"] - (scene.chance.random() < 0.05)  # the page was open for too long
    state = _deciding(scene).accept(UUID(row["id"]), seen=seen, now=scene.office.app.clock.now())
    return f"rank {row['rank']} of {row['amount_minor']}: {state.value}"


def decline(scene: Scene) -> str:
    row = _match(scene, "proposed", "awaiting")
    _deciding(scene).decline(UUID(row["id"]), seen=row["revision"], now=scene.office.app.clock.now())
    return f"rank {row['rank']} of {row['amount_minor']}"


def undo(scene: Scene) -> str:
    row = _match(scene, "approved", "awaiting", "declined")
    _deciding(scene).undo(UUID(row["id"]), now=scene.office.app.clock.now())
    return f"{row['state']} of {row['amount_minor']}"


def park(scene: Scene) -> str:
    row = scene.pick(scene.looks.rows("SELECT id, revision, status FROM receipts ORDER BY id"))
    deciding, now = _deciding(scene), scene.office.app.clock.now()
    if row["status"] == "parked":
        deciding.unpark(UUID(row["id"]), seen=row["revision"], now=now)
        return "back"
    deciding.park(UUID(row["id"]), "asked the customer", seen=row["revision"], now=now)
    return f"was {row['status']}"


def by_hand(scene: Scene) -> str:
    """A receipt that waits, to one or two invoices of the ledger, right or wrong."""
    waiting = (
        "SELECT id, revision FROM receipts WHERE status IN ('unmatched', 'suggested', 'partly_matched') ORDER BY id"
    )
    row = scene.pick(scene.looks.rows(waiting))
    invoices = scene.looks.rows(
        "SELECT i.id FROM invoices i JOIN connections c ON c.id = i.connection_id"
        " WHERE c.role = 'books' AND i.gone_at IS NULL AND i.open_amount_minor > 0 ORDER BY i.id"
    )
    chosen = {scene.pick(invoices)["id"] for _ in range(scene.chance.choice((1, 1, 2)))}
    _, state = match_by_hand(
        _deciding(scene), UUID(row["id"]), [UUID(one) for one in sorted(chosen)], seen=row["revision"],
        now=scene.office.app.clock.now(),
    )  # fmt: skip
    return f"{len(chosen)} invoices: {state.value}"


def link(scene: Scene) -> str:
    """Two documents are said to be one debt, or not to be."""
    pairs = scene.looks.rows("SELECT mirror_id, primary_id, state FROM mirrors ORDER BY mirror_id, primary_id")
    row = scene.pick(pairs)
    linked = row["state"] != "linked"
    _deciding(scene).link(
        UUID(row["mirror_id"]), UUID(row["primary_id"]), linked=linked, now=scene.office.app.clock.now()
    )
    return "linked" if linked else "parted"


def accept_several(scene: Scene) -> str:
    """The first proposals of several receipts at once; now and then all of them are undone again."""
    marks = "'proposed'"
    rows = [row for row in scene.looks.rows(_PROPOSED.format(marks)) if row["rank"] == 1]
    if len(rows) > 5:
        rows = scene.chance.sample(rows, 5)
    scene.pick(rows)
    deciding, now = _deciding(scene), scene.office.app.clock.now()
    batch = accept_many(deciding, [(UUID(row["id"]), row["revision"]) for row in rows], now=now)
    told = f"{len(batch.approved)} approved, {len(batch.awaiting)} wait, {len(batch.left)} left"
    if batch.approved and scene.chance.random() < 0.2:
        undone, left = undo_batch(deciding, batch.id, now=now)
        return f"{told}; {undone} undone, {left} not"
    return told


def policy(scene: Scene) -> str:
    """Automatic decisions go on or off."""
    app = scene.office.app
    with app.database.write() as connection:
        standing = followed(connection, scene.own).policy
        rules = standing.unattended
        wanted = type(standing)(matching=standing.matching, unattended=_switched(rules))
        change(connection, scene.own, wanted, actor=PEOPLE[0], note="A person's switch.", now=app.clock.now())
    return "off" if rules.on else "on"


def _switched(rules: Any) -> Any:
    return type(rules)(on=not rules.on, classes=rules.classes, caps=rules.caps, second_above=rules.second_above)


def reconnect(scene: Scene) -> str:
    """A connection that the provider ended is connected again."""
    dead = scene.looks.rows("SELECT provider FROM token_sets WHERE dead_at IS NOT NULL ORDER BY provider")
    provider = scene.pick(dead)["provider"]
    app, world = scene.office.app, scene.world
    app.connecting(scene.own).save(
        provider, books_company(world), books_tokens(world), entity_id=scene.entity_id, since=None, actor=PEOPLE[0],
        now=app.clock.now(),
    )  # fmt: skip
    scene.office.wire.lost.discard(provider)
    return str(provider)


STANDING = tuple(state.value for state in (MatchState.APPROVED, MatchState.POSTING, MatchState.POSTED))

KINDS = (
    Kind(name="accept", act=accept, weight=7, ours=True, boundaries=3),
    Kind(name="accept several", act=accept_several, weight=2, ours=True, boundaries=4),
    Kind(name="decline", act=decline, weight=1.5, ours=True, boundaries=3),
    Kind(name="undo", act=undo, weight=2, ours=True, boundaries=3),
    Kind(name="park", act=park, weight=1, ours=True, boundaries=3),
    Kind(name="match by hand", act=by_hand, weight=2, ours=True, boundaries=3),
    Kind(name="link", act=link, weight=0.7, ours=True, boundaries=3),
    Kind(name="reconnect", act=reconnect, weight=4, ours=True, boundaries=3),
    Kind(name="policy", act=policy, weight=0.3, ours=True, boundaries=3),
)
