"""Packs and the log: whether a file is the one that was signed or handed out, and whether kept packs are as they were.

The log has the SHA-256 of every file of a pack; a file that differs by one byte is another file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.faults import BadInput
from proving.close.pack import canonical
from proving.log.finding import Finding, stamp
from store import closes
from store.database import Connection
from store.queries import anchored

SIGNED = ("close.sign", "close.review")
VERBS = {
    "close.prepare": "prepared", "close.sign": "signed", "close.review": "reviewed and signed", "close.reopen": "reopened",
    "evidence.export": "handed out as evidence", "audit.export": "exported",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry of the log that has the digest of a file."""

    sequence: int
    verb: str
    actor: str
    at: datetime
    object_id: str

    @property
    def words(self) -> str:
        return f"{VERBS[self.verb]} by {self.actor} on {stamp(self.at)} (entry {self.sequence})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What the log says of a file. told: nothing where it has never seen these bytes. later: of the same pack, since."""

    digest: str
    told: tuple[Told, ...]
    later: tuple[Told, ...] = ()
    about: str = ""

    @property
    def signed(self) -> bool:
        return any(one.verb in SIGNED for one in self.told)

    @property
    def words(self) -> str:
        if not self.told:
            whose = (
                f" It calls itself {self.about}, and is not what was prepared, signed or handed out."
                if self.about
                else ""
            )
            return (
                f"The log has never seen these bytes (SHA-256 {self.digest}): the file was changed, or is of another "
                f"organisation or installation.{whose}"
            )
        reopened = [one for one in self.later if one.verb == "close.reopen"]
        state = "" if self.signed or self.told[0].verb not in VERBS or not self._is_close else " It was never signed."
        after = f" The period was {reopened[-1].words} after that." if reopened else ""
        return f"This is the very file that was {'; '.join(one.words for one in self.told)}.{state}{after}"

    @property
    def _is_close(self) -> bool:
        return self.told[0].verb.startswith("close.")


def recognise(connection: Connection, organisation_id: UUID, content: bytes) -> Recognised:
    own = hashlib.sha256(content).hexdigest()
    acts = anchored.acts(connection, organisation_id, tuple(VERBS))
    told = tuple(_told(act) for act in acts if own in _digests(act.detail))
    later = tuple(
        _told(act) for act in acts
        if told and act.object_id == told[-1].object_id and act.sequence > told[-1].sequence
    )  # fmt: skip
    return Recognised(digest=own, told=told, later=later, about="" if told else _about(content))


def _told(act: Any) -> Told:
    return Told(sequence=act.sequence, verb=act.verb, actor=act.actor, at=act.at, object_id=act.object_id)


def _digests(detail: Mapping[str, Any]) -> set[str]:
    return {*(detail.get("files") or {}).values(), detail.get("digest") or ""}


def _about(content: bytes) -> str:
    """What a JSON pack says that it is."""
    try:
        pack = json.loads(content)
        if "period" in pack:
            return f"the pack of {pack['entity']['name']} through {pack['period']['through']}"
        return f"the evidence of receipt {pack['receipt']['id']}"
    except (ValueError, KeyError, TypeError):
        return ""


def kept(connection: Connection, organisation_id: UUID) -> list[Finding]:
    """Every pack that somebody signed and that is not, byte for byte, what the log says was signed."""
    acts = anchored.acts(connection, organisation_id, (*SIGNED, "close.prepare"))
    found = []
    for row in closes.signed(connection, organisation_id):
        own = [act for act in acts if act.object_id == str(row.id)]
        said = set().union(*(_digests(act.detail) for act in own))
        files = closes.files_of(connection, organisation_id, row.id)
        wrong = _wrong(row, files, said, [act for act in own if act.detail.get("files")])
        if wrong:
            found.append(
                Finding(
                    words=(
                        f"The pack of {row.entity_name} through {row.through.isoformat()} is not what was signed: "
                        f"{', '.join(wrong)} was changed in the database."
                    )
                )
            )
    return found


def _wrong(row: Any, files: Sequence[Any], said: set[str], complete: Sequence[Any]) -> list[str]:
    """complete: entries that have the digest of every file; those of older versions have the JSON's alone."""
    wrong = []
    if hashlib.sha256(canonical(row.pack)).hexdigest() not in said:
        wrong.append("what the page shows")
    wrong += [
        one.name for one in files
        if (complete or one.name.endswith(".json")) and hashlib.sha256(bytes(one.content)).hexdigest() not in said
    ]  # fmt: skip
    if complete:
        names = set(complete[-1].detail["files"])
        wrong += sorted(names - {one.name for one in files})
    return wrong


def anchor_in(content: bytes) -> tuple[Any, dict[int, str]]:
    """The anchor inside a pack or an export as JSON, and of an export every entry's hash by its place. Raises BadInput."""
    try:
        try:
            whole = json.loads(content)
        except ValueError:
            lines = [json.loads(line) for line in content.decode().splitlines() if line.strip()]
        else:
            lines = [whole]
    except ValueError:
        raise BadInput(
            "This file is neither JSON nor an export of the log; give the JSON of a pack, or what `tieout audit export` wrote."
        ) from None
    hashes = {
        one["sequence"]: one["hash"] for one in lines if isinstance(one, dict) and {"sequence", "hash"} <= set(one)
    }
    last = lines[-1] if lines and isinstance(lines[-1], dict) else {}
    found = (last.get("audit") or {}).get("anchor") or last.get("anchor") or (last if "mac" in last else None)
    if found is None and not hashes:
        raise BadInput("This file has no anchor of the audit log; packs and exports of this version have one.")
    return found, hashes
