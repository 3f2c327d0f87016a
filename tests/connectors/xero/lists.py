"""A list of Xero's over HTTP: paged, ordered by stamp, cut by If-Modified-Since, and changing while it is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from connectors.tokens import TokenSet
from connectors.transport import Transport
from connectors.xero.client import read_left, read_limits
from connectors.xero.connector import XeroConnector
from tests.connectors.wire import Answer, Call, Naps, Server, serve

BEGIN = datetime(2026, 3, 2, 10, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Tokens:
    """Never old; a refusal brings the next one, `left` times."""

    left: int = 1
    made: int = 0

    def current(self) -> TokenSet:
        return TokenSet(access_token=f"t{self.made}")

    def refreshed(self, stale: TokenSet) -> TokenSet:
        self.made += 1
        return self.current()


@dataclass
class Book:
    """Invoices by id with their stamps. page_size: the most that this server gives, whatever is asked. unpaid: the open ones.

    now: what the server's clock says; None: it does not say.
    """

    stamps: dict[str, datetime] = field(default_factory=dict)
    page_size: int = 3
    ordered: bool = True
    pagination: bool = True
    before: Callable[[Call], None] = lambda _: None
    refusal: Answer | None = None
    unpaid: frozenset[str] = frozenset()
    now: datetime | None = None

    def touch(self, key: str, seconds: float) -> None:
        self.stamps[key] = BEGIN + timedelta(seconds=seconds)

    def fill(self, count: int, apart: float = 1.0) -> None:
        for number in range(count):
            self.touch(f"i{number:03}", number * apart)

    def answer(self, call: Call) -> Answer:
        self.before(call)
        if self.refusal is not None:
            return self.refusal
        kind = call.path.removeprefix("/api.xro/2.0/").split("/")[0]
        if kind != "Invoices":
            key = "Organisations" if kind == "Organisation" else kind
            return Answer(body=json.dumps({"Status": "OK", key: []}).encode())
        if call.one("IDs"):
            return self._reply([key for key in str(call.one("IDs")).split(",") if key in self.stamps], None)
        since = call.headers.get("if-modified-since")
        floor = datetime.fromisoformat(since).replace(tzinfo=UTC) if since else EPOCH
        keys = [key for key, stamp in self.stamps.items() if stamp >= floor]
        if call.one("Statuses"):
            keys = [key for key in keys if key in self.unpaid]
        keys.sort(key=(lambda key: (self.stamps[key], key)) if self.ordered else (lambda key: key))
        if since and not keys:
            return Answer(status=304, body=b"")
        size = min(self.page_size, int(call.one("pageSize") or self.page_size))
        start = (int(call.one("page") or 1) - 1) * size
        return self._reply(keys[start : start + size], -(-len(keys) // size))

    def _reply(self, keys: list[str], pages: int | None) -> Answer:
        millis = {key: int((self.stamps[key] - EPOCH).total_seconds() * 1000) for key in keys}
        rows = [{"InvoiceID": key, "UpdatedDateUTC": f"/Date({millis[key]}+0000)/"} for key in keys]
        body: dict[str, Any] = {"Status": "OK", "Invoices": rows}
        if self.pagination and pages is not None:
            body["pagination"] = {"pageCount": pages, "itemCount": len(self.stamps)}
        dated = {"Date": format_datetime(self.now, usegmt=True)} if self.now else {}
        return Answer(body=json.dumps(body).encode(), headers=dated)


@dataclass
class Site:
    connector: XeroConnector
    server: Server
    naps: Naps
    tokens: Tokens


@contextmanager
def open_book(book: Book, page_size: int = 3) -> Iterator[Site]:
    naps, tokens = Naps(), Tokens()
    transport = Transport(
        "Xero", clock=lambda: datetime.now(UTC), sleep=naps, random=lambda: 0.5, limits=read_limits,
        left=read_left,
    )  # fmt: skip
    with serve(book.answer) as server:
        connector = XeroConnector(
            api_base=f"{server.url}/api.xro/2.0",
            tenant_id="tenant",
            transport=transport,
            tokens=tokens,
            page_size=page_size,
        )
        yield Site(connector, server, naps, tokens)
        transport.close()
