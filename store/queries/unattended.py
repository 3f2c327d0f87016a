"""Certain answers that wait under Ready and that no person has ever touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, exists, select

from store.tables.matching import match_states, matches, receipts

_CERTAIN = ("matched", "partly_matched")


def ready_untouched(
    connection: Connection, organisation_id: UUID, entity_id: UUID, *, machines: Sequence[str]
) -> list[Row[Any]]:
    """The best proposals of receipts that are ready, the oldest first. Whatever a person accepted, declined or took back
    of a receipt before is theirs: it is left out. machines: who acts in the log without being a person.
    """
    earlier = matches.alias("earlier")
    touched = (
        exists()
        .where(earlier.c.organisation_id == matches.c.organisation_id, earlier.c.receipt_id == matches.c.receipt_id)
        .where(match_states.c.organisation_id == earlier.c.organisation_id, match_states.c.match_id == earlier.c.id)
        .where(match_states.c.by.not_in(machines))
    )
    query = (
        select(
            matches.c.id, matches.c.receipt_id, matches.c.evidence, receipts.c.revision, receipts.c.currency,
            receipts.c.amount_minor,
        )
        .join_from(
            matches,
            receipts,
            and_(receipts.c.organisation_id == matches.c.organisation_id, receipts.c.id == matches.c.receipt_id),
        )
        .where(matches.c.organisation_id == organisation_id, matches.c.entity_id == entity_id)
        .where(matches.c.state == "proposed", matches.c.decision == "auto", matches.c.rank == 1)
        .where(receipts.c.status.in_(_CERTAIN), receipts.c.post_status == "none", ~touched)
        .order_by(receipts.c.received_on, receipts.c.id)
    )  # fmt: skip
    return list(connection.execute(query))
