"""What the connections page and `tieout connections` say while a provider has a bad day: the same, and true."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from bench.faults.desk import Desk, desk_over
from cli.connect import connect_with
from cli.connections import content, look
from connectors.tokens import TokenSet
from ledger.faults import ConsentLost, Fault, RateLimited, Unreachable
from runtime.passes import sync_connection
from sandbox.core.limits import Window
from store import people
from store.queries.rechecks import ask_all_to_catch_up
from store.tables.intake import inbox
from store.tables.tenancy import token_sets
from sync.renewal import TRIES
from webapp.app import create_app


class Board:
    """Both places, as they are read."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        own, now = desk.house.place.organisation_id, desk.app.clock.now()
        with desk.app.database.write() as connection:
            person = people.add_person(
                connection, own, "ann@acme.example", name="Ann", role="owner", actor="test", now=now
            )
            link = people.add_link(connection, person, now)
        flask = create_app(desk.app)
        flask.config["WTF_CSRF_ENABLED"] = False
        self._base = desk.app.settings.base_url
        self._client = flask.test_client()
        assert self._client.post(f"/sign-in/link/{link}", base_url=self._base).status_code == 303

    def row(self, provider: str) -> Any:
        return next(row for row in self.desk.rows() if row.provider == provider)

    def sync(self, provider: str) -> Fault | None:
        try:
            sync_connection(self.desk.app, self.desk.house.place.organisation_id, self.row(provider).id)
        except Fault as fault:
            return fault
        return None

    def reconnect(self, provider: str, scope: str = "") -> None:
        """A person agrees anew. scope: to less than is asked for."""
        row = self.row(provider)
        house = self.desk.house
        if scope:
            given = self.desk.sandbox.ledgers["xero"].tokens(row.company_id, scope)  # type: ignore[call-arg]  # Xero's has scopes
            tokens = TokenSet(access_token=given.access_token, refresh_token=given.refresh_token, scope=scope)
            connect_with(house.place, provider, tokens, row.company_id, entity=str(row.entity_id))
        else:
            held = next(one for one in self.desk.sandbox.connections() if one.tenant == row.company_id)
            house.connect(held, str(row.entity_id))

    def restrict(self, **fields: Any) -> None:
        self.desk.sandbox.stripe.change(self.row("stripe").company_id, "restrict_key", fields)

    def card(self, provider: str) -> str:
        name = self.row(provider).company_id
        text = self._client.get("/connections/", base_url=self._base).get_data(as_text=True)
        article = next(one for one in re.findall(r"<article.*?</article>", text, re.DOTALL) if name in one)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", article)))

    def listed(self, provider: str) -> dict[str, Any]:
        place = replace(self.desk.house.place, app=self.desk.app)
        rows, unread, looked = look(place, None)
        own = self.row(provider).id
        return next(content(row, unread, looked.of(row)) for row in rows if row.id == own)


def _every(provider: str, kind: str, **given: Any) -> Callable[[Desk], None]:
    def begin(desk: Desk) -> None:
        desk.sandbox.stands[provider].mishaps.add(kind, times=None, **given)

    return begin


def _a_day(desk: Desk) -> None:
    desk.sandbox.ledgers["xero"].limits.configure({"day": Window(2, 86_400)}, 2)


CASES: tuple[tuple[str, Callable[[Desk], None], type[Fault], str, str, str], ...] = (
    ("xero", _every("xero", "429", seconds=20), RateLimited, "parked", "Xero's limit of calls (minute)", "goes on by itself"),
    ("stripe", _every("stripe", "429"), RateLimited, "parked", "Stripe's limit of calls", "goes on by itself"),
    ("quickbooks", _every("quickbooks", "xml429"), RateLimited, "parked", "QuickBooks's limit of calls", "goes on by itself"),
    ("quickbooks", _every("quickbooks", "500"), Unreachable, "delayed", "server error 500", "asked again by itself"),
    ("quickbooks", _every("quickbooks", "cut"), Unreachable, "delayed", "was cut", "asked again by itself"),
    ("xero", _every("xero", "expired", path="api.xro"), ConsentLost, "action_needed", "does not accept our access", "connect it again"),
    ("xero", _a_day, RateLimited, "parked", "Xero's limit of calls (day)", "goes on by itself"),  # last: nobody is signed in for so long
)  # fmt: skip


@pytest.fixture
def board(tmp_path: Path) -> Any:
    with desk_over(tmp_path, 3) as desk:
        yield Board(desk)


