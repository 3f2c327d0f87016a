"""Entries and what stands of them, as the outbox keeps them."""

from __future__ import annotations

from typing import Any

import msgspec

from connectors.writing import Standing
from ledger.entry import Entry


def body_of(entry: Entry) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(entry)
    return body


def entry_of(row: Any) -> Entry:
    """The entry of a row of `entries`."""
    return msgspec.convert(row.body, Entry)


def content_of(standing: Standing) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(standing)
    return content


def standing_of(row: Any) -> Standing | None:
    """What the provider is known to hold of an entry; None where nothing of it is known to stand."""
    if row.standing is not None:
        return msgspec.convert(row.standing, Standing)
    if row.external_id is None or row.record_kind is None:
        return None
    return Standing(kind=row.record_kind, external_id=row.external_id, version=row.provider_version or "")
