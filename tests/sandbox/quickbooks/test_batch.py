from __future__ import annotations

from decimal import Decimal

from tests.sandbox.quickbooks.office import Office


def test_each_item_answers_by_its_name_with_a_record_or_a_fault(office: Office) -> None:
    invoice = office.one("Invoice", "inv-1")
    identity = {"Id": invoice["Id"], "SyncToken": invoice["SyncToken"]}
    paid = {"CustomerRef": {"value": office.id("ash")}, "TotalAmt": 3}
    items = [
        {"bId": "q", "Query": "SELECT COUNT(*) FROM Customer"},
        {"bId": "c", "operation": "create", "Payment": paid},
        {"bId": "f", "operation": "create", "Payment": {"TotalAmt": 3}},
        {"bId": "v", "operation": "update", "optionsData": "void", "Invoice": {**identity, "sparse": True}},
        {"bId": "x", "operation": "delete", "Payment": {"Id": "999", "SyncToken": "0"}},
        {"bId": "bad", "Query": "SELECT"},
        {"bId": "n"},
    ]
    answer = office.post("batch", {"BatchItemRequest": items})
    found = {item["bId"]: item for item in answer.body["BatchItemResponse"]}
    assert found["q"]["QueryResponse"] == {"totalCount": 3}
    assert found["c"]["Payment"]["UnappliedAmt"] == 3
    assert found["f"]["Fault"]["Error"][0]["code"] == "2020"
    assert (found["v"]["Invoice"]["TotalAmt"], found["v"]["Invoice"]["PrivateNote"]) == (0, "Voided")
    assert found["x"]["Fault"]["Error"][0]["code"] == "610"
    assert found["bad"]["Fault"]["Error"][0]["code"] == "4000"
    assert found["n"]["Fault"]["Error"][0]["code"] == "2020"
    assert office.one("Payment", "pay-1")["UnappliedAmt"] == Decimal(120)


def test_at_most_thirty_items(office: Office) -> None:
    items = [{"bId": str(number), "Query": "SELECT COUNT(*) FROM Invoice"} for number in range(31)]
    assert office.post("batch", {"BatchItemRequest": items}).code == "1040"
    assert office.post("batch", {"BatchItemRequest": items[:30]}).status == 200
    assert office.post("batch", {}).code == "2020"


def test_a_batch_sent_twice_is_done_once(office: Office) -> None:
    paid = {"CustomerRef": {"value": office.id("ash")}, "TotalAmt": 3}
    body = {"BatchItemRequest": [{"bId": "1", "operation": "create", "Payment": paid}]}
    assert office.post("batch", body, requestid="b-1").body == office.post("batch", body, requestid="b-1").body
    assert len(office.rows("Payment", "WHERE TotalAmt = '3'")) == 1
    assert office.post("batch", body, requestid="b" * 37).code == "2050"
