"""A small company behind the API's paths: queries and the change feed over rows that a test changes as it goes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from connectors.quickbooks.connector import QuickBooksConnector
from connectors.quickbooks.faults import read_limits
from connectors.tokens import TokenSet
from connectors.transport import Transport
from tests.connectors.wire import NOW, Answer, Call, Naps

REALM = "4620816365"
Row = dict[str, Any]


def stamp(minutes: float) -> str:
    """Minutes after the beginning of the day, in the company's own offset."""
    moment = NOW - timedelta(hours=10) + timedelta(minutes=minutes)
    return (moment - timedelta(hours=5)).replace(tzinfo=None).isoformat(timespec="seconds") + "-05:00"


def row(external_id: str, minutes: float = 0, **more: Any) -> Row:
    return {"Id": external_id, "SyncToken": "0", "MetaData": {"LastUpdatedTime": stamp(minutes)}, **more}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@dataclass
class Books:
    """rows by kind, deleted by kind. on_call runs before each answer. refused: kinds that are answered with a fault.

    by: how ids are ordered; None: that order is refused. counts: kinds whose count is wrong.
    """

    rows: dict[str, list[Row]] = field(default_factory=dict)
    deleted: dict[str, list[Row]] = field(default_factory=dict)
    on_call: Callable[[Call], None] = lambda _: None
    refused: set[str] = field(default_factory=set)
    orders: bool = True
    by: Callable[[str], Any] | None = int
    counts: dict[str, int] = field(default_factory=dict)
    now: datetime = NOW
    statements: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows.setdefault("CompanyInfo", [row("1", CompanyName="Alder & Sons", Country="US")])
        prefs: Row = {"CurrencyPrefs": {"HomeCurrency": {"value": "USD"}, "MultiCurrencyEnabled": False}}
        self.rows.setdefault("Preferences", [row("1", **prefs)])

    def script(self, call: Call) -> Answer:
        self.on_call(call)
        if call.path.endswith("/query"):
            return self._query(unquote(call.body.decode()))
        if call.path.endswith("/batch"):
            return self._batch(json.loads(call.body)["BatchItemRequest"])
        if call.path.endswith("/cdc"):
            return self._changes(call)
        return Answer(status=404, body=b"{}")

    def _batch(self, items: list[Row]) -> Answer:
        said = [{**json.loads(self._query(item["Query"]).body), "bId": item["bId"]} for item in items]
        return self._answer({"BatchItemResponse": said})

    def _query(self, statement: str) -> Answer:
        self.statements.append(statement)
        kind = _found(r"FROM (\w+)", statement) or ""
        if kind in self.refused:
            return fault(400, "4001", f"{kind} is not known")
        rows = list(self.rows.get(kind, []))
        since = _found(r"LastUpdatedTime >= '([^']+)'", statement)
        if since:
            rows = [one for one in rows if moment(one["MetaData"]["LastUpdatedTime"]) >= moment(since)]
        until = _found(r"LastUpdatedTime < '([^']+)'", statement)
        if until:
            rows = [one for one in rows if moment(one["MetaData"]["LastUpdatedTime"]) < moment(until)]
        ids = _found(r"Id IN \(([^)]*)\)", statement)
        if ids is not None:
            rows = [one for one in rows if f"'{one.get('Id')}'" in ids]
        if "Active IN" not in statement:
            rows = [one for one in rows if one.get("Active", True)]
        if "Balance > '0'" in statement:
            rows = [one for one in rows if one.get("Balance")]
        if "COUNT(*)" in statement:
            return self._answer({"QueryResponse": {"totalCount": self.counts.get(kind, len(rows))}})
        if "ORDERBY Meta" in statement and self.orders:
            rows.sort(key=lambda one: moment(one["MetaData"]["LastUpdatedTime"]))
        if "ORDERBY Id" in statement and self.orders:
            if self.by is None:
                return fault(400, "4001", "property 'Id' is not sortable")
            rows.sort(key=lambda one, by=self.by: by(one["Id"]))  # type: ignore[misc]
        start = int(_found(r"STARTPOSITION (\d+)", statement) or 1) - 1
        rows = rows[start : start + int(_found(r"MAXRESULTS (\d+)", statement) or 100)]
        section = {kind: rows, "startPosition": start + 1, "maxResults": len(rows)} if rows else {}
        return self._answer({"QueryResponse": section})

    def _changes(self, call: Call) -> Answer:
        kinds = (call.one("entities") or "").split(",")
        since = moment(call.one("changedSince") or "")
        if any(kind in self.refused for kind in kinds) or self.now - since > timedelta(days=30):
            return fault(400, "2040", "not in the change feed")
        sections = []
        for kind in kinds:
            live = [one for one in self.rows.get(kind, []) if moment(one["MetaData"]["LastUpdatedTime"]) >= since]
            dead = [one for one in self.deleted.get(kind, []) if moment(one["MetaData"]["LastUpdatedTime"]) >= since]
            gone = [{**one, "status": "Deleted"} for one in dead]
            sections.append({kind: [*live, *gone]} if live or gone else {})
        return self._answer({"CDCResponse": [{"QueryResponse": sections}]})

    def _answer(self, body: Row) -> Answer:
        return Answer(body=json.dumps({**body, "time": self.now.isoformat()}).encode())


def fault(status: int, code: str, detail: str) -> Answer:
    errors = [{"Message": "Request refused", "Detail": detail, "code": code}]
    body = {"Fault": {"Error": errors, "type": "ValidationFault"}, "time": NOW.isoformat()}
    return Answer(status=status, body=json.dumps(body).encode())


def _found(pattern: str, text: str) -> str | None:
    found = re.search(pattern, text)
    return found.group(1) if found else None


@dataclass
class Tokens:
    """A source of one token, and of one more after a 401."""

    tokens: TokenSet = field(default_factory=lambda: TokenSet(access_token="first"))

    def current(self) -> TokenSet:
        return self.tokens

    def refreshed(self, stale: TokenSet) -> TokenSet:
        return TokenSet(access_token="second")


def connector(url: str, tokens: Tokens | None = None, realm_id: str = REALM) -> QuickBooksConnector:
    transport = Transport("QuickBooks", clock=lambda: NOW, sleep=Naps(), random=lambda: 0.5, limits=read_limits)
    return QuickBooksConnector(api_base=f"{url}/v3", realm_id=realm_id, transport=transport, tokens=tokens or Tokens())
