"""From a signed event to a receipt: each kind of event alone, doubled, reversed, forged, unknown, and worked on again."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
import zstandard
from sqlalchemy import select, update

from bench.hooks.events import Mill
from connectors.port import Told
from connectors.stripe.kinds import API_VERSION
from ledger.faults import BadInput, ConsentLost, Refused, SignatureWrong
from runtime import jobs
from runtime.hooks import RIPE_SECONDS, YOUNG_AT_ONCE, _work_all, work_inbox
from runtime.queue import Nudges
from runtime.receiving import Receiving
from store import inbox as kept
from store.inbox import MAX_TRIES
from store.scope import Scope
from store.tables.intake import records
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import token_sets
from sync.apply import Target, load_context
from tests.runtime.burst import work_off
from tests.runtime.shop import Posted, Shop
from tests.sync.fake import Clock, FakeConnector, Provider

ALONE = ("charge.succeeded", "payment_intent.succeeded", "invoice_payment.paid")


def take(shop: Shop, *posts: Posted) -> int:
    """Receives and works through them; gives how many events were worked on."""
    for post in posts:
        Receiving(shop.app).receive("stripe", post.body, post.headers)
    return work_inbox(shop.app, shop.organisation_id, shop.connection_id)


def signed(shop: Shop, event: dict[str, object], secret: str | None = None) -> Posted:
    """An event of our own making, signed as Stripe would."""
    body = msgspec.json.encode({"id": "evt_own", "object": "event", "account": shop.tenant, "created": int(time.time()),
                                "api_version": "2026-10-28.endive", "livemode": False, **event})  # fmt: skip
    at = int(time.time())
    key = secret or shop.stand.config()["webhook_secret"]
    made = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return Posted(str(event["type"]), body, {"stripe-signature": f"t={at},v1={made}"})


@pytest.mark.parametrize("kind", ALONE)
def test_one_event_alone_leads_to_the_receipt(worked_shop: Shop, kind: str) -> None:
    shop = worked_shop
    posts = shop.change("pay_invoice", invoice="inv0")
    [post] = [item for item in posts if item.type == kind]
    [target] = Receiving(shop.app).receive("stripe", post.body, post.headers)
    assert target == (shop.organisation_id, shop.connection_id)
    nudges = Nudges(shop.environ["TIEOUT_REDIS_URL"])
    nudges.nudge(jobs.hooks, *target)
    work_off(shop.environ["TIEOUT_REDIS_URL"])
    assert list(shop.receipts().values()) == [7000]
    assert [row.state for row in shop.inbox()] == ["done"]
    assert nudges.depth() == 0
    nudges.close()


def test_in_any_order_and_twice_it_is_one_receipt(shop: Shop) -> None:
    posts = shop.change("pay_invoice", invoice="inv0") + shop.change("pay_invoice", invoice="inv1")
    assert take(shop, *reversed(posts), *posts) == len(posts)
    assert sorted(shop.receipts().values()) == [7000, 7001]
    assert take(shop, *posts) == 0
    before = _receipts_in_full(shop)
    shop.sync()
    assert sorted(shop.receipts().values()) == [7000, 7001]
    assert [row["external_id"] for row in _receipts_in_full(shop)] == [row["external_id"] for row in before]


def _receipts_in_full(shop: Shop) -> list[dict[str, object]]:
    from store.queries.exports.kinds import EXPORTS
    from store.queries.exports.parts import Reader

    with shop.app.database.read() as connection:
        return list(EXPORTS["receipts"](Reader(connection, shop.organisation_id)))


def test_a_wrong_signature_keeps_nothing(shop: Shop) -> None:
    [post, *_] = shop.change("pay_invoice", invoice="inv0")
    forged = [
        replace(post, body=post.body.replace(b"charge", b"chargE", 1)),
        replace(post, headers={"stripe-signature": "t=1,v1=00"}),
        replace(post, headers={}),
        signed(shop, {"type": "charge.succeeded", "data": {"object": {}}}, secret="whsec_other"),
    ]
    for one in forged:
        with pytest.raises(SignatureWrong):
            Receiving(shop.app).receive("stripe", one.body, one.headers)
    assert shop.inbox() == []


def test_an_event_of_a_kind_that_we_do_not_know_is_kept_and_finished(shop: Shop) -> None:
    thing = {"id": "zz_1", "object": "zeppelin", "livemode": False}
    assert take(shop, signed(shop, {"type": "zeppelin.launched", "data": {"object": thing}})) == 1
    [row] = shop.inbox()
    assert (row.type, row.state) == ("zeppelin.launched", "done")


def test_an_event_of_an_account_that_nobody_connected_is_kept_for_none(shop: Shop) -> None:
    post = signed(shop, {"type": "charge.succeeded", "account": "acct_unknown", "data": {"object": {}}})
    assert Receiving(shop.app).receive("stripe", post.body, post.headers) == []
    [row] = shop.inbox()
    assert (row.organisation_id, row.state) == (None, "new")
    assert work_inbox(shop.app, shop.organisation_id, shop.connection_id) == 0


def test_a_provider_that_we_do_not_know(shop: Shop) -> None:
    with pytest.raises(BadInput, match="no provider"):
        Receiving(shop.app).receive("paypal", b"{}", {})


class Picky(FakeConnector):
    """Cannot work on one of the events."""

    def told(self, body: bytes, event_type: str, kept_seconds: float) -> Told:
        if b"evt_bad" in body:
            raise msgspec.DecodeError("no such thing")
        return Told(records=(self.source.record("t1"),))


def test_an_event_that_cannot_be_worked_on_holds_up_no_other(shop: Shop) -> None:
    for name in ("evt_a", "evt_bad", "evt_z"):
        post = signed(shop, {"id": name, "type": "thing.updated"})
        Receiving(shop.app).receive("stripe", post.body, post.headers)
    connector = Picky(Provider(Clock()))
    connector.source.put("t1", 5)
    scope = Scope(shop.organisation_id, shop.connection_id)
    target = Target(shop.app.database, scope, load_context(shop.app.database, scope))
    for _ in range(MAX_TRIES):
        with shop.app.database.read() as connection:
            events = kept.waiting(connection, shop.organisation_id, shop.connection_id, 10)
        with pytest.raises(Refused, match="could not be worked on"):
            _work_all(shop.app, target, connector, "stripe", events)
    states = {row.event_id.partition(":")[0]: (row.state, row.tries) for row in shop.inbox()}
    assert states == {"evt_a": ("done", 0), "evt_bad": ("failed", MAX_TRIES), "evt_z": ("done", 0)}
    assert work_inbox(shop.app, shop.organisation_id, shop.connection_id) == 0


def test_events_wait_while_the_consent_is_lost(shop: Shop) -> None:
    [post] = [item for item in shop.change("pay_invoice", invoice="inv0") if item.type == "invoice_payment.paid"]
    Receiving(shop.app).receive("stripe", post.body, post.headers)
    with shop.app.database.write() as connection:
        connection.execute(update(token_sets).values(dead_at=shop.app.clock.now()))
    with pytest.raises(ConsentLost):
        work_inbox(shop.app, shop.organisation_id, shop.connection_id)
    [row] = shop.inbox()
    assert (row.state, row.tries) == ("new", 0)
    with shop.app.database.write() as connection:
        connection.execute(update(token_sets).values(dead_at=None))
    work_inbox(shop.app, shop.organisation_id, shop.connection_id)
    assert list(shop.receipts().values()) == [7000]


def test_worked_on_again_nothing_changes(shop: Shop) -> None:
    posts = shop.change("pay_invoice", invoice="inv0")
    take(shop, *posts)
    before = _receipts_in_full(shop)
    with shop.app.database.write() as connection:
        assert kept.reopen(connection, shop.organisation_id, shop.connection_id) == len(posts)
    assert work_inbox(shop.app, shop.organisation_id, shop.connection_id) == len(posts)
    assert _receipts_in_full(shop) == before


def test_an_older_event_after_newer_ones_undoes_nothing(shop: Shop) -> None:
    first = shop.change("edit_customer", customer="bob", name="First")
    second = shop.change("edit_customer", customer="bob", name="Second")
    take(shop, *second)
    take(shop, *first)
    with shop.app.database.read() as connection:
        assert connection.execute(select(NOUN_NAMED["customers"].table.c.name)).scalar_one() == "Second"


class Later:
    """The real clock, ahead by what was slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=sum(self.slept))

    def today(self, zone: ZoneInfo) -> date:
        return self.now().astimezone(zone).date()


