from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Response, request

from sandbox.core.server import serve
from tests.sandbox.quickbooks.office import Office


@dataclass
class Mailbox:
    url: str = ""
    got: list[tuple[bytes, str]] = field(default_factory=list)

    def bodies(self) -> list[Any]:
        return [json.loads(body) for body, _ in self.got]


@pytest.fixture
def mailbox(office: Office) -> Iterator[Mailbox]:
    app, box = Flask(__name__), Mailbox()

    @app.post("/hook")
    def hook() -> Response:
        box.got.append((request.get_data(), request.headers["intuit-signature"]))
        return Response(status=200)

    with serve(app) as served:
        box.url = f"{served.url}/hook"
        office.stand.webhooks.register(box.url)
        yield box


def test_a_payment_tells_of_itself_and_of_its_invoice(office: Office, mailbox: Mailbox) -> None:
    payment = office.pay("ash", "10", ("10", "Invoice", "inv-2")).body["Payment"]["Id"]
    assert office.stand.webhooks.drain()
    ((first, second),) = mailbox.bodies()
    assert first == {
        "specversion": "1.0",
        "id": first["id"],
        "source": first["source"],
        "type": "qbo.payment.created.v1",
        "datacontenttype": "application/json",
        "time": "2026-11-20T18:00:00.000000000Z",
        "intuitentityid": payment,
        "intuitaccountid": office.realm,
        "data": {},
    }
    assert first["source"].startswith("intuit.")
    assert (second["type"], second["intuitentityid"]) == ("qbo.invoice.updated.v1", office.id("inv-2"))
    assert first["id"] != second["id"]


def test_the_body_is_signed_with_the_verifier(office: Office, mailbox: Mailbox) -> None:
    office.post("customer", {"DisplayName": "Dogwood"})
    assert office.stand.webhooks.drain()
    ((body, signature),) = mailbox.got
    key = office.stand.config()["webhook_key"].encode()
    assert base64.b64decode(signature) == hmac.new(key, body, hashlib.sha256).digest()


def test_a_void_is_called_void_and_a_delete_deleted(office: Office, mailbox: Mailbox) -> None:
    office.stand.change(office.realm, "void_invoice", {"invoice": "inv-1"})
    office.stand.change(office.realm, "delete_invoice", {"invoice": "inv-2"})
    office.stand.change(office.realm, "credit", {"customer": "birch", "amount": "1"})
    office.stand.change(office.realm, "merge_customers", {"customer": "ash", "into": "birch"})
    office.stand.change(office.realm, "close_books", {"on": "2026-01-01"})
    assert office.stand.webhooks.drain()
    types = [{event["type"] for event in body} for body in mailbox.bodies()]
    assert "qbo.invoice.void.v1" in types[0]
    assert "qbo.payment.updated.v1" in types[0]
    assert "qbo.invoice.deleted.v1" in types[1]
    assert types[2] == {"qbo.creditmemo.created.v1"}
    assert {"qbo.customer.merged.v1", "qbo.customer.deleted.v1"} <= types[3]
    assert types[4] == {"qbo.preferences.updated.v1"}


def test_the_older_form_on_request(office: Office, mailbox: Mailbox) -> None:
    office.stand.change(office.realm, "webhook_form", {"form": "notifications"})
    office.stand.change(office.realm, "new_customer", {"name": "Elm", "key": "elm"})
    assert office.stand.webhooks.drain()
    (body,) = mailbox.bodies()
    (note,) = body["eventNotifications"]
    assert note["realmId"] == office.realm
    assert note["dataChangeEvent"]["entities"] == [
        {
            "name": "Customer",
            "id": office.id("elm"),
            "operation": "Create",
            "lastUpdated": "2026-11-20T18:00:00.000Z",
        }
    ]
    with pytest.raises(ValueError, match="carrier pigeon"):
        office.stand.change(office.realm, "webhook_form", {"form": "carrier pigeon"})


def test_reading_and_refused_writes_send_nothing(office: Office, mailbox: Mailbox) -> None:
    office.rows("Invoice")
    office.pay("ash", "900", ("900", "Invoice", "inv-2"))
    assert office.stand.webhooks.drain()
    assert mailbox.got == []
