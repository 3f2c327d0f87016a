"""What the proof of clearing leaves unexplained, as rows of a verification."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from proving.clearing import proofs
from proving.clearing_proof import Cause as Why
from proving.clearing_proof import ClearingProof, Section
from proving.verify.differences import Cause, Check, Difference
from store.database import Connection

_CAUSES = {
    Why.CHANGED_THERE: Cause.CHANGED_THERE, Why.OTHER_POSTER: Cause.OTHER_POSTER, Why.ROUNDING: Cause.ROUNDING,
}  # fmt: skip


def clearing_differences(read: Connection, organisation_id: UUID, entity_id: UUID, on: date) -> list[Difference]:
    """Of all processor accounts of an entity at the end of a day; none where everything has its place."""
    return differences_of(proofs(read, organisation_id, entity_id, on))


def differences_of(made: Iterable[ClearingProof]) -> list[Difference]:
    """A row for each cent that has no place. Accounts that nobody chose prove nothing and say nothing here."""
    return [
        Difference(
            check=Check.CLEARING, subject=row.subject, name=f"{one.account_name}, {one.currency}",
            cause=_CAUSES.get(row.cause, Cause.UNKNOWN), words=row.words, ours=one.stripe, theirs=one.stripe - row.amount,
            remedy=row.remedy, detail={"on": row.on.isoformat(), "amount": str(row.amount)},
        )
        for one in made
        if one.account is not None
        for row in one.rows
        if row.section is Section.UNEXPLAINED
    ]  # fmt: skip
