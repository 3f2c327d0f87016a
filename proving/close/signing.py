"""A period's pack: kept, signed by who prepared and by who reviewed it, reopened with a reason. Our lock follows.

Where only one person may sign, that signature is enough; where there are two or more, the second has to be another's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ledger.faults import BadInput, Conflict, Refused
from proving.close.pack import canonical, digest, file_name
from proving.close.printed import printed
from proving.close.sheets import workbook
from store import closes
from store.audit import Act, lock, record
from store.database import Connection, Database
from store.queries.companies import settle_lock_date

REASON_LETTERS_MAX = 500
TYPES = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def keep(
    database: Database,
    organisation_id: UUID,
    entity_id: UUID,
    through: date,
    pack: Mapping[str, Any],
    *,
    by: str,
    now: datetime,
) -> UUID:
    """Writes the pack and its files down. Raises Conflict where the period is signed already."""
    content = canonical(pack)
    own = digest(content)
    made = {"json": content, "xlsx": workbook(pack), "pdf": printed(pack, own)}
    files = {file_name(pack["entity"]["name"], through, kind): (TYPES[kind], made[kind]) for kind in made}
    digests = {name: digest(content) for name, (_, content) in files.items()}
    with database.write() as connection:
        lock(connection, organisation_id)
        close_id = closes.add(connection, organisation_id, entity_id, through, pack, own, files=files, by=by, now=now)
        told = "everything ties out" if pack["ties_out"] else f"{len(pack['differences'])} differences"
        _audit(
            connection, organisation_id, close_id, "close.prepare",
            f"The period through {through.isoformat()} of {pack['entity']['name']} was prepared: {told}.", by, now,
            digest=own, through=through.isoformat(), files=digests, anchor=pack.get("audit", {}).get("anchor"),
        )  # fmt: skip
    return close_id


def sign(database: Database, organisation_id: UUID, close_id: UUID, *, by: str, now: datetime) -> str:
    """The next signature; gives the state that follows: signed (a second is awaited) or reviewed (the period is locked).

    Raises Refused for who may not sign or has signed already, Conflict while something is half written in the period.
    """
    with database.write() as connection:
        lock(connection, organisation_id)
        row = closes.find(connection, organisation_id, close_id)
        people = closes.signers(connection, organisation_id)
        if by not in people:
            raise Refused(f"{by} may not sign; an owner, bookkeeper or approver of this organisation may.")
        if row.state == "prepared":
            state = "signed" if len(people) > 1 else "reviewed"
            closes.move(
                connection, organisation_id, close_id, state, expected=("prepared",), signed_by=by, signed_at=now
            )
            verb, said = "close.sign", "signed"
        elif row.state == "signed":
            if row.signed_by == by:
                raise Refused(f"{by} has signed already; the review is another person's.")
            state = "reviewed"
            closes.move(
                connection, organisation_id, close_id, state, expected=("signed",), reviewed_by=by, reviewed_at=now
            )
            verb, said = "close.review", "reviewed and signed"
        else:
            raise Conflict("This pack is signed, replaced or reopened already; look at it again.")
        if state == "reviewed":
            _refuse_half_written(connection, organisation_id, row)
        settle_lock_date(connection, organisation_id, row.entity_id)
        locked = f" Nothing is dated on or before {row.through.isoformat()} any more." if state == "reviewed" else ""
        _audit(
            connection, organisation_id, close_id, verb,
            f"{by} {said} the period through {row.through.isoformat()} of {row.entity_name}.{locked}", by, now,
            digest=row.digest, through=row.through.isoformat(), state=state, files=_digests(connection, row),
        )  # fmt: skip
    return state


def _refuse_half_written(connection: Connection, organisation_id: UUID, row: Any) -> None:
    """A posting of two records of which one stands would be finished inside the locked period."""
    day = closes.under_way(connection, organisation_id, row.entity_id, row.through)
    if day is not None:
        raise Conflict(
            f"A posting of {day:%-d %B %Y} is being written to the books; sign when it has ended. Where posting is stopped,"
            " resume it first."
        )


def reopen(database: Database, organisation_id: UUID, close_id: UUID, *, reason: str, by: str, now: datetime) -> None:
    """The period is open again; its pack stays as it was signed. Raises BadInput without a reason."""
    told = reason.strip()
    if not told or len(told) > REASON_LETTERS_MAX:
        raise BadInput(f"Reopening a period needs a reason, of at most {REASON_LETTERS_MAX} letters.")
    with database.write() as connection:
        lock(connection, organisation_id)
        row = closes.find(connection, organisation_id, close_id)
        if by not in closes.signers(connection, organisation_id):
            raise Refused(f"{by} may not reopen a period; an owner, bookkeeper or approver of this organisation may.")
        closes.move(
            connection, organisation_id, close_id, "reopened", expected=("signed", "reviewed"), reopened_by=by, reopened_at=now,
            reopened_why=told,
        )  # fmt: skip
        settle_lock_date(connection, organisation_id, row.entity_id)
        _audit(
            connection, organisation_id, close_id, "close.reopen",
            f"{by} reopened the period through {row.through.isoformat()} of {row.entity_name}: {told}", by, now,
            through=row.through.isoformat(), reason=told,
        )  # fmt: skip


def _digests(connection: Connection, row: Any) -> dict[str, str]:
    """Of the very bytes that stand under the signature, by the files' names."""
    return {one.name: digest(bytes(one.content)) for one in closes.files_of(connection, row.organisation_id, row.id)}


def _audit(
    connection: Connection,
    organisation_id: UUID,
    close_id: UUID,
    verb: str,
    summary: str,
    by: str,
    now: datetime,
    **detail: Any,
) -> None:
    act = Act(actor=by, verb=verb, object_kind="close", object_id=str(close_id), summary=summary, detail=detail)
    record(connection, organisation_id, act, now)
