"""One text that may be several debtors: nobody is chosen by name alone."""

import pytest

from reconcile.values import Payer
from tests.reconcile.book import CUSTOMERS, NORD, invoice, outcomes, paid, receipt, suggested

BOX1 = Payer("C-2001", "Boxwood Supply Co.")
BOX2 = Payer("C-2002", "Boxwood Supply Nord 22")
SAT1 = Payer("C-2003", "Satavillexi (UK) Ltd")
SAT2 = Payer("C-2004", "Satavillexi (Ireland) Ltd")
BOHM = Payer("C-2005", "Böhm & Müller UG (haftungsbeschraenkt)")


@pytest.mark.parametrize(
    ("payer", "one", "two"),
    [("BOXWOOD SUPP", BOX1, BOX2), ("BOXWOOD SUPPLY", BOX1, BOX2), ("SATAVILLEXI", SAT1, SAT2)],
)
def test_a_text_that_begins_several_names_chooses_none(payer: str, one: Payer, two: Payer) -> None:
    items = [invoice("INV-8101", "2324.50", one), invoice("INV-8102", "2324.50", two)]
    outcome = outcomes(items, [receipt("2324.50", payer=payer)], customers=[*CUSTOMERS, one, two])["r1"]
    assert paid(outcome) == []
    assert suggested(outcome)


def test_a_whole_name_with_its_form_is_nobody_elses() -> None:
    items = [invoice("INV-8101", "2324.50", BOX1), invoice("INV-8102", "2324.50", BOX2)]
    told = [receipt("2324.50", payer="BOXWOOD SUPPLY CO")]
    assert paid(outcomes(items, told, customers=[*CUSTOMERS, BOX1, BOX2])["r1"]) == ["id-inv-8101-1"]


def test_an_account_that_contradicts_the_name_is_asked() -> None:
    items = [invoice("INV-8105", "917.35", NORD)]
    told = [receipt("917.35", payer="BOEHM & MUELLER UG (HAFTUNGSBESCHRAENKT)", account=NORD.accounts[0])]
    outcome = outcomes(items, told, customers=[*CUSTOMERS, BOHM])["r1"]
    assert paid(outcome) == []
    assert outcome.proposals[0].missing[0].code == "other_name"
