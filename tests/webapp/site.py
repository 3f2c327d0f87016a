"""The application on a port of its own, over the books of a test, and somebody who visits it."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import requests
from werkzeug.serving import make_server

from runtime.clock import FixedClock, sleep
from runtime.queue import Nudges
from runtime.settings import Settings
from runtime.wiring import App
from store import people
from store.database import Database
from tests.reconcile.books.books import Books, charge, customer, invoice, make_books
from tests.store.place import NOW, SEALER
from webapp.app import create_app

LATER = NOW + timedelta(hours=1)
WEBHOOK_KEY = "xero-hook-key"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Visitor:
    """A browser without a screen: keeps its cookie, and sends the page's token with each form."""

    base: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **given: Any) -> requests.Response:
        return self.session.get(self.base + path, allow_redirects=False, timeout=180, **given)

    def post(self, path: str, data: dict[str, Any] | None = None, *, page: str = "/sign-in", **given: Any) -> Any:
        """Posts with the token that `page` holds."""
        content = {"csrf_token": self.token(page), **(data or {})}
        return self.session.post(self.base + path, data=content, allow_redirects=False, timeout=180, **given)

    def token(self, page: str) -> str:
        shown = self.session.get(self.base + page, timeout=180)
        found = _TOKEN.search(shown.text)
        assert found, f"{page} holds no form"
        return found.group(1)

    def shown(self, path: str) -> str:
        """The page's words, as they are read."""
        answer = self.session.get(self.base + path, timeout=180)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", answer.text.replace("<wbr>", ""))))


@dataclass
class Site:
    """A served application. `books` is Acme's; `others` belongs to an organisation that nobody here may see."""

    app: App
    base: str
    clock: FixedClock
    books: Books
    others: Books
    visitors: list[Visitor] = field(default_factory=list)

    def visitor(self) -> Visitor:
        made = Visitor(self.base)
        self.visitors.append(made)
        return made

    def add_person(self, email: str, role: str, books: Books | None = None) -> UUID:
        own = (books or self.books).place.organisation_id
        with self.app.database.write() as connection:
            return people.add_person(
                connection, own, email, name=email.partition("@")[0], role=role, actor="test", now=self.clock.now()
            )

    def link(self, person_id: UUID) -> str:
        with self.app.database.write() as connection:
            return f"/sign-in/link/{people.add_link(connection, person_id, self.clock.now())}"

    def signed_in(self, role: str = "owner") -> Visitor:
        """Somebody of that role who has used their link."""
        link = self.link(self.add_person(f"{role}@acme.example", role))
        made = self.visitor()
        assert made.post(link, page=link).status_code == 303
        return made


@contextmanager
def served(database: Database, folder: Path, **settings: str) -> Iterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as listening, _served(listening, database, folder, settings) as site:
        yield site


@contextmanager
def _served(listening: socket.socket, database: Database, folder: Path, settings: Mapping[str, str]) -> Iterator[Site]:
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    given = {
        "TIEOUT_HOME": str(folder / "home"),
        "TIEOUT_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "TIEOUT_BASE_URL": base,
        "TIEOUT_XERO_WEBHOOK_KEY": WEBHOOK_KEY,
        **settings,
    }
    clock = FixedClock(LATER)
    app = App(Settings.load(given, None), clock, sleep, database, SEALER)
    site = Site(app, base, clock, make_books(database, "Acme"), make_books(database, "Rival"))
    nudges = Nudges(app.settings.redis_url) if app.settings.redis_url else None
    server = make_server("127.0.0.1", 0, create_app(app, nudges), threaded=True, fd=listening.fileno())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        for visitor in site.visitors:
            visitor.session.close()
        server.shutdown()
        thread.join()
        server.server_close()
        if nudges is not None:
            nudges.close()


def open_questions(books: Books, *, ready: int = 3) -> None:
    """Some receipts that name their invoice, one that fits two, and one that fits nothing."""
    books.put(books.xero, customer("bob"), customer("eve", "Eve Traders", "eve@eve.example"))
    books.put(books.stripe, customer("cus_bob"), customer("cus_eve", "Eve Traders", "eve@eve.example"))
    books.put(books.xero, *(invoice(f"INV-{1001 + n}", 10_000 + 111 * n) for n in range(ready)))
    books.put(books.xero, invoice("INV-2001", 7_700, owner="eve"), invoice("INV-2002", 7_700, owner="eve"))
    books.put(
        books.stripe,
        *(charge(f"ch_{1 + n}", 10_000 + 111 * n, text=f"INV-{1001 + n}", payer_name="Bob Ltd") for n in range(ready)),
        charge("ch_twice", 7_700, owner="cus_eve", payer_name="Eve Traders"),
        charge("ch_alone", 3_131, owner=None, text="thanks", payer_name="Nobody Known"),
    )
    books.settle()
    books.reconcile()
