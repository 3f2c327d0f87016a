"""QuickBooks' webhooks: verified over the raw body; they name records and hold nothing of them.

Two forms come: an array of CloudEvents (since 2026) and the older eventNotifications. One body may speak of several
companies. An operation that we do not know is taken for a change: the record is read again anyway.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

import msgspec

from connectors.decode import Loose, loosely, mended
from connectors.fitted import rows
from connectors.quickbooks.kinds import BY_NAME
from ledger.faults import BadInput, SignatureWrong

_KINDS = {name.lower(): name for name in BY_NAME}
_OPS = {
    "create": "created", "update": "updated", "delete": "deleted", "merge": "merged", "void": "voided",
    "emailed": "emailed",
}  # fmt: skip


class _CloudEvent(Loose):
    id: str = ""
    type: str = ""
    time: str = ""
    intuitentityid: str = ""
    intuitaccountid: str = ""


class _Entity(Loose):
    name: str = ""
    id: str = ""
    operation: str = ""
    lastUpdated: str = ""  # noqa: N815 - the provider's spelling
    deletedId: str | None = None  # noqa: N815


class _Change(Loose):
    entities: list[_Entity] | None = None


class _Notification(Loose):
    realmId: str = ""  # noqa: N815
    dataChangeEvent: _Change | None = None  # noqa: N815


class _Body(Loose):
    eventNotifications: list[_Notification] | None = None  # noqa: N815


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One event. kind is None for a record that we do not read."""

    event_id: str
    realm_id: str
    kind: str | None
    external_id: str
    op: str
    type: str


def verify(raw: bytes, signature: str, verifier: str) -> None:
    """Raises SignatureWrong unless `signature` is base64 of the body's HMAC-SHA256 under the verifier token."""
    expected = hmac.new(verifier.encode(), raw, hashlib.sha256).digest()
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        given = b""
    if not hmac.compare_digest(expected, given):
        raise SignatureWrong(
            "The signature of a QuickBooks webhook does not fit its body; check TIEOUT_QUICKBOOKS_WEBHOOK_VERIFIER."
        )


def parse(raw: bytes) -> list[Notice]:
    """The events of a body in either form. Raises BadInput for what is no such body."""
    raw = mended(raw)
    try:
        if raw.lstrip()[:1] == b"[":
            return [_cloud(loosely(event, _CloudEvent, whole=True)) for event in rows(raw)]
        body = loosely(raw, _Body, whole=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadInput("A QuickBooks webhook's body is not the JSON that Intuit documents.") from None
    return [
        notice
        for notification in body.eventNotifications or []
        for entity in (notification.dataChangeEvent or _Change()).entities or []
        for notice in _older(notification.realmId, entity)
    ]


def _cloud(event: _CloudEvent) -> Notice:
    """type is qbo.ENTITY.OPERATION.v1."""
    words = [*event.type.split("."), "", ""]
    entity, op = words[1].lower(), words[2].lower()
    return Notice(
        event_id=event.id or f"{event.intuitaccountid}:{event.type}:{event.intuitentityid}:{event.time}",
        realm_id=event.intuitaccountid,
        kind=_KINDS.get(entity),
        external_id=event.intuitentityid,
        op="voided" if op == "void" else op,
        type=f"{entity}.{op}",
    )


def _older(realm_id: str, entity: _Entity) -> list[Notice]:
    """A merge names the record that stays and, as deletedId, the one that went into it: both are to be read."""
    op = _OPS.get(entity.operation.lower(), entity.operation.lower())
    ids = [entity.id, *([entity.deletedId] if entity.deletedId else [])]
    return [
        Notice(
            event_id=f"{realm_id}:{entity.name}:{external_id}:{entity.operation}:{entity.lastUpdated}",
            realm_id=realm_id,
            kind=_KINDS.get(entity.name.lower()),
            external_id=external_id,
            op=op,
            type=f"{entity.name.lower()}.{op}",
        )
        for external_id in ids
    ]
