from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from connectors.port import Page
from connectors.stripe.kinds import KINDS, LISTED
from ledger.faults import ConsentLost, PermissionMissing, RateLimited, Refused, Unreachable
from tests.connectors.stripe.shop import NOW, T0, Shop, Site, filled, ids, open_shop
from tests.connectors.wire import Answer, Call


def expected(shop: Shop) -> set[tuple[str, str]]:
    known = {(kind, thing["id"]) for kind in LISTED for thing in shop.things.get(kind, ())}
    known |= {("payment_records", "pr_1"), ("customer_balance_transactions", "cbtxn_1")}
    return known | {("payout_items", f"po_1/txn_{n}") for n in range(4)}


def test_a_first_pass_brings_every_record_once_and_says_what_was_listed_whole() -> None:
    with open_shop(filled()) as site:
        pages = site.pull()
        assert set(ids(pages)) == expected(site.shop)
        assert sum(len(page.records) for page in pages) == len(expected(site.shop))
        assert [page.done for page in pages] == [False] * (len(pages) - 1) + [True]
        assert all(page.full for page in pages)
        assert pages[-1].complete == LISTED
        assert all(record.seen_at == NOW for record in ids(pages).values())


def test_the_pass_goes_on_from_the_state_of_any_page() -> None:
    with open_shop(filled()) as site:
        pages = site.pull()
        for cut in range(1, len(pages)):
            state = json.loads(json.dumps(pages[cut - 1].state))
            rest = site.pull(state)
            assert set(ids(pages[:cut])) | set(ids(rest)) == expected(site.shop)
            assert rest[-1].done
            assert rest[-1].state == pages[-1].state


@pytest.mark.parametrize("ahead_seconds", [0, 300, -300])
def test_rows_that_are_added_during_the_walk_come_with_the_next_pass(ahead_seconds: int) -> None:
    """Whatever our clock shows beside Stripe's."""
    shop, theirs = filled(), NOW - timedelta(seconds=ahead_seconds)
    shop.date = lambda: theirs
    with open_shop(shop) as site:
        walk = site.connector.pull("account", None)
        pages = [next(walk)]
        site.shop.now = int(theirs.timestamp())
        thing = {"id": "in_late", "object": "invoice", "currency": "usd", "status": "draft", "total": 1}
        site.shop.add("invoices", thing, "invoice.created")
        pages += walk
        assert "events" not in site.paths()
        site.watch.moment += timedelta(seconds=60)
        assert ("invoices", "in_late") in ids(site.pull(pages[-1].state))


def test_answers_without_a_date_make_us_read_all_events() -> None:
    shop = filled()
    shop.tell("charge.succeeded", shop.things["charges"][0])
    shop.date = lambda: None
    with open_shop(shop) as site:
        state = site.pull()[-1].state
        assert state["events"] == {"from": None, "seen": []}
        assert ("charges", "ch_0") in ids(site.pull(state))


def _after(page: Page, kind: str) -> str | None:
    spans = page.state["lanes"][kind]["spans"]
    return next((span["after"] for span in spans.values()), None)


def test_a_place_that_was_deleted_is_found_again_by_its_time() -> None:
    with open_shop(filled()) as site:
        pages = site.pull()
        place = next(page for page in pages if _after(page, "invoices") == "in_4")
        site.shop.things["invoices"] = [one for one in site.shop.things["invoices"] if one["id"] != "in_4"]
        rest = ids(site.pull(place.state))
        assert {("invoices", f"in_{n}") for n in (0, 1, 2, 3)} <= set(rest)


def test_a_start_date_keeps_old_open_invoices_and_all_customers() -> None:
    shop = filled()
    for thing in shop.things["invoices"][:2]:
        thing["status"] = "paid"
    shop.things["invoices"][2]["created"] = shop.things["invoices"][0]["created"] = T0 - 90 * 86_400
    with open_shop(shop) as site:
        pages = site.pull(None, since=date(2026, 5, 1))
        found = ids(pages)
        assert ("invoices", "in_2") in found  # old and open
        assert ("invoices", "in_0") not in found  # old and paid
        assert ("customers", "cus_0") in found
        assert pages[-1].complete == ()


def test_lines_that_are_cut_are_fetched_and_nothing_else_is_touched() -> None:
    shop = Shop()
    lines = [{"id": f"il_{n}", "amount": n, "created": T0 - n} for n in range(8)]
    head = {"object": "list", "data": lines[:2], "has_more": True, "url": "/v1/invoices/in_1/lines"}
    invoice = {"id": "in_1", "object": "invoice", "currency": "usd", "status": "open", "lines": head, "odd": 0.1}
    shop.add("invoices", invoice)
    shop.things["invoices/in_1/lines"] = lines
    with open_shop(shop) as site:
        record = ids(site.pull())[("invoices", "in_1")]
    said = json.loads(record.raw)
    assert [line["id"] for line in said["lines"]["data"]] == [f"il_{n}" for n in range(8)]
    assert said["lines"]["has_more"] is False
    assert said | {"lines": None} == shop.things["invoices"][0] | {"lines": None}


def test_a_record_without_id_is_a_finding_and_the_page_is_kept() -> None:
    shop = filled()
    shop.things["refunds"] = [{"created": 2, "amount": 1}, {"created": 1, "id": "re_1", "object": "refund"}]
    with open_shop(shop) as site:
        pages = site.pull()
        assert ("refunds", "re_1") in ids(pages)
        assert [finding.code for page in pages for finding in page.findings] == ["undecodable"]


