"""A finding: data that looks wrong or is not understood. It is kept and shown, and never stops a page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    NOTE = "note"  # worth knowing: an unknown field value that changes nothing
    WARNING = "warning"  # a record could be mapped only in part
    ERROR = "error"  # a record could not be mapped: figures may not tie until it is


BESIDE = frozenset(
    {"settled_without_source", "line_unnamed", "own_record_gone", "own_record_changed", "not_in_bank_feed"}
)
"""Codes that no mapping tells: they follow from what stands beside a record, and mapping it again settles none of them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` groups (unknown_status, finer_than_minor_unit); `sentence` is for a person and names the record."""

    code: str
    sentence: str
    severity: Severity = Severity.WARNING
    record_kind: str = ""
    external_id: str = ""
    field: str = ""
