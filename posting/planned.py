"""What a posting comes to."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """entries: neutral, in the order in which they are to stand. shaped: the records that these books make of them.

    warnings: what a person should know, in sentences.
    """

    entries: tuple[Entry, ...]
    shaped: tuple[Entry, ...]
    warnings: tuple[str, ...] = ()
