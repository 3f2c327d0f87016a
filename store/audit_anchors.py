"""Anchors of the audit log: how long its chain was and the hash of its last entry, sealed with a key from outside.

A chain of hashes shows what was changed inside it, and not that its end was cut off. An anchor does: the chain may be
longer than an anchor says, never shorter or another. Its seal is an HMAC under a key that is derived from the keys that
seal tokens, so that whoever has the database alone can make none. Each anchor names the digest of the one before.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from ledger.faults import BadInput
from store.audit import GENESIS, first_broken, head
from store.database import Database
from store.locks import serialise
from store.tables.history import audit, audit_anchors

PURPOSE = b"tieout audit anchor 1"
KEY_LETTERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """entries: how long the chain was; head: the hash of its last entry. accepted: why it stands although an earlier
    anchor says otherwise; else empty. previous: the digest of the anchor before; key: the name of the key of its seal.
    """

    organisation_id: UUID
    number: int
    at: datetime
    entries: int
    head: str
    made_for: str
    accepted: str
    previous: str
    key: str
    mac: str

    def told(self) -> dict[str, Any]:
        """As JSON, for a pack, an export or a verification."""
        stamp = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return {**asdict(self), "organisation_id": str(self.organisation_id), "at": stamp}

    @property
    def digest(self) -> str:
        return hashlib.sha256(_plain(self.told())).hexdigest()


class Keyring:
    """Seals anchors under the newest key, and knows those of older ones. keys: 32 bytes in URL-safe base64, newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = {}
        for key in keys:
            derived = hmac.digest(base64.urlsafe_b64decode(key), PURPOSE, "sha256")
            self._keys[hashlib.sha256(derived).hexdigest()[:KEY_LETTERS]] = derived
        self.newest = next(iter(self._keys))

    def seal(self, content: Mapping[str, Any]) -> str:
        return hmac.digest(self._keys[content["key"]], _plain(content), "sha256").hex()

    def knows(self, anchor: Anchor) -> bool:
        """Whether the key of its seal is held."""
        return anchor.key in self._keys

    def made(self, anchor: Anchor) -> bool:
        """Whether its seal is ours. False, too, where its key is not held."""
        content = {name: value for name, value in anchor.told().items() if name != "mac"}
        return self.knows(anchor) and hmac.compare_digest(self.seal(content), anchor.mac)


def _plain(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=True).encode()


def read(content: Any) -> Anchor:
    """An anchor as `told` gives it. Raises BadInput."""
    try:
        return Anchor(
            organisation_id=UUID(content["organisation_id"]), number=int(content["number"]),
            at=datetime.fromisoformat(content["at"]), entries=int(content["entries"]), head=str(content["head"]),
            made_for=str(content["made_for"]), accepted=str(content["accepted"]), previous=str(content["previous"]),
            key=str(content["key"]), mac=str(content["mac"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadInput("This is no anchor of an audit log.") from None


def of_row(row: Row[Any]) -> Anchor:
    return Anchor(**row._mapping)


def anchors(connection: Connection, organisation_id: UUID) -> list[Anchor]:
    """Those that are kept, in order."""
    query = select(audit_anchors).where(audit_anchors.c.organisation_id == organisation_id)
    return [of_row(row) for row in connection.execute(query.order_by(audit_anchors.c.number))]


def last(connection: Connection, organisation_id: UUID) -> Anchor | None:
    query = select(audit_anchors).where(audit_anchors.c.organisation_id == organisation_id)
    row = connection.execute(query.order_by(audit_anchors.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else of_row(row)


def hash_at(connection: Connection, organisation_id: UUID, sequence: int) -> str | None:
    """Of the entry at a place; None where none stands there. Before the first stands the beginning of every chain."""
    if sequence == 0:
        return GENESIS
    where = (audit.c.organisation_id == organisation_id) & (audit.c.sequence == sequence)
    found: str | None = connection.execute(select(audit.c.hash).where(where)).scalar_one_or_none()
    return found


def drop(
    database: Database, keys: Keyring, organisation_id: UUID, made_for: str, now: datetime, *, known: Anchor | None = None,
    again: bool = False,
) -> Anchor | None:  # fmt: skip
    """An anchor at the chain's present end; the last one again where nothing came after it (`again`: a new one all the
    same). What was written since the last anchor is checked first. None where the chain does not follow from it, or from
    `known`, an anchor that is kept elsewhere: then none is made, so that what tells of it stays.

    No lock of those who write the log is taken: they never wait for it.
    """
    with database.read() as connection:
        before = last(connection, organisation_id)
        if not follows(connection, keys, before, known):
            return None
        entries, own = head(connection, organisation_id)
        start, previous = (0, GENESIS) if before is None else (before.entries, before.head)
        if first_broken(connection, organisation_id, after=start, previous=previous, through=entries) is not None:
            return None
    if before is not None and before.entries == entries and not again:
        return before
    return _add(database, keys, organisation_id, entries, own, made_for, now)


def accept(
    database: Database, keys: Keyring, organisation_id: UUID, because: str, now: datetime, *, above: int
) -> Anchor:
    """The chain is taken as it stands, though it is not what earlier anchors say. above: the highest number known."""
    with database.read() as connection:
        entries, own = head(connection, organisation_id)
    return _add(database, keys, organisation_id, entries, own, "accepting", now, accepted=because, above=above)


def _add(
    database: Database, keys: Keyring, organisation_id: UUID, entries: int, own: str, made_for: str, now: datetime, *,
    accepted: str = "", above: int = 0,
) -> Anchor:  # fmt: skip
    with database.write() as connection:
        serialise(connection, f"anchors:{organisation_id}")
        before = last(connection, organisation_id)
        if before is not None and before.entries > entries and not accepted:
            return before  # somebody else was quicker, and came further
        number = 1 + max(0 if before is None else before.number, above)
        content: dict[str, Any] = {
            "organisation_id": organisation_id, "number": number, "at": now, "entries": entries, "head": own,
            "made_for": made_for, "accepted": accepted, "previous": GENESIS if before is None else before.digest,
            "key": keys.newest,
        }  # fmt: skip
        bare = Anchor(**content, mac="").told()
        del bare["mac"]
        made = Anchor(**content, mac=keys.seal(bare))
        connection.execute(audit_anchors.insert().values(**asdict(made)))
    return made


def follows(connection: Connection, keys: Keyring, *known: Anchor | None) -> bool:
    """Whether the seals are ours and the chain goes through every one of these anchors."""
    return all(
        one is None or (keys.made(one) and hash_at(connection, one.organisation_id, one.entries) == one.head)
        for one in known
    )
