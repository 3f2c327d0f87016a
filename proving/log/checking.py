"""The audit log held against everything that says how long it was: its anchors, packs, verifications, and files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from proving.log.finding import Chain, Finding, Kept, Missing, of_anchor, of_mention, of_row
from store import audit, audit_anchors
from store.audit_anchors import Anchor, Keyring
from store.database import Connection
from store.queries import anchored


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """first_broken: the first entry that does not fit the chain. accepted: anchors under which a person took the log as it
    stood, though earlier ones said otherwise.
    """

    entries: int
    last_at: datetime | None
    first_broken: int | None
    anchors: int
    newest: Anchor | None
    accepted: tuple[Anchor, ...]
    findings: tuple[Finding, ...]
    compared: int

    @property
    def whole(self) -> bool:
        return self.first_broken is None and not self.findings

    @property
    def missing(self) -> Missing | None:
        """The longest piece that was cut off."""
        return max((one.missing for one in self.findings if one.missing), key=lambda one: one.last, default=None)


def check(connection: Connection, organisation_id: UUID, keys: Keyring, outside: Sequence[Kept] = ()) -> Checked:
    """outside: anchors that are kept elsewhere than in the database."""
    stored = audit_anchors.anchors(connection, organisation_id)
    entries, _ = audit.head(connection, organisation_id)
    named = [Kept(anchor=one, where=where) for one, where in anchored.named(connection, organisation_id)]
    accepted = tuple(one for one in stored if one.accepted and keys.made(one))
    floor = accepted[-1].number if accepted else 0
    own = [Kept(anchor=one, where=f"anchor {one.number}") for one in stored]
    everything = [kept for kept in (*own, *named, *outside) if kept.anchor.number >= floor]
    chain = Chain(
        entries=entries, last_at=anchored.written_at(connection, organisation_id, entries),
        hashes=anchored.hashes(connection, organisation_id, {kept.anchor.entries for kept in everything}),
    )  # fmt: skip
    by_number = {one.number: one for one in stored}
    findings = [
        *_against(everything, chain), *of_row(stored, keys),
        *_each(of_mention(kept, by_number, keys) for kept in (*named, *outside) if kept.anchor.number >= floor),
    ]  # fmt: skip
    return Checked(
        entries=entries, last_at=chain.last_at, first_broken=audit.first_broken(connection, organisation_id),
        anchors=len(stored), newest=stored[-1] if stored else None, accepted=accepted, findings=_once(findings),
        compared=len(everything),
    )  # fmt: skip


def _against(everything: Sequence[Kept], chain: Chain) -> list[Finding]:
    """Of those that say the same the one that goes furthest: a log that was cut off is not told of a thousand times."""
    agree = [kept.anchor.entries for kept in everything if of_anchor(kept, chain, 0) is None]
    found: dict[tuple[str, bool], tuple[int, Finding]] = {}
    for kept in sorted(everything, key=lambda one: one.anchor.entries):
        to = max((entries for entries in agree if entries < kept.anchor.entries), default=0)
        one = of_anchor(kept, chain, to)
        if one is not None:
            kind = (kept.where.partition(" ")[0], one.missing is not None)
            if one.missing is not None or kind not in found:  # the first that is another, the longest that is missing
                found[kind] = (kept.anchor.entries, one)
    return [one for _, one in found.values()]


def _each(found: Iterable[Finding | None]) -> list[Finding]:
    return [one for one in found if one is not None]


def _once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple({one.words: one for one in findings}.values())
