"""Webhooks: what is told of, how it is signed, and the intent to receive."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.sandbox.xero.office import Office


class Ear:
    """A receiver that answers as Xero demands: 200 to a right signature, 401 to a wrong one."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.bodies: list[dict[str, Any]] = []
        self.wrong = 0
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                good = ear.signature(raw) == self.headers["x-xero-signature"]
                if good:
                    ear.bodies.append(json.loads(raw))
                else:
                    ear.wrong += 1
                self.send_response(200 if good else 401)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def signature(self, raw: bytes) -> str:
        return base64.b64encode(hmac.new(self.key.encode(), raw, hashlib.sha256).digest()).decode()

    def events(self) -> list[tuple[str, str, str]]:
        return [
            (event["eventCategory"], event["eventType"], event["resourceId"])
            for body in self.bodies
            for event in body["events"]
        ]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def ear(office: Office) -> Iterator[Ear]:
    ear = Ear(office.stand.config()["webhook_key"])
    office.stand.webhooks.register(f"http://127.0.0.1:{ear.server.server_port}/hooks/xero", ear.key)
    yield ear
    ear.close()


def test_loading_told_nobody(office: Office, ear: Ear) -> None:
    assert office.stand.webhooks.drain()
    assert ear.bodies == []


def test_a_payment_tells_of_its_invoice(office: Office, ear: Ear) -> None:
    office.pay("inv-2", "10.00")
    assert office.stand.webhooks.drain()
    assert ear.events() == [("INVOICE", "UPDATE", office.id("inv-2"))]
    event = ear.bodies[0]["events"][0]
    assert event["tenantId"] == office.tenant
    assert event["resourceUrl"].endswith(f"/Invoices/{office.id('inv-2')}")
    assert not event["eventDateUtc"].endswith("Z")
    assert (ear.bodies[0]["firstEventSequence"], ear.bodies[0]["lastEventSequence"]) == (1, 1)


def test_each_category(office: Office, ear: Ear) -> None:
    made = [
        office.change("new_contact", name="Larch", key="larch"),
        office.change("new_invoice", contact="larch", amount="50.00", key="new"),
        office.change("overpay", contact="larch", amount="20.00"),
        office.change("prepay", contact="larch", amount="20.00"),
        office.change("credit", contact="larch", amount="5.00", key="credit"),
    ]
    assert office.stand.webhooks.drain()
    words = ("CONTACT", "INVOICE", "OVERPAYMENT", "PREPAYMENT", "CREDITNOTE")
    assert ear.events() == [(word, "CREATE", one["id"]) for word, one in zip(words, made, strict=True)]
    assert ear.bodies[-1]["events"][0]["data"] == {"Type": "ACCRECCREDIT", "Status": "AUTHORISED"}
    assert [body["firstEventSequence"] for body in ear.bodies] == [1, 2, 3, 4, 5]


def test_a_refused_write_tells_nothing(office: Office, ear: Ear) -> None:
    office.pay("inv-2", "1000.00")
    assert office.stand.webhooks.drain()
    assert ear.bodies == []


def test_lost_events_leave_a_gap(office: Office, ear: Ear) -> None:
    office.change("lose_events", count=3)
    office.change("pay_invoice", invoice="inv-2", amount="1.00")
    assert office.stand.webhooks.drain()
    assert ear.bodies[0]["firstEventSequence"] == 4


def test_the_intent_to_receive(office: Office, ear: Ear) -> None:
    assert office.change("intent_to_receive") == {"sent": 4}
    assert office.stand.webhooks.drain()
    assert [body["events"] for body in ear.bodies] == [[], []]
    assert {body["firstEventSequence"] for body in ear.bodies} == {0}
    assert ear.wrong >= 2  # a wrong one is sent again, as everything that is not taken
