"""Xero's own Python client reads and writes here."""

from datetime import date

import pytest
from xero_python.accounting import Account as SdkAccount
from xero_python.accounting import AccountingApi, Invoice, Payment, Payments
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import AccountingBadRequestException
from xero_python.identity import IdentityApi

from tests.sandbox.xero.desk.office import Office


@pytest.fixture
def client(office: Office) -> ApiClient:
    config = office.stand.config()
    token = {
        "access_token": office.token,
        "refresh_token": "unused",
        "expires_in": 1800,
        "expires_at": 4_000_000_000.0,
        "scope": ["accounting.invoices"],
        "token_type": "Bearer",
    }
    oauth2 = OAuth2Token(config["client_id"], config["client_secret"])
    client = ApiClient(
        Configuration(oauth2_token=oauth2), oauth2_token_getter=lambda: token, oauth2_token_saver=lambda _: None
    )
    client.configuration.oauth2_token = oauth2
    return client


@pytest.fixture
def accounting(client: ApiClient, office: Office) -> AccountingApi:
    return AccountingApi(client, base_url=f"{office.url}/api.xro/2.0")


def test_the_client_reads_every_kind_into_its_models(accounting: AccountingApi, office: Office) -> None:
    counts = office.stand.counts(office.tenant)
    tenant = office.tenant
    read = {
        "Contacts": accounting.get_contacts(tenant, include_archived="True", page=1).contacts,
        "Invoices": accounting.get_invoices(tenant, page=1).invoices,
        "CreditNotes": accounting.get_credit_notes(tenant, page=1).credit_notes,
        "Payments": accounting.get_payments(tenant, page=1).payments,
        "BatchPayments": accounting.get_batch_payments(tenant).batch_payments,
        "Overpayments": accounting.get_overpayments(tenant, page=1).overpayments,
        "Prepayments": accounting.get_prepayments(tenant, page=1).prepayments,
        "BankTransactions": accounting.get_bank_transactions(tenant, page=1).bank_transactions,
        "BankTransfers": accounting.get_bank_transfers(tenant).bank_transfers,
        "Accounts": accounting.get_accounts(tenant).accounts,
        "TaxRates": accounting.get_tax_rates(tenant).tax_rates,
        "Currencies": accounting.get_currencies(tenant).currencies,
        "Organisation": accounting.get_organisations(tenant).organisations,
    }
    assert {kind: len(rows) for kind, rows in read.items()} == counts


def test_the_client_sees_the_same_dates_and_amounts(accounting: AccountingApi, office: Office) -> None:
    invoice = accounting.get_invoice(office.tenant, office.id("inv-2")).invoices[0]
    assert (invoice.date, invoice.due_date) == (date(2026, 9, 10), date(2026, 10, 10))
    assert str(invoice.amount_due) == "180.50"


def test_the_client_pays_and_is_refused(accounting: AccountingApi, office: Office) -> None:
    def payment(amount: float) -> Payments:
        return Payments(
            payments=[
                Payment(
                    invoice=Invoice(invoice_id=office.id("inv-2")),
                    account=SdkAccount(account_id=office.account()["AccountID"]),
                    date=date(2026, 11, 19),
                    amount=amount,
                )
            ]
        )

    made = accounting.create_payments(office.tenant, payment(80.5)).payments[0]
    assert made.status == "AUTHORISED"
    with pytest.raises(AccountingBadRequestException) as caught:
        accounting.create_payments(office.tenant, payment(100.01))
    assert caught.value.reason == "Payment amount exceeds the amount outstanding on this document"


def test_the_client_reads_reports_and_connections(accounting: AccountingApi, client: ApiClient, office: Office) -> None:
    report = accounting.get_report_trial_balance(office.tenant, date=date(2026, 11, 20)).reports[0]
    assert report.report_name == "Trial Balance"
    connections = IdentityApi(client, base_url=office.url).get_connections()
    assert [one.tenant_id for one in connections] == [office.tenant]
