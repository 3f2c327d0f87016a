"""Recorded XML answers become the records that JSON would have been."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.quickbooks.samples import sample_records
from ledger.allocation import Allocation
from ledger.company import Company
from ledger.faults import BadInput
from ledger.invoice import Invoice
from ledger.money import Money
from tests.connectors.quickbooks.mapped import mapped, one

PAYMENTS = """<IntuitResponse xmlns="http://schema.intuit.com/finance/v3" time="2026-05-04T10:00:00-07:00">
  <QueryResponse startPosition="1" maxResults="2">
    <Payment domain="QBO"><Id>83</Id><SyncToken>2</SyncToken><TxnDate>2026-05-01</TxnDate>
      <MetaData><LastUpdatedTime>2026-05-01T08:00:00-07:00</LastUpdatedTime></MetaData>
      <Line><Amount>24.10</Amount><LinkedTxn><TxnId>68</TxnId><TxnType>Invoice</TxnType></LinkedTxn></Line>
      <CustomerRef name="Dorn">3</CustomerRef><PaymentRefNum>0017</PaymentRefNum>
      <TotalAmt>24.10</TotalAmt><UnappliedAmt>0</UnappliedAmt><ProcessPayment>false</ProcessPayment></Payment>
    <Payment domain="QBO" status="Deleted"><Id>84</Id></Payment>
  </QueryResponse></IntuitResponse>"""
INVOICE = """<Invoice><Id>1</Id><TotalAmt>5.50</TotalAmt><Balance>5.50</Balance><DocNumber>0001</DocNumber>
  <CustomerMemo>Thanks</CustomerMemo><CustomField><Name>PO Number</Name><StringValue>77</StringValue></CustomField></Invoice>"""
COMPANY = "<CompanyInfo><Id>1</Id><CompanyName>Alder</CompanyName></CompanyInfo>"


def test_records_out_of_a_folder(tmp_path: Path) -> None:
    for name, text in {"a.xml": PAYMENTS, "b.xml": INVOICE, "c.xml": COMPANY, "d.xml": "<odd", "e.txt": ""}.items():
        (tmp_path / name).write_text(text)

    payment, gone, invoice, company = sample_records(tmp_path)

    assert (payment.kind, payment.external_id, payment.version) == ("Payment", "83", "2")
    assert b'"TotalAmt":24.10' in payment.raw  # digit for digit
    assert json.loads(payment.raw)["PaymentRefNum"] == "0017"
    assert one(mapped("Payment", payment.raw.decode()), Allocation).amount == Money(2410, "USD")
    assert (gone.external_id, gone.deleted) == ("84", True)
    found = one(mapped("Invoice", invoice.raw.decode()), Invoice)
    assert (found.number, found.memo, found.po_number) == ("0001", "Thanks", "77")
    assert one(mapped("CompanyInfo", company.raw.decode()), Company).name == "Alder"


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        list(sample_records(tmp_path / "nowhere"))
