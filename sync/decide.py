"""What to do with a record that came, given what is known of it. Pure.

Newer is never undone by older. Where the order of two states cannot be told, the record is read again: guessing loses
updates that were made in the same second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TAKEN_BACK = timedelta(hours=1)  # no provider's answer lags behind its own writes for so long


class Verdict(StrEnum):
    WRITE = "write"
    SAME = "same"
    SEEN = "seen"
    STALE = "stale"
    REREAD = "reread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What orders two states of one record: the provider's stamp, its version, and when the state was true.

    learnt_at: when the known one was written here; None of what has just come. stamp_derived: see connectors/port.py.
    """

    updated_at: datetime | None
    version: str
    seen_at: datetime
    deleted: bool
    digest: str
    learnt_at: datetime | None = None
    stamp_derived: bool = False


def decide(came: Stamp, known: Stamp | None) -> Verdict:
    """Guards first, each with its outcome; then the order of the two states."""
    if known is None:
        return Verdict.WRITE
    if came.deleted == known.deleted and (came.deleted or came.digest == known.digest):
        return _seen_again(came, known)
    if came.deleted:
        return _deletion(came, known)
    if known.deleted:
        return _by_sight(came, known)
    if came.stamp_derived and _contradicts(came, known):
        return Verdict.WRITE if _read_since(came, known) else Verdict.REREAD
    if _newer(came, known):
        return Verdict.WRITE
    if _newer(known, came):
        return Verdict.WRITE if _taken_back(came, known) else Verdict.STALE
    return _by_sight(came, known)


def _newer(one: Stamp, other: Stamp) -> bool:
    """By the provider's own word: its version, which counts the changes, then its stamp, since the provider's machines
    have clocks of their own. False where it does not say.
    """
    if one.version.isdigit() and other.version.isdigit() and int(one.version) != int(other.version):
        return int(one.version) > int(other.version)
    if one.updated_at is not None and other.updated_at is not None:
        return one.updated_at > other.updated_at
    return False


def _taken_back(came: Stamp, known: Stamp) -> bool:
    """Read long after the known state was written here, and older by the provider's word: so the provider went back, as
    where its data were restored. Nothing else would ever bring what it holds now.
    """
    return _read_since(came, known) and known.learnt_at is not None and came.seen_at - known.learnt_at >= TAKEN_BACK


def _contradicts(came: Stamp, known: Stamp) -> bool:
    """Newer by the time inside and older by sight, or the other way round."""
    if _newer(known, came) and _read_since(came, known):
        return True
    if _same_second(came.seen_at, known.seen_at):
        return False
    return _newer(known, came) if came.seen_at > known.seen_at else _newer(came, known)


def _read_since(came: Stamp, known: Stamp) -> bool:
    """A read that was sent after we had written the known state has seen no older one, however the seconds fall."""
    return bool(came.seen_at.microsecond) and known.learnt_at is not None and known.learnt_at <= came.seen_at


def _deletion(came: Stamp, known: Stamp) -> Verdict:
    """A provider never brings a thing back under its id; but "not found" may be from before it was made."""
    if came.seen_at > known.seen_at and not _same_second(came.seen_at, known.seen_at):
        return Verdict.WRITE
    return Verdict.STALE if _newer(known, came) else _by_sight_or_reread(came, known)


def _by_sight_or_reread(came: Stamp, known: Stamp) -> Verdict:
    """Told late: it may well be true. One more call is cheaper than a deletion that is lost, or wrongly believed."""
    return Verdict.WRITE if _by_sight(came, known) is Verdict.WRITE else Verdict.REREAD


def _seen_again(came: Stamp, known: Stamp) -> Verdict:
    """Nothing changed. Where only sight orders states, the later sight is kept: what lay between must not come after it."""
    ordered = came.version.isdigit() or (came.updated_at is not None and came.updated_at.microsecond)
    return Verdict.SAME if ordered or came.seen_at <= known.seen_at else Verdict.SEEN


def _by_sight(came: Stamp, known: Stamp) -> Verdict:
    """Same stamp, other content: the one seen later is right, unless both were seen in a second that cannot be split."""
    if _read_since(came, known):
        return Verdict.WRITE
    if _same_second(came.seen_at, known.seen_at):
        return Verdict.REREAD
    return Verdict.WRITE if came.seen_at > known.seen_at else Verdict.STALE


def _same_second(one: datetime, other: datetime) -> bool:
    """Whole-second stamps (events) tie with everything in their second; exact ones only with their like."""
    if one.microsecond and other.microsecond:
        return one == other
    return one.replace(microsecond=0) == other.replace(microsecond=0)
