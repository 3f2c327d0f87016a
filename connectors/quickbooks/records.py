"""Rows of an answer as records; the company's record, which is put together from two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from connectors import decode
from connectors.decode import Loose
from connectors.port import Record
from connectors.quickbooks.times import instant
from ledger.finding import Finding

DELETED = "Deleted"  # the one word in `status` that counts: on other rows it cannot be trusted


class _Meta(Loose):
    LastUpdatedTime: str | None = None


class Head(Loose, rename={"id": "Id", "sync_token": "SyncToken", "meta": "MetaData"}):
    """What every row begins with."""

    id: str | None = None
    sync_token: str | None = None
    meta: _Meta | None = None
    status: str | None = None

    @property
    def stamp(self) -> str | None:
        """The update stamp as QuickBooks wrote it."""
        return self.meta.LastUpdatedTime if self.meta else None


class _Rate(Loose):
    SourceCurrencyCode: str | None = None
    AsOfDate: str | None = None


def head(raw: bytes) -> Head | None:
    try:
        return decode.loosely(raw, Head)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def to_records(kind: str, raws: Iterable[bytes], seen_at: datetime) -> tuple[list[Record], list[Finding]]:
    """Each row as a record; a finding for each row that does not even tell its id."""
    records, findings = [], []
    for raw in raws:
        top = head(raw)
        external_id = _rate_id(raw) if kind == "ExchangeRate" else top and top.id
        if top is None or not external_id:
            findings.append(decode.undecodable(kind, decode.peek(raw, "Id") or "?", "it has no readable Id"))
            continue
        if unnamed := decode.unnameable(kind, external_id):
            findings.append(unnamed)
            continue
        deleted = top.status == DELETED
        records.append(
            Record(
                kind=kind,
                external_id=external_id,
                raw=raw,
                seen_at=seen_at,
                updated_at=instant(top.stamp),
                version="" if deleted else (top.sync_token or "").replace("\x00", ""),
                deleted=deleted,
            )
        )
    return records, findings


def gone(kind: str, external_id: str, seen_at: datetime) -> Record:
    """A record that was asked for by id and did not come."""
    return Record(kind=kind, external_id=external_id, raw=b"", seen_at=seen_at, deleted=True)


def company_record(info: Record, preferences: Record | None) -> Record:
    """CompanyInfo with the preferences in it: name, home currency and lock date are one company's and map to one value."""
    if preferences is None:
        return info
    body = info.raw.rstrip()
    raw = body[:-1] + (b"" if body == b"{}" else b",") + b'"Preferences":' + preferences.raw + b"}"
    stamps = [moment for moment in (info.updated_at, preferences.updated_at) if moment is not None]
    return Record(
        kind=info.kind,
        external_id=info.external_id,
        raw=raw,
        seen_at=min(info.seen_at, preferences.seen_at),
        updated_at=max(stamps, default=None),
    )


def _rate_id(raw: bytes) -> str | None:
    """A rate's own Id is not always there; currency and day name it."""
    try:
        rate = decode.loosely(raw, _Rate)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if not rate.SourceCurrencyCode or not rate.AsOfDate:
        return None
    return f"{rate.SourceCurrencyCode}/{rate.AsOfDate}"
