"""What is kept: the audit chain, webhooks that were acknowledged, tokens."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from simulation.outcome import Broken
from simulation.steps.kinds import Scene
from store import audit

WHOLE = "the audit chain is whole"
KEPT = "a webhook that was acknowledged is kept"
TOKENS = "tokens are never lost"
KEPT_FIRST = "new tokens are kept before they are used"
ORDER = "no older state is written over a newer one"


State = sqlite3.Row | Mapping[str, Any]
"""A row of records."""


class Chain:
    """Each new entry hangs on the one before it; the whole is looked through at the end."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        last = scene.looks.rows("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1")
        self._sequence = int(last[0]["sequence"]) if last else 0
        self._hash = str(last[0]["hash"]) if last else audit.GENESIS

    def check_new(self) -> None:
        for row in self._scene.looks.rows("SELECT * FROM audit WHERE sequence > ? ORDER BY sequence", self._sequence):
            if row["sequence"] != self._sequence + 1 or row["previous_hash"] != self._hash or _hash(row) != row["hash"]:
                raise Broken(WHOLE, f"entry {row['sequence']} ({row['verb']}) does not hang on the one before it")
            self._sequence, self._hash = row["sequence"], row["hash"]

    def check_whole(self) -> None:
        with self._scene.office.app.database.read() as connection:
            broken = audit.first_broken(connection, self._scene.own)
        if broken is not None:
            raise Broken(WHOLE, f"it is broken at entry {broken}")


def _hash(row: object) -> str:
    names = (
        "organisation_id", "sequence", "at", "actor", "verb", "object_kind", "object_id", "fields", "detail_digest",
        "previous_hash",
    )  # fmt: skip
    told = {name: row[name] for name in names}  # type: ignore[index]
    own = told["organisation_id"]
    told["organisation_id"] = f"{own[:8]}-{own[8:12]}-{own[12:16]}-{own[16:20]}-{own[20:]}"
    told["fields"] = json.loads(told["fields"])
    return hashlib.sha256(json.dumps([told[name] for name in names]).encode()).hexdigest()


class Door:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._checked = 0

    def check_new(self) -> None:
        fresh = self._scene.acknowledged[self._checked :]
        self._look(fresh)
        self._checked += len(fresh)

    def check_all(self) -> None:
        self._look(self._scene.acknowledged)

    def _look(self, event_ids: list[str]) -> None:
        """The inbox keeps an event by its id and whose it is."""
        if not event_ids:
            return
        kept = {row["event_id"].split(":")[0] for row in self._scene.looks.rows("SELECT event_id FROM inbox")}
        for own in event_ids:
            if own not in kept:
                raise Broken(KEPT, f"event {own} was answered and is not in the inbox")


class Tokens:
    """New ones are kept before they are used; they are lost only where the provider's answer did not come through."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._kept: set[str] = set()
        self._found: Broken | None = None

    def used(self, provider: str, token: str) -> None:
        """A call goes out. What is found is raised after the step: the product must not catch it."""
        if not token or token in self._kept or self._found is not None:
            return
        sealer = self._scene.office.app.sealer
        for row in self._scene.looks.rows("SELECT sealed FROM token_sets"):
            self._kept.add(str(sealer.open(row["sealed"])["access_token"]))
        if token not in self._kept:
            self._found = Broken(KEPT_FIRST, f"{provider} was called with a token that is not in the store")

    def check(self) -> None:
        if self._found is not None:
            raise self._found
        for row in self._scene.looks.rows("SELECT provider FROM token_sets WHERE dead_at IS NOT NULL"):
            if row["provider"] not in self._scene.office.wire.lost:
                raise Broken(
                    TOKENS, f"{row['provider']} does not accept our tokens any more, and nobody ended the consent"
                )


class Order:
    """A record that is written anew is newer than what stood: by its provider's stamp, its version, or when it was seen."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._since = ""
        self._last: dict[tuple[str, str, str], State] = {}

    def check(self) -> None:
        columns = "connection_id, kind, external_id, version, updated_at, seen_at, deleted, digest, recorded_at"
        query = f"SELECT {columns} FROM records WHERE recorded_at >= ? ORDER BY recorded_at"
        for row in self._scene.looks.rows(query, self._since):
            key = (row["connection_id"], row["kind"], row["external_id"])
            before = self._last.get(key)
            self._last[key] = row
            self._since = row["recorded_at"]
            if before is not None and before["digest"] != row["digest"] and is_older(row, before):
                raise Broken(
                    ORDER, f"{row['kind']} {row['external_id']}: {_state(before)} was replaced by {_state(row)}"
                )


def _state(row: State) -> str:
    stamp = f" stamped {row['updated_at']}" if row["updated_at"] else ""
    return f"version {row['version'] or 'unknown'}{stamp} seen {row['seen_at']}"


def is_older(came: State, stood: State) -> bool:
    """Events are stamped in whole seconds: within one, sight does not order."""
    if not came["deleted"] and not stood["deleted"]:
        if came["updated_at"] and stood["updated_at"] and came["updated_at"] != stood["updated_at"]:
            return bool(came["updated_at"] < stood["updated_at"])
        if came["version"].isdigit() and stood["version"].isdigit() and came["version"] != stood["version"]:
            return int(came["version"]) < int(stood["version"])
    return bool(came["seen_at"][:_SECOND] < stood["seen_at"][:_SECOND])


_SECOND = len("2026-03-02T14:00:00")
