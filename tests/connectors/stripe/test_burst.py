"""A burst's records: lists while they bring more than one, then one by one; what came with others is not asked for again."""

from __future__ import annotations

import json

from connectors.port import Record
from tests.connectors.stripe.shop import Shop, Site, open_shop
from tests.connectors.wire import Answer, Call


def _made(count: int) -> Shop:
    shop = Shop(page=3)
    for number in range(count):
        shop.add("refunds", {"id": f"re_{number}", "object": "refund", "balance_transaction": f"txn_{number}"})
        shop.add("balance_transactions", {"id": f"txn_{number}", "object": "balance_transaction"})
        shop.add("customers", {"id": f"cus_{number}", "object": "customer"})
    return shop


def _read(site: Site, **wanted: list[str]) -> dict[tuple[str, str], Record]:
    pages = list(site.connector.read_several(wanted))
    return {(record.kind, record.external_id): record for page in pages for record in page.records}


def test_lists_are_gone_on_with_while_they_bring_more_than_one() -> None:
    with open_shop(_made(12)) as site:
        came = _read(site, refunds=["re_11", "re_10", "re_9", "re_7", "re_6", "re_1", "re_0", "re_none"])
        assert site.paths()[:2] == ["refunds", "refunds"]
        assert sorted(site.paths()[2:]) == ["refunds", "refunds/re_0", "refunds/re_1", "refunds/re_none"]
        assert site.calls[1].one("starting_after") == "re_9"
        assert {external_id: record.deleted for (_, external_id), record in came.items()} == {
            "re_11": False, "re_10": False, "re_9": False, "re_7": False, "re_6": False,
            "re_1": False, "re_0": False, "re_none": True,
        }  # fmt: skip


def test_old_ones_cost_one_call_more_at_the_most() -> None:
    with open_shop(_made(12)) as site:
        assert len(_read(site, customers=["cus_0", "cus_1", "cus_2", "cus_3"])) == 4
        assert len(site.calls) == 5
        site.calls.clear()
        assert len(_read(site, customers=["cus_11", "cus_10"])) == 2  # two are not worth a list
        assert sorted(site.paths()) == ["customers/cus_10", "customers/cus_11"]


def test_what_came_with_others_is_not_asked_for_again() -> None:
    shop = _made(3)

    def expanded(call: Call) -> Answer | None:
        if not call.path.endswith("refunds") or call.one("expand[]") is None:
            return None
        assert ("expand[]", "data.balance_transaction") in call.query
        entries = {one["id"]: one for one in shop.things["balance_transactions"]}
        rows = [{**one, "balance_transaction": entries[one["balance_transaction"]]} for one in shop.things["refunds"]]
        return Answer(body=json.dumps({"object": "list", "data": rows, "has_more": False}).encode())

    shop.before = expanded
    wanted = {"balance_transactions": ["txn_0", "txn_1", "txn_2"], "refunds": ["re_0", "re_1", "re_2"]}
    with open_shop(shop) as site:
        came = _read(site, **wanted)
        assert len(came) == 6
        assert site.paths() == ["refunds"]
        [plain] = [one for page in site.connector.read("refunds", ["re_0"]) for one in page.records]
        assert came["refunds", "re_0"].raw == plain.raw


def test_where_nothing_can_be_expanded_it_is_asked_for_without() -> None:
    shop = _made(3)
    shop.before = lambda call: (
        Answer(status=400, body=b'{"error":{"type":"invalid_request_error"}}') if call.one("expand[]") else None
    )
    with open_shop(shop) as site:
        assert len(_read(site, refunds=["re_0", "re_1", "re_2"])) == 3
        assert site.paths() == ["refunds", "refunds"]
        site.calls.clear()
        assert len(_read(site, refunds=["re_0"], balance_transactions=["txn_0"])) == 2
        assert site.paths() == ["refunds/re_0", "refunds/re_0", "balance_transactions/txn_0"]
