from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from connectors.port import Page
from connectors.stripe.kinds import API_VERSION, KINDS, event_calls
from connectors.stripe.records import instant
from tests.connectors.stripe.shop import NOW, T0, Shop, Site, filled, ids, open_shop


def synced(site: Site) -> Any:
    """The state after a first pass of some minutes later; its calls are forgotten."""
    site.shop.now += 400
    site.watch.moment = instant(site.shop.now)
    state = json.loads(json.dumps(site.pull()[-1].state))
    site.watch.moment = NOW
    site.calls.clear()
    return state


def brought(pages: list[Page]) -> set[tuple[str, str]]:
    """Less the rows that the sweeps list again because of their overlap."""
    return {key for key in ids(pages) if key[0] not in {"balance_transactions", "invoice_payments"}}


def test_a_second_pass_with_nothing_new_makes_no_more_calls_than_there_are_kinds() -> None:
    shop = filled()
    shop.page = 100
    for thing in shop.things["charges"]:
        shop.tell("charge.succeeded", thing)
    with open_shop(shop) as site:
        state = synced(site)
        pages = site.pull(state)
        assert site.paths().count("events") == len(event_calls())
        assert len(site.calls) <= len(KINDS)
        assert brought(pages) == set()
        assert not any(page.full for page in pages)
        again = site.pull(pages[-1].state)
        assert brought(again) == set()


def test_a_snapshot_is_applied_with_the_time_of_its_event() -> None:
    with open_shop(filled()) as site:
        state = synced(site)
        changed = site.shop.things["invoices"][0] | {"status": "paid", "amount_remaining": 0}
        site.shop.now += 5
        event = site.shop.tell("invoice.paid", changed)
        pages = site.pull(state)
        record = ids(pages)[("invoices", "in_0")]
        assert json.loads(record.raw)["status"] == "paid"
        assert record.seen_at == instant(event["created"])
        assert "invoices/in_0" not in site.paths()


def test_only_the_newest_of_several_events_counts() -> None:
    with open_shop(filled()) as site:
        state = synced(site)
        invoice = site.shop.things["invoices"][0]
        for number in range(8):
            site.shop.now += 5
            site.shop.tell("invoice.updated", invoice | {"number": f"N-{number}"})
        pages = site.pull(state)
        records = [record for page in pages for record in page.records if record.external_id == "in_0"]
        assert [json.loads(record.raw)["number"] for record in records] == ["N-7"]


def test_two_events_in_one_second_are_settled_by_reading_again() -> None:
    with open_shop(filled()) as site:
        state = synced(site)
        invoice = site.shop.things["invoices"][0]
        site.shop.now += 5
        site.shop.tell("invoice.finalized", invoice | {"number": "first"})
        site.shop.tell("invoice.updated", invoice | {"number": "second"})
        invoice["number"] = "as it is"
        record = ids(site.pull(state))[("invoices", "in_0")]
        assert json.loads(record.raw)["number"] == "as it is"
        assert site.paths().count("invoices/in_0") == 1


def test_another_version_or_a_cut_list_or_a_young_event_is_read_again() -> None:
    with open_shop(filled()) as site:
        site.shop.tell("charge.updated", site.shop.things["charges"][0])
        state = synced(site)
        one, two, three = site.shop.things["invoices"][:3]
        site.shop.now += 5
        site.shop.tell("invoice.updated", one, version="2020-08-27")
        site.shop.tell("invoice.updated", two | {"lines": {"data": [], "has_more": True}})
        site.shop.now = int(NOW.timestamp())
        site.shop.tell("invoice.updated", three)
        pages = site.pull(state)
        assert {"invoices/in_0", "invoices/in_1", "invoices/in_2"} <= set(site.paths())
        assert ids(pages)[("invoices", "in_0")].seen_at == NOW


def test_what_was_made_lately_is_listed_where_its_events_cannot_be_applied() -> None:
    with open_shop(filled()) as site:
        site.shop.page = 100
        site.shop.tell("charge.updated", site.shop.things["charges"][0])
        state = synced(site)
        for number in range(100, 160):
            charge = {"id": f"ch_{number}", "object": "charge"}
            site.shop.add("charges", charge, "charge.succeeded", version="2020-08-27")
        site.shop.tell("charge.updated", site.shop.things["charges"][3], version="2020-08-27")
        pages = site.pull(state)
        assert brought(pages) == {("charges", f"ch_{number}") for number in (3, *range(100, 160))}
        assert [path for path in site.paths() if path.startswith("charges")] == ["charges", "charges/ch_3"]


def test_what_was_deleted_comes_as_deleted() -> None:
    with open_shop(filled()) as site:
        state = synced(site)
        gone = site.shop.things["customers"].pop(0)
        site.shop.tell("customer.deleted", gone)
        draft = site.shop.things["invoices"].pop(0)
        site.shop.tell("invoice.updated", draft, version="2020-08-27")
        found = ids(site.pull(state))
        assert found[("customers", "cus_0")].deleted
        assert found[("invoices", "in_0")].deleted


def test_what_has_no_event_of_its_own_is_read_because_of_another() -> None:
    with open_shop(filled()) as site:
        state = synced(site)
        shop = site.shop
        shop.tell("payout.reconciliation_completed", shop.things["payouts"][1] | {"reconciliation_status": "completed"})
        shop.tell("customer.updated", shop.things["customers"][3] | {"balance": 0}, before={"balance": -500})
        shop.tell("invoice.voided", shop.things["invoices"][5] | {"status": "void"})
        shop.add("balance_transactions", {"id": "txn_new", "object": "balance_transaction", "_payout": "po_2"})
        found = ids(site.pull(state))
        assert ("payout_items", "po_2/txn_new") in found
        assert ("customer_balance_transactions", "cbtxn_1") in found
        assert ("balance_transactions", "txn_new") in found
        assert any(call.one("invoice") == "in_5" for call in site.calls)


