"""The public Python client works against the stand-in unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from quickbooks import QuickBooks
from quickbooks.batch import batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException, ValidationException
from quickbooks.objects.customer import Customer
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.payment import Payment

from tests.sandbox.quickbooks.office import Office


class _Session:
    """What the client asks of its session, on plain HTTP."""

    def __init__(self, token: str) -> None:
        self.access_token = token
        self._inner = requests.Session()

    def request(self, method: str, url: str, **more: Any) -> requests.Response:
        return self._inner.request(method, url, timeout=180, **more)

    def close(self) -> None:
        self._inner.close()


@pytest.fixture
def client(office: Office) -> Iterator[QuickBooks]:
    client = QuickBooks(company_id=office.realm, minorversion=75)
    client.session = session = _Session(office.token)
    client.api_url_v3 = f"{office.url}/v3"
    yield client
    session.close()


def test_reading_lists_and_counts(client: QuickBooks, office: Office) -> None:
    assert Invoice.count(qb=client) == 5
    names = {customer.DisplayName for customer in Customer.all(qb=client)}
    assert names == {"Ash & Co", "Birch Ltd", "Birch North"}
    (found,) = Payment.filter(PaymentRefNum="CHK 77", qb=client)
    assert found.Line[0].LinkedTxn[0].TxnId == office.id("inv-1")
    assert found.UnappliedAmt == 20
    assert Invoice.get(office.id("inv-2"), qb=client).Balance == 230.5


def test_writing_voiding_and_deleting(client: QuickBooks, office: Office) -> None:
    body = f'{{"CustomerRef":{{"value":"{office.id("ash")}"}},"TotalAmt":5}}'
    made = client.create_object("Payment", body, request_id="once")["Payment"]
    again = client.create_object("Payment", body, request_id="once")["Payment"]
    assert made["Id"] == again["Id"]
    payment = Payment.get(made["Id"], qb=client)
    payment.void(qb=client)
    assert Payment.get(made["Id"], qb=client).TotalAmt == 0
    Invoice.get(office.id("inv-2"), qb=client).delete(qb=client)
    with pytest.raises(ObjectNotFoundException):
        Invoice.get(office.id("inv-2"), qb=client)
    invoice = Invoice.get(office.id("inv-1"), qb=client)
    invoice.void(qb=client)
    assert Invoice.get(office.id("inv-1"), qb=client).PrivateNote == "Voided"


def test_faults_become_the_clients_exceptions(client: QuickBooks, office: Office) -> None:
    with pytest.raises(ValidationException):
        client.query("SELECT * FROM Payment WHERE PrivateNote = 'x'")
    stale = f'{{"Id":"{office.id("inv-2")}","SyncToken":"0","sparse":true}}'
    with pytest.raises(QuickbooksException) as caught:
        client.update_object("Invoice", stale)
    assert caught.value.error_code == 5010


def test_the_change_feed_batch_and_reports(client: QuickBooks, office: Office) -> None:
    since = datetime(2026, 11, 1, tzinfo=UTC).isoformat()
    feed = change_data_capture([Invoice, Customer], since, qb=client)
    assert [one.Id for one in feed.Invoice._object_list] == [office.id("inv-3"), office.id("inv-5")]
    customer = Customer.get(office.id("ash"), qb=client)
    customer.Notes = "Pays late"
    outcome = batch_update([customer], qb=client)
    assert [error.Detail for fault in outcome.faults for error in fault.Error] == []
    assert Customer.get(office.id("ash"), qb=client).Notes == "Pays late"
    report = client.get_report("TrialBalance", {"end_date": "2026-11-20", "accounting_method": "Accrual"})
    assert report["Header"]["ReportName"] == "TrialBalance"
