"""What `tieout audit verify` finds and how it is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.opened import Opened
from ledger.faults import BadInput
from proving.log import packs
from proving.log.checking import Checked
from proving.log.finding import Finding, Kept, stamp
from runtime.anchoring import check_log
from store import audit_anchors
from store.queries import anchored


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """log: against its chain and every anchor. kept: signed packs that are not what was signed. handed: files, by name."""

    log: Checked
    kept: Sequence[Finding]
    handed: Sequence[tuple[str, packs.Recognised]]

    @property
    def holds(self) -> bool:
        return self.log.whole and not self.kept and all(found.told for _, found in self.handed)

    @property
    def findings(self) -> list[str]:
        return [one.words for one in (*self.log.findings, *self.kept)]


def verification(place: Opened, against: Sequence[Path], files: Sequence[Path]) -> Verification:
    handed, other = [], []
    for path in against:
        kept, finding = _anchor_of(place, path)
        handed += kept
        other += finding
    contents = [(path.name, _read(path)) for path in files]
    log = check_log(place.app, place.organisation_id, *handed)
    with place.app.database.read() as connection:
        changed = packs.kept(connection, place.organisation_id)
        recognised = [(name, packs.recognise(connection, place.organisation_id, content)) for name, content in contents]
    return Verification(log=log, kept=[*other, *changed], handed=recognised)


def _anchor_of(place: Opened, path: Path) -> tuple[list[Kept], list[Finding]]:
    """The anchor in a file; of an exported log also the first entry that is another there. Raises BadInput."""
    found, hashes = packs.anchor_in(_read(path))
    kept = [] if found is None else [Kept(anchor=audit_anchors.read(found), where=path.name)]
    if any(one.anchor.organisation_id != place.organisation_id for one in kept):
        raise BadInput(f"The anchor in {path.name} is of another organisation's log.")
    with place.app.database.read() as connection:
        here = anchored.hashes(connection, place.organisation_id, hashes)
    other = next((place for place in sorted(hashes) if here.get(place) != hashes[place]), None)
    if other is None:
        return kept, []
    verb = "is missing here" if other not in here else "is another here"
    return kept, [Finding(words=f"Entry {other}, as {path.name} has it, {verb}.")]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}).") from None


def content(place: Opened, found: Verification) -> dict[str, Any]:
    log, missing = found.log, found.log.missing
    return {
        "organisation": place.organisation.name, "entries": log.entries, "first_broken": log.first_broken, "holds": found.holds,
        "anchors": log.anchors, "compared": log.compared, "newest_anchor": log.newest and log.newest.told(),
        "missing": None if missing is None else {
            "first": missing.first, "last": missing.last, "count": missing.count, "since": missing.since,
            "until": missing.until,
        },
        "findings": found.findings,
        "accepted": [{"at": one.at, "entries": one.entries, "because": one.accepted} for one in log.accepted],
        "packs": [
            {
                "file": name, "sha256": one.digest, "known": bool(one.told), "signed": one.signed, "words": one.words,
                "entries": [told.sequence for told in one.told],
            }
            for name, one in found.handed
        ],
    }  # fmt: skip


def say(found: Verification) -> None:
    log = found.log
    if log.first_broken is not None:
        print(f"Entry {log.first_broken} of {log.entries} does not fit the chain: it, or one before it, was changed.")
    elif log.whole and log.newest is not None:
        reach = (
            ""
            if log.newest.entries == log.entries
            else f", of which the last {log.entries - log.newest.entries} came after it"
        )
        print(
            f"The chain of {log.entries} entries is whole, and none is missing: {log.compared} anchors agree, the newest of "
            f"{stamp(log.newest.at)} over {log.newest.entries} entries{reach}."
        )
    elif log.whole:
        print(
            f"The chain of {log.entries} entries is whole. Whether its end was cut off cannot be told: no anchor stands yet; "
            "the next verification makes one."
        )
    for one in log.accepted:
        print(f"Taken as it stood on {stamp(one.at)}, with {one.entries} entries: {one.accepted}")
    for words in found.findings:
        print(words)
    for name, recognised in found.handed:
        print(f"{name}: {recognised.words}")
