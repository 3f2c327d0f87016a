"""Every answer belongs to one class of evidence, and every class has its sentence."""

import pytest

from reconcile.classes import SENTENCES, EvidenceClass
from reconcile.policy import Policy
from reconcile.values import OpenItem, Receipt
from tests.reconcile.book import HILL, NORD, SUB1, invoice, outcomes, receipt

BOOK = [
    invoice("INV-7001", "1190.40"),
    invoice("INV-7002", "311.07", po="PO-88121"),
    invoice("INV-7003", "842.15", HILL, payment_reference="RF18539007547034"),
    invoice("INV-7004", "77.31", SUB1),
    invoice("INV-7005", "2610.99", HILL, terms="2/10 net 30", on="02-01"),
]


def test_every_class_has_its_sentence() -> None:
    assert set(SENTENCES) == set(EvidenceClass)
    assert len(set(SENTENCES.values())) == len(SENTENCES)


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        (receipt("1190.40", "INV-7001"), EvidenceClass.NUMBER),
        (receipt("1190.40", "Rechnung 7001"), EvidenceClass.NUMBER_PART),
        (receipt("311.07", "your order PO-88121"), EvidenceClass.ORDER_NUMBER),
        (receipt("842.15", "RF18 5390 0754 7034", "HILLCREST DENTAL PARTNERS"), EvidenceClass.CHECK_DIGITS),
        (receipt("842.15", "id-inv-7003-2", "HILLCREST DENTAL PARTNERS"), EvidenceClass.PROCESSOR_ID),
        (receipt("1190.40", "INV-7001", ""), EvidenceClass.NUMBER_ALONE),
        (receipt("1501.47", "INV-7001 INV-7002"), EvidenceClass.NUMBERS),
        (receipt("1190.40", "INV-7O01"), EvidenceClass.NEAR_NUMBER),
        (receipt("1190.40", account="DE89370400440532013000"), EvidenceClass.PAYER_KNOWN),
        (receipt("1190.40"), EvidenceClass.PAYER_NAMED),
        (receipt("77.31", "", "MERIDIAN HOLDING SE"), EvidenceClass.PAYER_LIKE),
        (receipt("1501.47"), EvidenceClass.SET_SUM),
        (receipt("1178.40", "INV-7001", method="wire"), EvidenceClass.DIFFERENCE),
        (receipt("2558.77", "", "HILLCREST DENTAL PARTNERS LLC"), EvidenceClass.DIFFERENCE_UNNAMED),
        (receipt("600.00", "INV-7001 part"), EvidenceClass.PART),
        (receipt("77.31", "", "SOMEBODY QUITE ELSE"), EvidenceClass.AMOUNT),
    ],
)
def test_an_answer_names_its_class(came: Receipt, expected: EvidenceClass) -> None:
    assert _class(BOOK, came) == expected.value


def test_a_policy_is_a_class_of_its_own() -> None:
    twins = [invoice("INV-8001", "49.00"), invoice("INV-8002", "49.00", on="01-20")]
    assert _class(twins, receipt("49.00"), Policy(oldest_first=True)) == EvidenceClass.OLDEST_FIRST.value
    assert NORD.id == twins[0].customer_id


def _class(book: list[OpenItem], came: Receipt, policy: Policy | None = None) -> str:
    answer = outcomes(book, [came], policy=policy or Policy())[came.id]
    return answer.proposals[0].evidence
