"""What an anchor says of the audit log, and whether the log is that. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from store.audit_anchors import Anchor, Keyring


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An anchor and where it was found, in words."""

    anchor: Anchor
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The log as it stands. hashes: of the places that anchors speak of; last_at: when its last entry was written."""

    entries: int
    hashes: Mapping[int, str]
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Entries that an anchor counts and that are not there. since: of the last one that is; until: of the anchor."""

    first: int
    last: int
    since: datetime | None
    until: datetime

    @property
    def count(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that does not fit, as one sentence. missing: where entries were cut off."""

    words: str
    missing: Missing | None = None


def stamp(at: datetime | None) -> str:
    return "its beginning" if at is None else f"{at:%d %b %Y %H:%M:%S} UTC"


def of_anchor(kept: Kept, chain: Chain, agrees_to: int) -> Finding | None:
    """Whether the chain goes through this anchor. agrees_to: how far the last anchor that does agree reaches."""
    one = kept.anchor
    if one.entries > chain.entries:
        missing = Missing(first=chain.entries + 1, last=one.entries, since=chain.last_at, until=one.at)
        return Finding(words=_missing(missing, kept, chain), missing=missing)
    if one.entries and chain.hashes.get(one.entries) != one.head:
        return Finding(
            words=(
                f"Entry {one.entries} is another than {kept.where} says of {stamp(one.at)}: entries after {agrees_to} were "
                "taken out, and others written in their place."
            )
        )
    return None


def _missing(missing: Missing, kept: Kept, chain: Chain) -> str:
    which = f"Entry {missing.first} is" if missing.count == 1 else f"Entries {missing.first} to {missing.last} are"
    return (
        f"{which} missing ({missing.count}): {kept.where} says that the log had {missing.last:,} entries at "
        f"{stamp(missing.until)}, and it has {chain.entries:,}, the last of {stamp(missing.since)}. They were taken out, or "
        "an older backup was put back."
    )


def of_row(anchors: Sequence[Anchor], keys: Keyring) -> list[Finding]:
    """Whether the anchors that the database keeps are ours, all there, and each the one that the next one names."""
    found = []
    before: Anchor | None = None
    proved = _proved(anchors, keys)
    for one in anchors:
        number = 0 if before is None else before.number
        if one.number != number + 1 and not one.accepted:
            gone = f"anchor {number + 1}" if one.number == number + 2 else f"anchors {number + 1} to {one.number - 1}"
            found.append(Finding(words=f"The database lacks {gone} of the audit log; it was taken out."))
        elif before is not None and one.previous != before.digest:
            found.append(
                Finding(words=f"Anchor {before.number} is another than anchor {one.number} says; it was replaced.")
            )
        if keys.knows(one) and not keys.made(one):
            found.append(Finding(words=f"Anchor {one.number} was not made by Tieout: its seal does not fit."))
        elif not keys.knows(one) and one.number > proved:
            found.append(Finding(words=_no_key(one)))
        before = one
    return found


def _proved(anchors: Sequence[Anchor], keys: Keyring) -> int:
    """The last anchor whose seal is ours: through the digests it speaks for those before it, whatever their keys."""
    return max((one.number for one in anchors if keys.made(one)), default=0)


def _no_key(one: Anchor) -> str:
    return (
        f"Anchor {one.number} of {stamp(one.at)} is sealed with a key that is not held here ({one.key}), and no later one "
        "speaks for it; put that key back at the end of TIEOUT_ENCRYPTION_KEYS."
    )


def of_mention(kept: Kept, stored: Mapping[int, Anchor], keys: Keyring) -> Finding | None:
    """Whether an anchor that something else names is in the database as it was."""
    one = kept.anchor
    own = stored.get(one.number)
    if keys.knows(one) and not keys.made(one):
        return Finding(words=f"The anchor in {kept.where} was not made by Tieout: its seal does not fit.")
    if own is None:
        return Finding(words=f"Anchor {one.number}, which {kept.where} names, is not in the database any more.")
    if own.digest != one.digest:
        return Finding(words=f"Anchor {one.number} is another than {kept.where} says; it was replaced.")
    return None
