"""The provider's own client against the stand-in: its models reject what they do not know."""

from __future__ import annotations

from typing import Any

import pytest
import urllib3
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.identity import IdentityApi

from tests.sandbox.xero.office import TODAY, Office

TWINS = {"DateString", "DueDateString", "CreatedDateUTCString", "ID"}  # in every answer, in no schema


@pytest.fixture
def client(office: Office) -> ApiClient:
    config = office.stand.config()
    client = ApiClient(Configuration(oauth2_token=OAuth2Token()), pool_threads=1)
    # Otherwise every client shares the first one's.
    client.configuration.oauth2_token = OAuth2Token(config["client_id"], config["client_secret"])
    held = {"access_token": office.token, "refresh_token": "r", "scope": ["s"], "token_type": "Bearer"}
    client.oauth2_token_getter(lambda: {**held, "expires_in": 1800, "expires_at": 4_000_000_000})
    client.rest_client.pool_manager.connection_pool_kw["retries"] = urllib3.Retry(0)
    return client


@pytest.fixture
def accounting(office: Office, client: ApiClient) -> AccountingApi:
    return AccountingApi(client, base_url=f"{office.url}/api.xro/2.0")


LISTS = {
    "Contacts": "get_contacts",
    "Invoices": "get_invoices",
    "CreditNotes": "get_credit_notes",
    "Payments": "get_payments",
    "Overpayments": "get_overpayments",
    "Prepayments": "get_prepayments",
    "BankTransactions": "get_bank_transactions",
}
WHOLE = {
    "BatchPayments": "get_batch_payments",
    "BankTransfers": "get_bank_transfers",
    "Accounts": "get_accounts",
    "TaxRates": "get_tax_rates",
    "Currencies": "get_currencies",
    "Organisations": "get_organisations",
}


@pytest.mark.parametrize("kind", [*LISTS, *WHOLE])
def test_the_client_reads_every_list_and_knows_every_field(
    office: Office, accounting: AccountingApi, kind: str
) -> None:
    asked = {"page": 1, "page_size": 1000} if kind in LISTS else {}
    found = getattr(accounting, {**LISTS, **WHOLE}[kind])(office.tenant, **asked)
    models = getattr(found, {"BatchPayments": "batch_payments"}.get(kind, _snake(kind)))
    raw = office.call("GET", kind, params={"page": 1, "pageSize": 1000} if asked else {}).body[kind]
    assert len(models) == len(raw) > 0
    known = set(type(models[0]).attribute_map.values()) | TWINS
    strange = {name for record in raw for name in record} - known
    assert strange == set()


def test_the_client_pays_an_invoice(office: Office, accounting: AccountingApi) -> None:
    body: dict[str, Any] = {
        "Payments": [
            {
                "Invoice": {"InvoiceID": office.id("inv-2")},
                "Account": {"Code": "090"},
                "Date": TODAY.isoformat(),
                "Amount": 12.34,
            }
        ]
    }
    made = accounting.create_payments(office.tenant, body, idempotency_key="once").payments[0]
    again = accounting.create_payments(office.tenant, body, idempotency_key="once").payments[0]
    assert made.payment_id == again.payment_id
    assert office.get(f"Payments/{made.payment_id}").body["Payments"][0]["Status"] == "AUTHORISED"


def test_the_client_lists_connections(office: Office, client: ApiClient) -> None:
    found = IdentityApi(client, base_url=office.url).get_connections()
    assert [one.tenant_id for one in found] == [office.tenant]


def _snake(kind: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind).lstrip("_")