def test_a_burst_waits_until_its_snapshots_may_be_applied_and_costs_no_call(shop: Shop) -> None:
    """Its second is over by our own clock, even where the provider's is ten minutes ahead."""
    shop.sync()
    mill, ahead = Mill(path="", secret="", api_version=API_VERSION, objects=3), int(time.time()) + 600
    receiving = Receiving(shop.app)
    for number in range(YOUNG_AT_ONCE + 1):
        event = {**msgspec.json.decode(mill.body(number, ahead + number)), "account": shop.tenant}
        post = signed(shop, event)
        receiving.receive("stripe", post.body, post.headers)
    calls, later = len(shop.stand.journal.as_json()), Later()
    app = replace(shop.app, sleep=later.sleep, clock=later)
    assert work_inbox(app, shop.organisation_id, shop.connection_id) == YOUNG_AT_ONCE + 1
    [waited] = later.slept
    assert 0 < waited <= RIPE_SECONDS
    assert len(shop.stand.journal.as_json()) == calls
    assert {row.state for row in shop.inbox()} == {"done"}
    with shop.app.database.read() as connection:
        memos = {row.external_id: row.body for row in connection.execute(select(records))}
    newest = [zstandard.decompress(memos[f"in_{which:014d}"]) for which in range(3)]
    assert [f"memo {number:09d}".encode() in body for number, body in zip((3, 4, 5), newest, strict=True)] == [True] * 3