def once(site: Site, path: str, *answers: Answer) -> None:
    """The next answers of a path; then the shop's own again."""
    left = list(answers)

    def before(call: Call) -> Answer | None:
        return left.pop(0) if call.path == path and left else None

    site.shop.before = before


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(status=500, body=b'{"error":{}}'),
        Answer(body=b'{"object":"list","data":[', cut=0),
        Answer(body=b'{"object":"list","data":[]}', cut=5),
        Answer(body=b"<!doctype html><h1>Sorry</h1>"),
        Answer(body=b'{"error":"not a list"}'),
        Answer(body=b'{"object":"list","data":[],"has_more":true}'),
        Answer(status=429, body=b"{}", headers={"Stripe-Rate-Limited-Reason": "endpoint-rate"}),
        Answer(status=400, body=b'{"error":{"code":"rate_limit"}}'),
    ],
    ids=["500", "malformed", "cut", "html", "no list", "more of nothing", "429", "400 rate_limit"],
)
def test_trouble_on_the_way_costs_a_repeat_and_no_record(trouble: Answer) -> None:
    with open_shop(filled()) as site:
        once(site, "/v1/charges", trouble, trouble)
        assert set(ids(site.pull())) == expected(site.shop)
        assert len(site.naps.seconds) == 2


def fails_with(answer: Answer) -> str:
    """The fault of a pass in which charges always answer so, as class and sentence."""
    with open_shop(filled()) as site:
        site.shop.before = lambda call: answer if call.path == "/v1/charges" else None
        with pytest.raises((ConsentLost, PermissionMissing, RateLimited, Refused, Unreachable)) as raised:
            site.pull()
    return f"{type(raised.value).__name__}: {raised.value}"


def test_a_permission_that_is_missing_is_named() -> None:
    body = b'{"error":{"message":"The provided key \'rk_live_***abc\' lacks \'rak_charge_read\'."}}'
    said = fails_with(Answer(status=403, body=body))
    assert said.startswith("PermissionMissing: Stripe's key may not read /v1/charges: the permission 'charge_read'")
    assert "rk_live" not in said


def test_a_refusal_is_never_passed_over() -> None:
    said = fails_with(Answer(status=400, body=b'{"error":{"code":"parameter_unknown","param":"limit"}}'))
    assert said == "Refused: Stripe refused /v1/charges (400, parameter_unknown, limit)."


def test_an_account_that_no_longer_lets_us_in_is_a_lost_consent() -> None:
    assert fails_with(Answer(status=403, body=b'{"error":{"code":"account_invalid"}}')).startswith("ConsentLost")
    assert fails_with(Answer(status=401, body=b'{"error":{}}')).startswith("ConsentLost")


def test_a_limit_that_lasts_parks_the_pass() -> None:
    assert fails_with(Answer(status=429, body=b"{}", headers={"Retry-After": "30"})).startswith("RateLimited")


def test_a_connected_account_is_named_in_each_call() -> None:
    with open_shop(Shop(), account="acct_9") as site:
        site.pull()
        assert {call.headers.get("stripe-account") for call in site.calls} == {"acct_9"}


def test_a_long_pass_brings_the_events_since_its_beginning_at_once() -> None:
    moments = iter([NOW] * 2)

    def clock() -> datetime:
        return next(moments, datetime(2027, 1, 1, tzinfo=UTC))

    with open_shop(filled(), clock=clock) as site:
        walk = site.connector.pull("account", None)
        pages: list[Page] = [next(walk)]
        site.shop.now = int(NOW.timestamp())
        site.shop.add("refunds", {"id": "re_1", "object": "refund", "currency": "usd"}, "refund.created")
        pages += walk
        assert ("refunds", "re_1") in ids(pages)
        assert [page.done for page in pages].count(True) == 1
        assert pages[-1].complete == LISTED
        assert "closing" not in pages[-1].state


def test_what_is_read_is_what_the_connector_says() -> None:
    with open_shop(Shop()) as site:
        assert site.connector.kinds == tuple(kind.name for kind in KINDS)
        assert "payout_items" not in site.connector.kinds
        assert site.connector.feeds() == ("account",)


def test_money_is_read_from_before_the_start_until_the_first_payout_closes() -> None:
    """po_1 comes after the start date and holds lines of charges that were made before it."""
    start = date(2026, 5, 1)
    second = int(datetime(2026, 5, 1, tzinfo=UTC).timestamp())
    shop = filled()
    for kind in ("charges", "balance_transactions", "invoices", "payouts"):
        for thing in shop.things[kind]:
            thing["created"] = second + 86_400
    inside = next(line for line in shop.things["balance_transactions"] if line["_payout"] == "po_1")
    outside = next(line for line in shop.things["balance_transactions"] if line["_payout"] is None)
    inside["created"] = shop.things["charges"][0]["created"] = second - 5 * 86_400
    outside["created"] = shop.things["charges"][1]["created"] = second - 9 * 86_400
    with open_shop(shop) as site:
        found = ids(site.pull(None, since=start))
    assert ("balance_transactions", inside["id"]) in found
    assert ("charges", shop.things["charges"][0]["id"]) in found
    assert ("balance_transactions", outside["id"]) not in found
    assert ("charges", shop.things["charges"][1]["id"]) not in found


def test_an_empty_object_is_no_record_that_was_asked_for_by_id() -> None:
    with open_shop(filled()) as site:
        [charge, *_] = (one.external_id for page in site.pull() for one in page.records if one.kind == "charges")
        once(site, f"/v1/charges/{charge}", Answer(body=b"{}"))
        [page] = site.connector.read("charges", [charge])
        assert [(one.external_id, one.deleted) for one in page.records] == [(charge, False)]
        assert len(site.naps.seconds) == 1