@pytest.mark.parametrize("version", [API_VERSION, "2020-08-27"])
@pytest.mark.parametrize("type_", ["payout.updated", "payout.paid", "payout.created"])
def test_a_payout_that_is_complete_as_it_comes_is_itemised_whatever_tells_of_it(type_: str, version: str) -> None:
    with open_shop(filled()) as site:
        state = synced(site)
        shop = site.shop
        shop.things["payouts"][1]["reconciliation_status"] = "completed"
        shop.tell(type_, shop.things["payouts"][1], version=version)
        shop.add("balance_transactions", {"id": "txn_new", "object": "balance_transaction", "_payout": "po_2"})
        pages = site.pull(state)
        assert ("payout_items", "po_2/txn_new") in brought(pages)
        assert ("payout_items", "po_1/txn_1") not in brought(pages)
        calls = len(site.calls)
        site.pull(pages[-1].state)
        assert not any(call.one("payout") for call in site.calls[calls:])


def test_the_nightly_look_reads_what_a_payout_carries_where_it_is_not_here() -> None:
    with open_shop(filled()) as site:
        held = {"payouts": [], "payout_items": ["po_1", "po_2", "po_of_old"]}
        pages = list(site.connector.recheck(held))
        assert {key for key in brought(pages) if key[0] == "payout_items"} == {
            ("payout_items", f"po_1/txn_{n}") for n in range(4)
        }
        assert not any(kind == "payout_items" for kind, _ in brought(list(site.connector.recheck({}))))


def test_money_that_became_available_is_swept_from_the_oldest_pending_line() -> None:
    shop = filled()
    shop.things["balance_transactions"][0]["status"] = "pending"
    with open_shop(shop) as site:
        state = synced(site)
        shop.things["balance_transactions"][0]["status"] = "available"
        shop.now += 86_400
        shop.tell("balance.available", {"object": "balance"})
        pages = site.pull(state)
        assert json.loads(ids(pages)[("balance_transactions", "txn_0")].raw)["status"] == "available"
        assert pages[-1].state["sweeps"]["balance_transactions"]["pending"] is None


def test_a_killed_pass_goes_on_and_loses_nothing() -> None:
    with open_shop(filled()) as site:
        state = synced(site)
        for number, charge in enumerate(site.shop.things["charges"] * 2):
            site.shop.now += 7
            site.shop.tell("charge.updated", charge, version="2020-08-27" if number % 3 == 0 else API_VERSION)
        pages = site.pull(state)
        whole = brought(pages)
        assert whole == {("charges", f"ch_{n}") for n in range(7)}
        for cut in range(1, len(pages)):
            rest = site.pull(json.loads(json.dumps(pages[cut - 1].state)))
            assert brought(pages[:cut]) | brought(rest) == whole
            assert rest[-1].done


def test_a_pass_that_goes_on_a_day_later_leaves_nothing_between_its_calls_unread() -> None:
    moment = instant(T0)
    with open_shop(filled(), clock=lambda: moment) as site:
        shop = site.shop
        state = synced(site)
        moment = instant(shop.now + 60)
        begun = site.pull(state)[0].state  # the first call of several was made, then the process ended
        shop.now += 3_600
        shop.add("charges", {"id": "ch_between", "object": "charge"}, "charge.succeeded")
        shop.add("invoices", {"id": "in_between", "object": "invoice"}, "invoice.created")
        shop.now += 86_400
        shop.add("customers", {"id": "cus_after", "object": "customer"}, "customer.created")
        moment = instant(shop.now + 60)
        rest = site.pull(json.loads(json.dumps(begun)))
        following = site.pull(json.loads(json.dumps(rest[-1].state)))
        came = brought(rest) | brought(following)
        assert {("charges", "ch_between"), ("invoices", "in_between"), ("customers", "cus_after")} <= came


def test_an_event_that_cannot_be_read_is_a_finding() -> None:
    with open_shop(filled()) as site:
        state = synced(site)
        broken = site.shop.tell("charge.updated", site.shop.things["charges"][0])
        broken["data"] = 7
        site.shop.tell("charge.updated", site.shop.things["charges"][1])
        pages = site.pull(state)
        assert [finding.external_id for page in pages for finding in page.findings] == [broken["id"]]
        assert brought(pages) == {("charges", "ch_1")}


def test_objects_and_events_whose_numbers_are_texts_are_followed_like_others() -> None:
    shop = filled()
    shop.things["customers"][3]["balance"] = "-500"
    with open_shop(shop) as site:
        assert ("customer_balance_transactions", "cbtxn_1") in ids(site.pull())
        event = shop.tell("charge.updated", shop.things["charges"][1])
        plain = site.connector.told(json.dumps(event).encode(), event["type"], 60)
        event = event | {"created": str(event["created"])}
        told = site.connector.told(json.dumps(event).encode(), event["type"], 60)
        assert told == plain
        assert [record.external_id for record in told.records] == ["ch_1"]


def test_a_state_that_the_events_no_longer_reach_leads_to_a_full_pass() -> None:
    moment = NOW
    with open_shop(filled(), clock=lambda: moment) as site:
        state = synced(site)
        moment = NOW + timedelta(days=30)
        pages = site.pull(state)
        assert all(page.full for page in pages)
        assert len(brought(pages)) > 20


def test_an_empty_account_has_a_first_event_too() -> None:
    with open_shop(Shop()) as site:
        state = synced(site)
        site.shop.add("customers", {"id": "cus_1", "object": "customer"}, "customer.created")
        assert brought(site.pull(state)) == {("customers", "cus_1")}
