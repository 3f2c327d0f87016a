"""Why something cannot be posted as it stands: a code for programs, a sentence and a remedy for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.faults import Refused


class NotPosted(Refused):
    """Nothing was written. code: stable (paid_meanwhile, period_locked, ...). remedy: what a person can do about it.

    choices: what a person may choose so that it can be posted ({"date": "2026-04-01"}), as `postings.choices` keeps it.
    """

    def __init__(self, code: str, sentence: str, remedy: str, choices: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.remedy = remedy
        self.choices = dict(choices or {})
