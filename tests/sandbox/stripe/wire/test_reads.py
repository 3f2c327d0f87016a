"""Reading over HTTP: lists, filters, single records, and what Stripe refuses."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from sandbox.stripe.books import WIRE_KINDS
from tests.sandbox.stripe.business import NOW
from tests.sandbox.stripe.conftest import VERSION, Site

TOP = [kind for kind in WIRE_KINDS if kind != "customer_balance_transactions"]


@pytest.mark.parametrize("kind", TOP)
def test_a_full_read_finds_what_counts_says_newest_first(site: Site, kind: str) -> None:
    rows: list[dict[str, Any]] = []
    after = ""
    while True:
        page = site.get(f"/v1/{kind}?limit=3{after}")
        rows += page["data"]
        if not page["has_more"]:
            break
        after = f"&starting_after={rows[-1]['id']}"
    assert len({row["id"] for row in rows}) == len(rows) == site.stand.counts(site.tenant)[kind]
    assert [row["created"] for row in rows] == sorted((row["created"] for row in rows), reverse=True)
    assert site.get(f"/v1/{kind}/{rows[0]['id']}") == rows[0]


def test_customer_entries_are_counted_over_all_customers(site: Site) -> None:
    living = [site.id("bob"), site.id("eve")]
    rows = [row for one in living for row in site.get(f"/v1/customers/{one}/balance_transactions")["data"]]
    assert len(rows) == site.stand.counts(site.tenant)["customer_balance_transactions"]
    assert site.get(f"/v1/customers/{site.id('bob')}/balance_transactions/{site.id('credit')}")["amount"] == -1000


def test_a_list_has_ten_rows_unless_asked(site: Site) -> None:
    page = site.get("/v1/payment_intents")
    assert len(page["data"]) == 10
    assert (page["has_more"], page["object"], page["url"]) == (True, "list", "/v1/payment_intents")


def test_ending_before_walks_back(site: Site) -> None:
    rows = [row["id"] for row in site.get("/v1/charges?limit=100")["data"]]
    page = site.get(f"/v1/charges?limit=2&ending_before={rows[4]}")
    assert [row["id"] for row in page["data"]] == rows[2:4]
    assert page["has_more"]


def test_created_bounds_a_list(site: Site) -> None:
    all_created = [row["created"] for row in site.get("/v1/charges?limit=100")["data"]]
    low, high = all_created[4], all_created[1]
    expected = {
        f"created[gte]={low}&created[lte]={high}": all_created[1:5],
        f"created[gt]={low}&created[lt]={high}": all_created[2:4],
        f"created={low}": [low],
    }
    for query, moments in expected.items():
        assert [row["created"] for row in site.get(f"/v1/charges?limit=100&{query}")["data"]] == moments


@pytest.mark.parametrize(
    ("path", "keep"),
    [
        ("invoices?status=open", lambda row: row["status"] == "open"),
        ("invoices?status=paid&collection_method=send_invoice", lambda row: row["number"] == "A-1"),
        ("payouts?status=failed", lambda row: row["status"] == "failed"),
        ("invoice_payments?status=paid", lambda row: row["status"] == "paid"),
        (
            "invoice_payments?payment[type]=payment_record",
            lambda row: row["payment"]["type"] == "payment_record",
        ),
        ("balance_transactions?type=adjustment", lambda row: row["type"] == "adjustment"),
        ("balance_transactions?currency=eur", lambda row: False),
    ],
)
def test_filters_keep_what_they_name(site: Site, path: str, keep: Callable[[dict[str, Any]], bool]) -> None:
    kind = path.partition("?")[0]
    everything = site.get(f"/v1/{kind}?limit=100")["data"]
    expected = [row["id"] for row in everything if keep(row)]
    assert [row["id"] for row in site.get(f"/v1/{path}&limit=100")["data"]] == expected


def test_allocations_are_found_by_invoice_and_by_intent(site: Site) -> None:
    charge = site.get(f"/v1/charges/{site.id('part')}")
    query = f"payment[type]=payment_intent&payment[payment_intent]={charge['payment_intent']}"
    found = site.get(f"/v1/invoice_payments?{query}")["data"]
    assert [(row["invoice"], row["amount_paid"], row["status"]) for row in found] == [(site.id("parts"), 500, "paid")]
    by_invoice = site.get(f"/v1/invoice_payments?invoice={site.id('parts')}")["data"]
    assert sorted((row["status"], row["amount_paid"]) for row in by_invoice if row["amount_paid"]) == [
        ("paid", 300),
        ("paid", 500),
    ]
    assert [row["is_default"] for row in by_invoice if row["status"] == "open"] == [True]


def test_customer_charge_and_source_narrow_a_list(site: Site) -> None:
    assert {row["customer"] for row in site.get(f"/v1/charges?customer={site.id('bob')}")["data"]} == {site.id("bob")}
    refunds = site.get(f"/v1/refunds?charge={site.id('bank')}")["data"]
    assert [row["amount"] for row in refunds] == [3001, 2999]
    assert site.get(f"/v1/charges/{site.id('bank')}/refunds")["data"] == refunds
    moved = site.get(f"/v1/balance_transactions?source={site.id('won')}")["data"]
    assert [row["reporting_category"] for row in moved] == ["dispute_reversal", "dispute"]


def test_a_payout_lists_what_it_carried_and_itself(site: Site) -> None:
    rows = site.get(f"/v1/balance_transactions?payout={site.id('first')}")["data"]
    assert rows[0]["type"] == "payout"
    assert {row["source"] for row in rows[1:]} == {site.id("card"), site.id("part")}
    assert sum(row["net"] for row in rows) == 0


def test_a_manual_payout_cannot_be_itemised(site: Site) -> None:
    error = site.error("GET", f"/v1/balance_transactions?payout={site.id('by-hand')}")
    assert (error["status"], error["param"]) == (400, "payout")


def test_lines_beyond_ten_stand_on_their_own_list(site: Site) -> None:
    invoice = site.get(f"/v1/invoices/{site.id('parts')}")
    assert (len(invoice["lines"]["data"]), invoice["lines"]["has_more"]) == (10, True)
    path = invoice["lines"]["url"]
    rest = site.get(f"{path}?starting_after={invoice['lines']['data'][-1]['id']}")
    assert [row["description"] for row in rest["data"]] == ["Line 10", "Line 11"]
    assert not rest["has_more"]
    assert len(site.get(f"{path}?limit=100")["data"]) == 12
    back = site.get(f"{path}?limit=2&ending_before={rest['data'][0]['id']}")
    assert [row["description"] for row in back["data"]] == ["Line 8", "Line 9"]


@pytest.mark.parametrize(
    ("path", "code", "param"),
    [
        ("charges?colour=red", "parameter_unknown", "colour"),
        ("charges?created[after]=1", "parameter_unknown", "created[after]"),
        ("charges?limit=ten", "parameter_invalid_integer", "limit"),
        ("charges?limit=101", None, "limit"),
        ("charges?limit=0", None, "limit"),
        ("charges?starting_after=ch_none", "resource_missing", "starting_after"),
        ("charges?customer=cus_none", "resource_missing", "customer"),
        ("invoice_payments?payment[payment_intent]=pi_1", "parameter_missing", "payment[type]"),
        ("events?type=invoice.*&types[]=invoice.paid", None, "types"),
        ("charges?expand[]=data.a.b.c.d", None, "expand"),
        ("charges?expand[]=data.amount", None, "expand"),
        ("charges/ch_1?colour=red", "parameter_unknown", "colour"),
    ],
)
def test_bad_parameters_are_refused_by_name(site: Site, path: str, code: str | None, param: str) -> None:
    error = site.error("GET", f"/v1/{path}")
    assert (error["status"], error["type"]) == (400, "invalid_request_error")
    assert (error.get("code"), error["param"]) == (code, param)


@pytest.mark.parametrize(
    "path", ["charges/ch_none", "invoices/in_none/lines", "customers/cus_none/balance_transactions"]
)
def test_an_unknown_id_is_404(site: Site, path: str) -> None:
    error = site.error("GET", f"/v1/{path}")
    assert (error["status"], error["code"], error["param"]) == (404, "resource_missing", "id")


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/nothing"), ("PUT", "/v1/charges"), ("GET", "/v2/charges")])
def test_an_unknown_address_says_so(site: Site, method: str, path: str) -> None:
    error = site.error(method, path)
    assert error["status"] == 404
    assert error["message"].startswith(f"Unrecognized request URL ({method}: {path})")


def test_a_deleted_customer_is_a_stub_and_off_the_list(site: Site) -> None:
    gone = site.id("gone")
    assert site.get(f"/v1/customers/{gone}") == {"id": gone, "object": "customer", "deleted": True}
    assert gone not in {row["id"] for row in site.get("/v1/customers")["data"]}


def test_versions_and_request_ids_come_back(site: Site) -> None:
    reply = site.call("GET", "/v1/balance", Stripe_Version="2025-03-31.basil")
    assert reply.headers["Stripe-Version"] == "2025-03-31.basil"
    other = site.call("GET", "/v1/balance")
    assert other.headers["Stripe-Version"] == VERSION
    assert other.headers["Request-Id"].startswith("req_")
    assert other.headers["Request-Id"] != reply.headers["Request-Id"]
    assert site.error("GET", "/v1/balance", Stripe_Version="latest")["status"] == 400


def test_large_replies_are_compressed_when_asked(site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.stand.api_key(site.tenant)}", "Accept-Encoding": "gzip"}
    with requests.get(f"{site.url}/v1/charges", headers=headers, stream=True, timeout=180) as reply:
        assert reply.headers["Content-Encoding"] == "gzip"
        assert json.loads(gzip.decompress(reply.raw.read()))["object"] == "list"
    plain = site.call("GET", "/v1/charges", Accept_Encoding="identity")
    assert "Content-Encoding" not in plain.headers


def test_money_becomes_available_as_time_passes(site: Site) -> None:
    charge = site.change("charge", amount=1000, currency="gbp", fee=50)
    path = f"/v1/balance_transactions/{charge['balance_transaction']}"
    before = site.get("/v1/balance")
    assert site.get(path)["status"] == "pending"
    site.stand.clock.advance(3 * 86400)
    after = site.get("/v1/balance")
    assert site.get(path)["status"] == "available"
    assert after["pending"][0]["amount"] == 0
    total = before["pending"][0]["amount"] + before["available"][0]["amount"]
    assert after["available"][0]["amount"] == total


def test_the_account_is_read_with_and_without_its_id(site: Site) -> None:
    account = site.get("/v1/account")
    assert (account["id"], account["default_currency"], account["country"]) == (site.tenant, "gbp", "GB")
    assert site.get(f"/v1/accounts/{site.tenant}") == account
    assert site.error("GET", "/v1/accounts/acct_other")["code"] == "account_invalid"


def test_events_reach_back_thirty_days(site: Site) -> None:
    assert "invoice.paid" in site.event_types()
    only = site.get("/v1/events?type=charge.dispute.*")["data"]
    assert {event["type"].rpartition(".")[0] for event in only} == {"charge.dispute"}
    two = site.get("/v1/events?types[]=payout.paid&types[]=payout.failed")["data"]
    assert sorted(event["type"] for event in two) == ["payout.failed", "payout.paid", "payout.paid"]
    oldest = min(event["created"] for event in site.get("/v1/events?limit=100")["data"])
    assert oldest > NOW.timestamp() - 30 * 86400
    site.stand.clock.advance(31 * 86400)
    assert set(site.event_types()) <= {"balance.available"}