def test_a_few_are_worked_on_as_they_come(shop: Shop) -> None:
    later = Later()
    posts = shop.change("pay_invoice", invoice="inv0")[:YOUNG_AT_ONCE]
    for post in posts:
        Receiving(shop.app).receive("stripe", post.body, post.headers)
    app = replace(shop.app, sleep=later.sleep, clock=later)
    assert work_inbox(app, shop.organisation_id, shop.connection_id) == len(posts)
    assert later.slept == []


def test_a_burst_costs_few_calls_and_leaves_what_a_list_gives(shop: Shop) -> None:
    """Each payment brings three events about two objects and an entry of the balance; two of one second cannot be ordered."""
    shop.sync()
    posts = [post for number in range(20) for post in shop.change("charge", amount=900 + number, payer_name="Walk-in")]
    for post in posts:
        Receiving(shop.app).receive("stripe", post.body, post.headers)
    later = Later()
    later.slept.append(2.0)
    shop.stand.journal.clear()
    app = replace(shop.app, sleep=later.sleep, clock=later)
    assert work_inbox(app, shop.organisation_id, shop.connection_id) == len(posts)
    assert len(shop.stand.journal) <= 2
    assert len(shop.receipts()) == 20
    with shop.app.database.read() as connection:
        before = {(row.kind, row.external_id): row.digest for row in connection.execute(select(records))}
    assert sum(kind == "balance_transactions" for kind, _ in before) == 20
    shop.sync(full=True)
    with shop.app.database.read() as connection:
        after = {(row.kind, row.external_id): row.digest for row in connection.execute(select(records))}
    assert {key: after[key] for key in before} == before


def test_what_an_event_names_is_read_although_another_brought_an_older_state(shop: Shop) -> None:
    """The newer event is rendered in another version, so that only the older one can be applied as it is."""
    [post] = shop.change("edit_customer", customer="bob", name="First")
    shop.stand.change(shop.tenant, "edit_customer", {"customer": "bob", "name": "Second"})
    event = msgspec.json.decode(post.body)
    for own in ({"id": "evt_1"}, {"id": "evt_2", "api_version": "2020-08-27"}):
        told = signed(shop, {**event, **own})
        Receiving(shop.app).receive("stripe", told.body, told.headers)
    later = Later()
    later.slept.append(2.0)
    assert work_inbox(replace(shop.app, clock=later), shop.organisation_id, shop.connection_id) == 2
    with shop.app.database.read() as connection:
        assert connection.execute(select(NOUN_NAMED["customers"].table.c.name)).scalar_one() == "Second"
