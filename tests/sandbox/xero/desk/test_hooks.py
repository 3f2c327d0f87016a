"""Webhooks: what is told, how it is numbered and signed."""

from collections.abc import Iterator

import pytest

from sandbox.core.server import serve
from tests.sandbox.xero.desk.office import Office
from tests.sandbox.xero.desk.receiver import Receiver


@pytest.fixture
def receiver(office: Office) -> Iterator[Receiver]:
    receiver = Receiver(office.stand.config()["webhook_key"])
    with serve(receiver.app) as served:
        office.stand.webhooks.register(f"{served.url}/hooks/xero")
        yield receiver
        office.stand.webhooks.close()


def _told(office: Office, receiver: Receiver) -> list[tuple[str, str, str]]:
    assert office.stand.webhooks.drain()
    return [(one["eventCategory"], one["eventType"], one["resourceId"]) for one in receiver.events]


def test_history_is_not_told(office: Office, receiver: Receiver) -> None:
    assert _told(office, receiver) == []


def test_a_payment_tells_of_its_invoice_alone(office: Office, receiver: Receiver) -> None:
    office.change("pay_invoice", invoice="inv-2")
    assert _told(office, receiver) == [("INVOICE", "UPDATE", office.id("inv-2"))]
    [event] = receiver.events
    assert event["tenantId"] == office.tenant
    assert event["tenantType"] == "ORGANISATION"
    assert event["resourceUrl"].endswith(f"/api.xro/2.0/Invoices/{office.id('inv-2')}")
    assert event["eventDateUtc"] == "2026-11-20T18:00:00.000"


def test_a_payment_over_http_is_told_too(office: Office, receiver: Receiver) -> None:
    assert office.pay("inv-2", "5.00").status == 200
    assert _told(office, receiver) == [("INVOICE", "UPDATE", office.id("inv-2"))]


def test_a_refused_write_is_not_told(office: Office, receiver: Receiver) -> None:
    items = [
        {"Invoice": {"InvoiceID": office.id("inv-2")}, "Account": office.account(), "Amount": amount}
        for amount in (5, 999)
    ]
    assert office.put("Payments", {"Payments": items}).status == 400
    assert _told(office, receiver) == []


def test_each_category(office: Office, receiver: Receiver) -> None:
    contact = office.change("new_contact", name="Elm & Sons", key="elm")["id"]
    invoice = office.change("new_invoice", customer="elm", amount="50.00", key="new")["id"]
    note = office.change("credit", customer="elm", amount="5.00", key="note")["id"]
    over = office.change("overpay", customer="elm", amount="7.00")["id"]
    pre = office.change("prepay", customer="elm", amount="8.00")["id"]
    office.change("apply_credit", credit="note", invoice="new")
    assert _told(office, receiver) == [
        ("CONTACT", "CREATE", contact),
        ("INVOICE", "CREATE", invoice),
        ("CREDITNOTE", "CREATE", note),
        ("OVERPAYMENT", "CREATE", over),
        ("PREPAYMENT", "CREATE", pre),
        ("CREDITNOTE", "UPDATE", note),
        ("INVOICE", "UPDATE", invoice),
    ]
    assert receiver.events[2]["data"] == {"Type": "ACCRECCREDIT", "Status": "AUTHORISED"}


def test_the_sequence_runs_on_and_a_loss_leaves_a_gap(office: Office, receiver: Receiver) -> None:
    office.change("pay_invoices", invoices=["inv-2", "inv-9"])
    office.change("lose_events", count=3)
    office.change("pay_invoice", invoice="inv-8")
    assert office.stand.webhooks.drain()
    numbers = [(body["firstEventSequence"], body["lastEventSequence"]) for body in receiver.bodies]
    assert numbers == [(1, 2), (6, 6)]


def test_the_intent_to_receive_tries_wrong_signatures(office: Office, receiver: Receiver) -> None:
    sent = office.change("intent_to_receive")["sent"]
    assert office.stand.webhooks.drain()
    assert receiver.statuses.count(200) == 2
    assert receiver.statuses.count(401) >= sent - 2
    assert all((body["events"], body["firstEventSequence"]) == ([], 0) for body in receiver.bodies)
