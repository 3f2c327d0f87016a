"""An entity's rules of posting, read and written: versions in the store, each with its entry in the audit log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from ledger.faults import BadInput, Refused
from posting.rules import Mode, PostingRules
from store import posting_rules
from store.audit import Act, lock, record
from store.database import Connection, Database


def load(connection: Connection, organisation_id: UUID, entity_id: UUID) -> tuple[PostingRules, int | None]:
    """The rules that hold now and their version; off and None where nobody has set anything."""
    row = posting_rules.newest(connection, organisation_id, entity_id)
    if row is None:
        return PostingRules(), None
    return msgspec.convert(row.rules, PostingRules), int(row.version)


def save(
    database: Database,
    organisation_id: UUID,
    entity_id: UUID,
    rules: PostingRules,
    *,
    note: str,
    by: str,
    now: datetime,
    over: int | None = None,
) -> int:
    """Appends a version and gives its number. over: the version that was looked at (0: none), where it matters.

    Raises Refused where another one holds by now: saving would take somebody's change, as switching off, back unseen.
    """
    with database.write() as connection:
        lock(connection, organisation_id)
        _, version = load(connection, organisation_id, entity_id)
        if over is not None and over != (version or 0):
            raise Refused(
                "Somebody else has changed these rules meanwhile; compare what you typed with what stands, then save."
            )
        return save_in(connection, organisation_id, entity_id, rules, note=note, by=by, now=now)


def save_in(
    connection: Connection, organisation_id: UUID, entity_id: UUID, rules: PostingRules,
    *, note: str, by: str, now: datetime,
) -> int:  # fmt: skip
    """As `save`, in a transaction that the caller holds alone. Raises BadInput where nothing would change."""
    before, version = load(connection, organisation_id, entity_id)
    if version is not None and before == rules:
        raise BadInput("These are the rules already; nothing was changed.")
    content = msgspec.to_builtins(rules)
    number = posting_rules.add(connection, organisation_id, entity_id, content, note=note, by=by, now=now)
    old = msgspec.to_builtins(before)
    changed = {name: {"before": old[name], "after": content[name]} for name in content if old[name] != content[name]}
    act = Act(
        actor=by, verb="posting.rules", object_kind="entity", object_id=str(entity_id),
        summary=f"Rules of posting, version {number}: {note}", detail={"version": number, **changed},
    )  # fmt: skip
    record(connection, organisation_id, act, now)
    return number


def switch(
    database: Database, organisation_id: UUID, entity_id: UUID, mode: Mode, *, note: str, by: str, now: datetime
) -> int:
    """Another mode, over the rules as they stand at this moment; gives the version's number."""
    with database.write() as connection:
        lock(connection, organisation_id)
        rules, _ = load(connection, organisation_id, entity_id)
        return save_in(connection, organisation_id, entity_id, with_mode(rules, mode), note=note, by=by, now=now)


def with_mode(rules: PostingRules, mode: Mode) -> PostingRules:
    return msgspec.structs.replace(rules, mode=mode)
