"""What was changed inside a signed period after it was signed: before, after, by how much, and by whom where it is known.

What happens later and is dated later (a payment in May of a March invoice) changes nothing in March and is not listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from connectors.decode import Loose
from ledger.money import Money
from store.database import Connection
from store.payloads import Unreadable, payload
from store.queries import closing
from store.queries.history import Changed, Version, changed_since

NOTHING = frozenset({"draft", "void", "deleted", "failed", "canceled", "pending", "uncollectible"})
WORDS = {
    "invoices": "Invoice", "credit_notes": "Credit note", "payments": "Payment", "allocations": "Application",
    "journal_lines": "Journal line", "bank_entries": "Bank entry", "charges": "Charge", "fees": "Fee", "payouts": "Payout",
    "refunds": "Refund", "disputes": "Dispute", "customer_balance_entries": "Customer balance",
}  # fmt: skip
_NAMES = ("number", "reference", "external_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterChange:
    """before, after: the amount as it counted in the period, None where it counted for nothing. differs: what is another,
    field by field. who: "unknown" where neither the provider nor our log tells.
    """

    noun: str
    external_id: str
    name: str
    what: str
    on: date | None
    before: Money | None
    after: Money | None
    differs: Mapping[str, tuple[Any, Any]]
    who: str
    recorded_at: datetime
    provider: str

    @property
    def amount(self) -> Money:
        """By how much the period moved."""
        currency = next(own.currency for own in (self.after, self.before) if own is not None)
        return (self.after or Money(0, currency)) - (self.before or Money(0, currency))


def later_changes(
    connection: Connection, organisation_id: UUID, entity_id: UUID, through: date, since: datetime
) -> list[LaterChange]:
    """Of a period, after `since`: when its pack was prepared. The newest first."""
    posters = closing.posters(connection, organisation_id)
    found = [
        _named(connection, organisation_id, posters, changed, differs, through)
        for changed, differs in _moved(connection, organisation_id, entity_id, through, since)
    ]
    ended = {one.external_id for one in found if one.noun != "allocations"}
    kept = [one for one in found if one.noun != "allocations" or not _of(one.external_id) & ended]
    return sorted(kept, key=lambda one: (one.recorded_at, one.noun, one.external_id), reverse=True)


def _of(allocation: str) -> set[str]:
    """The records that an application's id is made of."""
    return {part.rpartition("-")[2] for part in allocation.split("/")} | set(allocation.split("/"))


def _moved(
    connection: Connection, organisation_id: UUID, entity_id: UUID, through: date, since: datetime
) -> Iterator[tuple[Changed, dict[str, tuple[Any, Any]]]]:
    for changed in changed_since(connection, organisation_id, entity_id, since):
        was, now = _counted(changed.before, through), _counted(changed.after, through)
        if was == now:
            continue
        first, last = was or {}, now or {}
        differs = {
            name: (first.get(name), last.get(name))
            for name in sorted({*first, *last})
            if first.get(name) != last.get(name)
        }
        yield changed, differs


def _counted(version: Version | None, through: date) -> dict[str, Any] | None:
    """What of a version counts in a period that ends on the day; None where it counts for nothing there."""
    if version is None or version.gone or version.status in NOTHING:
        return None
    on = version.valid_on
    if on is None or on > through:
        return None
    body = version.body
    if body.get("reversed_on") is not None and body["reversed_on"] <= through.isoformat():
        return None
    told = {"amount": version.amount_minor, "currency": version.currency, "date": on.isoformat()}
    if version.customer_external_id:
        told["customer"] = version.customer_external_id
    if version.noun == "allocations":
        told["to"] = f"{body.get('target_kind')} {body.get('target_external_id')}"
    return told


def _named(
    connection: Connection, organisation_id: UUID, posters: Mapping[tuple[UUID, str], str], changed: Changed,
    differs: Mapping[str, tuple[Any, Any]], through: date,
) -> LaterChange:  # fmt: skip
    before, after = changed.before, changed.after
    was, now = _counted(before, through), _counted(after, through)
    body = after.body if now is not None or before is None else before.body
    name = next((str(body[key]) for key in _NAMES if body.get(key)), after.external_id)
    return LaterChange(
        noun=after.noun, external_id=after.external_id, name=f"{WORDS.get(after.noun, after.noun)} {name}",
        what=_what(was, now, after), on=(before or after).valid_on if now is None else after.valid_on,
        before=_money(was), after=_money(now), differs=differs, recorded_at=after.recorded_at, provider=changed.provider,
        who=_who(connection, organisation_id, posters, changed),
    )  # fmt: skip


def _what(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None, after: Any) -> str:
    if was is None:
        return "entered into the period"
    if now is None:
        if after.gone:
            return "deleted"
        return "voided or ended" if after.status in NOTHING else "moved out of the period"
    return "changed"


def _money(told: Mapping[str, Any] | None) -> Money | None:
    if told is None or told["amount"] is None or told["currency"] is None:
        return None
    return Money(int(told["amount"]), str(told["currency"]))


class _By(Loose):
    value: str | None = None
    name: str | None = None


class _Meta(Loose):
    LastModifiedByRef: _By | None = None


class _Payload(Loose):
    MetaData: _Meta | None = None


def _who(
    connection: Connection, organisation_id: UUID, posters: Mapping[tuple[UUID, str], str], changed: Changed
) -> str:
    after = changed.after
    own = posters.get((after.connection_id, after.external_id))
    if own is not None:
        return f"{own}, through Tieout"
    kind = after.body.get("record_kind") or {
        "invoices": "Invoice",
        "payments": "Payment",
        "credit_notes": "CreditMemo",
    }.get(after.noun)
    row = kind and closing.payload_of(connection, organisation_id, after.connection_id, kind, after.external_id)
    if not row or changed.provider != "quickbooks":
        return "unknown"
    try:
        told = msgspec.json.decode(payload(connection, row), type=_Payload)
    except (msgspec.DecodeError, UnicodeDecodeError, Unreadable):
        return "unknown"
    by = told.MetaData.LastModifiedByRef if told.MetaData else None
    return f"QuickBooks user {by.name or by.value}" if by and (by.name or by.value) else "unknown"