def test_both_places_tell_what_holds_a_connection_up_and_for_how_long(board: Board) -> None:
    """None of them is healthy before its time, and all are once the weather is."""
    for provider, begin, kind, state, reason, remedy in CASES:
        begin(board.desk)
        fault = board.sync(provider)
        assert isinstance(fault, kind), (provider, reason)
        told, card = board.listed(provider), board.card(provider)
        assert told["state"] == state, reason
        assert reason in told["needs"]
        assert remedy in told["needs"]
        assert reason in card
        assert remedy in card
        assert (told["parked_until"] is not None) == (state == "parked") == ("Parked until" in card)
        if isinstance(fault, RateLimited):
            assert (told["parked_until"] - told["last_failed_at"]).total_seconds() == pytest.approx(
                fault.retry_after_seconds
            )
            board.desk.wait(fault.retry_after_seconds + 1)
        board.desk.calm_down()


def test_tokens_that_end_in_mid_list_are_nobodys_business(board: Board) -> None:
    board.desk.sandbox.stands["quickbooks"].mishaps.add("expired", "/v3/company", every=7, times=1)
    assert board.sync("quickbooks") is None
    assert (board.listed("quickbooks")["state"], board.listed("quickbooks")["needs"]) == ("healthy", None)
    assert "Healthy" in board.card("quickbooks")


def test_with_no_worker_left_healthy_is_not_said_for_long(board: Board) -> None:
    """The queue's server is gone: nothing fails, and nothing happens."""
    assert board.sync("quickbooks") is None
    board.desk.wait(2 * 3600)
    told = board.listed("quickbooks")
    assert told["state"] == "delayed"
    assert "tieout serve" in told["needs"]
    assert "Delayed" in board.card("quickbooks")


def _revoked(board: Board) -> None:
    board.desk.sandbox.ledgers["quickbooks"].oauth.revoke_all()  # type: ignore[attr-defined]


def _renewals_lost(board: Board) -> None:
    board.desk.sandbox.stands["quickbooks"].mishaps.add("lost", "/oauth2/v1/tokens", times=TRIES.tries)
    board.desk.wait(3_600)


BY_HAND: tuple[tuple[str, Callable[[Board], None], str, str, Callable[[Board], None]], ...] = (
    ("quickbooks", _revoked, "action_needed", "no longer accepts", lambda board: board.reconnect("quickbooks")),
    ("xero", lambda board: board.reconnect("xero", "offline_access accounting.settings.read accounting.contacts.read"),
     "action_needed", "Xero does not let us read", lambda board: board.reconnect("xero")),
    ("stripe", lambda board: board.restrict(without=["payout_read"]),
     "action_needed", "'payout_read' is missing", lambda board: board.restrict()),
    ("quickbooks", _renewals_lost, "delayed", "Try again within 30 minutes", lambda _: None),
)  # fmt: skip


def test_what_a_consent_lacks_is_told_with_its_remedy_and_all_catches_up_afterwards(board: Board) -> None:
    """The last needs nobody: the token that stands is still taken."""
    for provider, begin, state, reason, mend in BY_HAND:
        begin(board)
        assert board.sync(provider) is not None
        told, card = board.listed(provider), board.card(provider)
        assert (told["state"], told["parked_until"]) == (state, None)
        assert reason in told["needs"]
        assert reason in card
        if state == "action_needed":
            assert f"tieout connect {provider}" in told["needs"]
            assert "Reconnect" in card
        mend(board)
        assert board.sync(provider) is None
        assert (board.listed(provider)["state"], board.listed(provider)["needs"]) == ("healthy", None)


def test_what_holds_nothing_up_yet_is_told_too(board: Board) -> None:
    assert board.sync("xero") is None
    row, now, database = board.row("xero"), board.desk.app.clock.now(), board.desk.app.database
    with database.write() as connection:
        connection.execute(update(token_sets).values(refresh_expires_at=now + timedelta(days=9)))
        given = {"organisation_id": row.organisation_id, "connection_id": row.id, "body": b"", "received_at": now}
        for name, how in (("e1", "failed"), ("e2", "new")):
            connection.execute(insert(inbox).values(provider="xero", event_id=name, state=how, tries=0, **given))
        ask_all_to_catch_up(connection, "xero", board.desk.app.clock.now())
    told, card = board.listed("xero"), board.card("xero")
    assert told["state"] == "healthy"
    assert (told["webhooks_waiting"], told["webhooks_set_aside"]) == (1, 1)
    for words in (
        "Webhooks did not come.",
        f"consent ends on {now + timedelta(days=9):%Y-%m-%d}",
        "1 of its webhooks could not be",
    ):
        assert words in told["needs"]
    for words in ("Webhooks did not come.", "Consent ends", "connect it again before that day", "1 set aside"):
        assert words in card
    assert board.sync("xero") is None
    assert "did not come" not in board.listed("xero")["needs"] + board.card("xero")
