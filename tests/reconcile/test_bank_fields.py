"""The payer's name inside a bank's text."""

import pytest

from reconcile.bank_fields import payer_in
from reconcile.fold import fold
from reconcile.values import Payer
from tests.reconcile.book import NORD, invoice, outcomes, paid, receipt


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ORIG CO NAME:FAIRBANKS FABRIC ORIG ID:1761283644 DESC DATE:260108", "FAIRBANKS FABRIC"),
        ("EREF+NOTPROVIDED SVWZ+DANKE ABWA+NORDWIND LOGISTIK BIC+COBADEFFXXX", "NORDWIND LOGISTIK"),
        ("166?00GUTSCHRIFT?20EREF+77?32NORDWIND ?33LOGISTIK?34000", "NORDWIND  LOGISTIK"),
        ("/TRTP/SEPA OVERBOEKING/NAME/Van der Meer Bloemen N.V./REMI/dank", "VAN DER MEER BLOEMEN N.V"),
        ("VIR SEPA RECU /DE CREPIN & NOEL SAS /MOTIF X /REF 1", "CREPIN & NOEL SAS"),
        ("FED WIRE CREDIT B/O: LARKSPUR DENTAL CORP. REF: CTR/BNF=US", "LARKSPUR DENTAL CORP"),
        ("NEFT CR-HDFC0748928-NARAYANAN INFOTECH & CO-US-HDFCN268", "NARAYANAN INFOTECH & CO"),
        ("IMPS/P2A/713269608753/DESHMUKH AGRO/HDFC/INVOICE", "DESHMUKH AGRO"),
        ("UPI/408006885133/AGARWAL AGRO@OKICICI/PAYMENT", "AGARWAL AGRO"),
        ("PIX RECEBIDO JEQUITIBA ALIMENTACAO S.A. 03485265547734", "JEQUITIBA ALIMENTACAO S.A"),
        ("OSKO PAYMENT FROM GEELONG SOLAR LTD THANK YOU", "GEELONG SOLAR LTD"),
        ("Fra: Sjoberg Akeri Aktiebolag Betalt: 14.03.26", "SJOBERG AKERI AKTIEBOLAG"),
        ("HATHERSAGE MOTORS PAYMENT BGC", "HATHERSAGE MOTORS"),
        ("ﾌﾘｺﾐ ｶ)ﾏﾙﾔﾏｾｲｷ", "カ)マルヤマセイキ"),
        ("Invoice INV-1234 thank you", ""),
    ],
)
def test_a_banks_line_gives_the_name(text: str, name: str) -> None:
    assert payer_in(fold(text)) == name


def test_a_name_in_the_text_is_the_payers() -> None:
    bill = invoice("INV-8101", "917.35")
    told = receipt("917.35", "VIR SEPA RECU /DE NORDWIND LOGISTIK GMBH /MOTIF MERCI /REF 252331458331", "")
    assert paid(outcomes([bill], [told])["r1"]) == ["id-inv-8101-1"]


def test_a_customer_kept_by_name_alone_is_found() -> None:
    fairbanks = Payer("Fairbanks Roofing")
    bill = invoice("INV-8102", "917.35", fairbanks)
    told = receipt("917.35", "", "FAIRBANKS ROOFING")
    assert paid(outcomes([bill], [told], customers=[])["r1"]) == [bill.id]


def test_two_lines_that_name_one_invoice_and_add_up_to_it_are_posted() -> None:
    bill = invoice("INV-8103", "1475.15", NORD)
    told = [
        receipt("575.31", "INV-8103", "", receipt_id="r1"),
        receipt("899.84", "INV-8103", "", receipt_id="r2", on="02-25"),
    ]
    answer = outcomes([bill], told)
    assert paid(answer["r1"]) == paid(answer["r2"]) == ["id-inv-8103-1"]
    assert paid(outcomes([bill], told[:1])["r1"]) == []


@pytest.mark.parametrize(("field", "posted"), [("order", True), ("order_id", True), ("note", False)])
def test_metadata_is_written_by_a_machine(field: str, posted: bool) -> None:
    bills = [invoice(f"M32281{n:02d}", "14.99", Payer(f"C-3{n:03d}")) for n in range(60)]
    told = receipt("14.99", "", "", source="stripe", method="card", metadata=((field, "M3228114"),))
    assert (paid(outcomes(bills, [told])["r1"]) == [bills[14].id]) is posted
