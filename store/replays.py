"""Replays of an organisation's last days, and each case of one, as they were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, update

from ledger.faults import NotFound
from store.tables.policies import replay_cases, replays

_ENDED = ("done", "failed")


def add_replay(
    connection: Connection, organisation_id: UUID, own_id: UUID, *, since: date, until: date, by: str, now: datetime
) -> None:
    """Asked for, not begun. Others of the organisation that never ended are given up."""
    connection.execute(
        update(replays)
        .where(replays.c.organisation_id == organisation_id, replays.c.state.not_in(_ENDED))
        .values(state="failed", problem="Another replay was asked for before this one had ended.", ended_at=now)
    )
    connection.execute(
        replays.insert().values(
            organisation_id=organisation_id, id=own_id, state="waiting", asked_by=by, asked_at=now, since=since,
            until=until, rules_digest="", receipts=0, automatic=0, progress=0,
        )
    )  # fmt: skip


def change_replay(connection: Connection, organisation_id: UUID, own_id: UUID, **values: Any) -> None:
    where = (replays.c.organisation_id == organisation_id, replays.c.id == own_id)
    connection.execute(update(replays).where(*where).values(**values))


def find_replay(connection: Connection, organisation_id: UUID, own_id: UUID) -> Row[Any]:
    """Raises NotFound."""
    row = connection.execute(
        select(replays).where(replays.c.organisation_id == organisation_id, replays.c.id == own_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This replay does not exist here.")
    return row


def newest_replay(connection: Connection, organisation_id: UUID, *, done: bool = False) -> Row[Any] | None:
    """The one asked for last; with `done`, the last one that came to its end."""
    query = select(replays).where(replays.c.organisation_id == organisation_id)
    if done:
        query = query.where(replays.c.state == "done")
    found: Row[Any] | None = connection.execute(
        query.order_by(replays.c.asked_at.desc(), replays.c.id.desc()).limit(1)
    ).one_or_none()
    return found


def add_cases(
    connection: Connection, organisation_id: UUID, replay_id: UUID, cases: Sequence[Mapping[str, Any]]
) -> None:
    keys = {"organisation_id": organisation_id, "replay_id": replay_id}
    if cases:
        connection.execute(
            replay_cases.insert(), [{**keys, "number": number, **case} for number, case in enumerate(cases, 1)]
        )


def tallies(connection: Connection, organisation_id: UUID, replay_id: UUID) -> list[Row[Any]]:
    """(evidence, verdict, cases) of one replay."""
    query = (
        select(replay_cases.c.evidence, replay_cases.c.verdict, func.count().label("cases"))
        .where(replay_cases.c.organisation_id == organisation_id, replay_cases.c.replay_id == replay_id)
        .group_by(replay_cases.c.evidence, replay_cases.c.verdict)
        .order_by(replay_cases.c.evidence, replay_cases.c.verdict)
    )
    return list(connection.execute(query))


def cases_page(
    connection: Connection,
    organisation_id: UUID,
    replay_id: UUID,
    *,
    verdict: str,
    evidence: str,
    limit: int,
    offset: int,
) -> list[Row[Any]]:
    """Cases of a verdict and class (empty: of every one), the wrong ones first."""
    query = select(replay_cases).where(*_narrowed(organisation_id, replay_id, verdict, evidence))
    order = (replay_cases.c.verdict.desc(), replay_cases.c.received_on, replay_cases.c.number)
    return list(connection.execute(query.order_by(*order).limit(limit).offset(offset)))


def count_cases(connection: Connection, organisation_id: UUID, replay_id: UUID, *, verdict: str, evidence: str) -> int:
    where = _narrowed(organisation_id, replay_id, verdict, evidence)
    return int(connection.execute(select(func.count()).select_from(replay_cases).where(*where)).scalar_one())


def find_case(connection: Connection, organisation_id: UUID, replay_id: UUID, number: int) -> Row[Any]:
    """Raises NotFound."""
    row = connection.execute(
        select(replay_cases).where(
            replay_cases.c.organisation_id == organisation_id,
            replay_cases.c.replay_id == replay_id,
            replay_cases.c.number == number,
        )
    ).one_or_none()
    if row is None:
        raise NotFound("This case does not exist here.")
    return row


def _narrowed(organisation_id: UUID, replay_id: UUID, verdict: str, evidence: str) -> list[Any]:
    where = [replay_cases.c.organisation_id == organisation_id, replay_cases.c.replay_id == replay_id]
    if verdict:
        where.append(replay_cases.c.verdict == verdict)
    if evidence:
        where.append(replay_cases.c.evidence == evidence)
    return where
