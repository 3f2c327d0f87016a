"""The evidence pack of one receipt, as one JSON document: what came, what it pays, who decided and why, what was written,
what was answered, what stands there, and what was taken back. From the store alone; amounts in minor units as they are kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ledger.money import Money
from proving.evidence.sent import sent
from store import audit, policies
from store.database import Connection
from store.payloads import Unreadable, payload
from store.queries import evidence as queries
from store.queries.history import Version, versions_of

FORM = 1
_HIDDEN = frozenset({"organisation_id", "body", "salt"})


def evidence(
    connection: Connection,
    organisation_id: UUID,
    wanted: str,
    *,
    now: datetime,
    anchor: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """wanted: a receipt's id, or the id of its charge or bank line. anchor: of the audit log. Raises NotFound."""
    row = queries.receipt_of(connection, organisation_id, wanted)
    matches = [
        _decision(connection, organisation_id, match)
        for match in queries.decisions(connection, organisation_id, row.id)
    ]
    posted = [
        _posting(connection, organisation_id, one) for one in queries.postings_of(connection, organisation_id, row.id)
    ]
    about = [str(row.id), *(one["id"] for one in matches), *(one["id"] for one in posted)]
    about += [one["batch_id"] for one in (*matches, *posted) if one.get("batch_id")]
    return {
        "form": FORM,
        "made_at": _plain(now),
        "receipt": {**told(row), "amount": _money(row.amount_minor, row.currency)},
        "seen_as": [_sighting(connection, one, kept) for one, kept in queries.seen_as(connection, organisation_id, row.id)],
        "decisions": matches,
        "postings": posted,
        "audit": {
            "entries": [_act(one) for one in queries.acts_on(connection, organisation_id, about)],
            "first_broken": audit.first_broken(connection, organisation_id),
            "length": audit.length(connection, organisation_id),
            "anchor": anchor,
        },
    }  # fmt: skip


def canonical(pack: Mapping[str, Any]) -> bytes:
    return (json.dumps(pack, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _sighting(connection: Connection, row: Any, kept: Any) -> dict[str, Any]:
    """A charge, a bank line or a record of the books, in the provider's own words where they are kept."""
    return {**told(row), "amount": _money(row.amount_minor, row.currency), "record": _record(connection, kept)}


def _record(connection: Connection, kept: Any) -> dict[str, Any] | None:
    if kept is None:
        return None
    try:
        raw = payload(connection, kept)
    except Unreadable as fault:
        return {**told(kept), "content": None, "unreadable": str(fault)}
    try:
        content = json.loads(raw) if raw else None
    except ValueError:  # a bank's file has forms of its own
        content = raw.decode("utf-8", "replace")
    return {**told(kept), "content": content}


def _decision(connection: Connection, organisation_id: UUID, match: Any) -> dict[str, Any]:
    """A match with its reasons, its states, the policy that it was made under and the documents that it pays."""
    number = int(match.policy_version) if str(match.policy_version).isdecimal() else None
    policy = None if number is None else policies.version(connection, organisation_id, number)
    lines = queries.lines_of(connection, organisation_id, match.id)
    return {
        **told(match),
        "lines": [_line(connection, organisation_id, line) for line in lines],
        "states": [told(state) for state in queries.states_of(connection, organisation_id, match.id)],
        "policy": None if policy is None else told(policy),
    }  # fmt: skip


def _line(connection: Connection, organisation_id: UUID, line: Any) -> dict[str, Any]:
    """The document as it was issued, as it was known when it was decided on, and as it stands."""
    row = queries.document(connection, organisation_id, line.document_noun, line.document_id)
    history = versions_of(connection, organisation_id, line.document_noun, line.document_id)
    return {
        **told(line),
        "applied": _money(line.applied_minor, line.currency),
        "document": None if row is None else {
            "stands": told(row), "as_issued": None if not history else _version(history[0]),
            "versions": [_version(one) for one in history],
            "record": _record(connection, queries.payload_row(connection, row)),
        },
    }  # fmt: skip


def _version(one: Version) -> dict[str, Any]:
    return {**_told(asdict(one)), "values": one.body}


def _posting(connection: Connection, organisation_id: UUID, posting: Any) -> dict[str, Any]:
    """What was to stand in the books, each record with its write id, its calls, the answer and what was read back."""
    rules = queries.rules_of(connection, organisation_id, posting.entity_id, posting.rules_version)
    return {
        **told(posting),
        "amount": _money(posting.amount_minor, posting.currency),
        "states": [told(state) for state in queries.posting_states_of(connection, organisation_id, posting.id)],
        "rules": None if rules is None else told(rules),
        "entries": [
            {
                **told(entry), "entry": entry.body, "read_back": entry.standing,
                "account_name": queries.account_name(connection, entry),
                "calls": [
                    _call(call, entry.write_id) for call in queries.calls_of(connection, organisation_id, entry.id)
                ],
            }
            for entry in queries.entries_of(connection, organisation_id, posting.id)
        ],
    }  # fmt: skip


def _call(call: Any, write_id: str) -> dict[str, Any]:
    """What was sent for this entry, and under which key; no credential is among it."""
    return {**told(call), **sent(bytes(call.body), write_id)}


def _act(one: Any) -> dict[str, Any]:
    return {**told(one), "at": _plain(one.at)}


def told(row: Any) -> dict[str, Any]:
    """A row's columns as JSON; the organisation and whatever is bytes are left out."""
    return _told(row._mapping)


def _told(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _plain(value)
        for name, value in columns.items()
        if name not in _HIDDEN and not isinstance(value, bytes | memoryview)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


def _money(minor: int | None, currency: str | None) -> dict[str, str] | None:
    if minor is None or currency is None:
        return None
    return {"currency": currency, "amount": f"{Money(minor, currency).decimal():f}"}
