"""What is learnt from people's decisions, and what it may and may not do."""

import datetime as dt

from reconcile.engine import match
from reconcile.facts import Confirmed, Declined, Fact, Undone
from reconcile.memory import Memory
from reconcile.values import HistoryRow, OpenItem, Receipt, ReceiptOutcome
from tests.reconcile.book import CUSTOMERS, HILL, NORD, day, invoice, paid, receipt, suggested

ALIAS = "ZAHLSTELLE OST 4711"
OPEN = [invoice("INV-4001", "771.13"), invoice("INV-4002", "93.40", on="01-12"), invoice("INV-4003", "518.29", HILL)]


def came(receipt_id: str, on: str = "01-05", reference: str = "", account: str = "") -> Receipt:
    return receipt("10.00", reference, ALIAS, receipt_id=receipt_id, on=on, account=account)


def yes(receipt_id: str, on: str = "01-05", customer: str = NORD.id, account: str = "") -> Confirmed:
    return Confirmed(day(on), came(receipt_id, on, account=account), customer, ("old",))


def answer(now: Receipt, *facts: Fact, items: list[OpenItem] = OPEN) -> ReceiptOutcome:
    return match(items, [now], CUSTOMERS, facts=facts).outcomes[0]


def missing(outcome: ReceiptOutcome) -> list[str]:
    return [reason.code for reason in outcome.proposals[0].missing]


def test_one_confirmation_suggests_and_two_decide() -> None:
    now = receipt("771.13", "", ALIAS)
    assert paid(answer(now)) == []
    once = answer(now, yes("a"))
    assert paid(once) == []
    assert suggested(once) == ["id-inv-4001-1"]
    assert missing(once) == ["learnt_once"]
    assert paid(answer(now, yes("a"), yes("b"))) == ["id-inv-4001-1"]


def test_one_receipt_counts_once_however_often_it_is_told() -> None:
    now = receipt("771.13", "", ALIAS)
    assert paid(answer(now, yes("a"), yes("a"))) == []
    rows = [HistoryRow(came("a"), own, NORD.id, 500) for own in ("old-1", "old-2")]
    assert paid(match(OPEN, [now], CUSTOMERS, rows).outcomes[0]) == []


def test_one_confirmation_is_enough_beside_a_number_or_a_name() -> None:
    assert paid(answer(receipt("771.13", "INV-4001", ALIAS), yes("a"))) == ["id-inv-4001-1"]
    like = receipt("771.13", "", "NORDWIND LOGISTIK GMBH NL", account="DE02120300000000202051")
    seen = Confirmed(day("01-05"), like, NORD.id, ("old",))
    assert paid(answer(like, seen)) == ["id-inv-4001-1"]


def test_an_account_confirmed_once_is_not_enough_alone() -> None:
    now = receipt("771.13", "", "", account="DE02120300000000202051")
    assert paid(answer(now, yes("a", account="DE02120300000000202051"))) == []
    two = [yes(own, account="DE02120300000000202051") for own in ("a", "b")]
    assert paid(answer(now, *two)) == ["id-inv-4001-1"]


def test_a_name_that_paid_for_two_customers_stands_for_both() -> None:
    known = [yes("a"), yes("b"), yes("c", customer=HILL.id), yes("d", customer=HILL.id)]
    twins = [*OPEN, invoice("INV-4004", "771.13", HILL)]
    assert paid(answer(receipt("771.13", "", ALIAS), *known, items=twins)) == []


def test_an_undo_stops_the_pairing_until_it_is_confirmed_by_hand() -> None:
    now = receipt("771.13", "INV-4001", ALIAS)
    undone = Undone(day("01-20"), came("b"), NORD.id, ("old",))
    outcome = answer(now, yes("a"), yes("b"), undone)
    assert paid(outcome) == []
    assert "undone_before" in missing(outcome)
    assert paid(answer(now, yes("a"), yes("b"), undone, yes("c", "01-25"))) == ["id-inv-4001-1"]


def test_an_undo_takes_back_what_was_learnt_before_it() -> None:
    now = receipt("771.13", "", ALIAS)
    undone = Undone(day("01-20"), came("b"), NORD.id, ("old",))
    assert paid(answer(now, yes("a"), yes("b"), undone, yes("c", "01-25"))) == []
    assert paid(answer(now, undone, yes("c", "01-25"), yes("d", "01-26"))) == ["id-inv-4001-1"]


def test_an_answer_taken_back_is_not_automatic_for_the_same_receipt() -> None:
    now = receipt("771.13", "INV-4001")
    undone = Undone(day("02-06"), now, NORD.id, ("id-inv-4001-1",))
    assert missing(answer(now, undone))[0] == "refused_before"
    again = Confirmed(day("02-07"), now, NORD.id, ("id-inv-4001-1",))
    assert paid(answer(now, undone, again)) == ["id-inv-4001-1"]


def test_a_no_fades_with_the_days_and_ends_with_a_yes() -> None:
    known = [yes("a", "01-02"), yes("b", "01-03")]
    no = Declined(day("01-20"), came("c", "01-18"), NORD.id, ("other",))
    early, late = receipt("771.13", "", ALIAS, on="02-01"), receipt("771.13", "", ALIAS, on="06-25")
    assert "declined_before" in missing(answer(early, *known, no))
    assert paid(answer(late, *known, no)) == ["id-inv-4001-1"]
    assert paid(answer(early, *known, no, yes("c", "01-21"))) == ["id-inv-4001-1"]
    assert paid(answer(receipt("771.13", "INV-4001", ALIAS, on="02-01"), *known, no)) == ["id-inv-4001-1"]


def test_a_fee_that_is_always_the_same_is_known_after_three() -> None:
    def short(own: str) -> Confirmed:
        return Confirmed(day("01-04"), came(own), NORD.id, ("old",), 735, "fee")

    now = receipt("763.78", "", "NORDWIND LOGISTIK GMBH")
    assert paid(answer(now, short("a"), short("b"))) == []
    outcome = answer(now, short("a"), short("b"), short("c"))
    assert paid(outcome) == ["id-inv-4001-1"]
    assert outcome.proposals[0].lines[0].residual_kind == "fee"
    other = Confirmed(day("01-06"), came("d"), NORD.id, ("old",), 100, "fee")
    assert paid(answer(now, short("a"), short("b"), short("c"), other)) == []


def test_habits_of_paying_in_one_go() -> None:
    batch = [Confirmed(day("01-04"), came(str(own)), NORD.id, ("x", "y")) for own in range(2)]
    single = [yes(str(own)) for own in range(6)]
    assert Memory.of(batch).habits(NORD.id).in_batches
    assert not Memory.of([*batch, *single[2:]]).habits(NORD.id).in_batches
    assert Memory.of(single).habits(NORD.id).one_by_one
    assert not Memory.of(()).habits(NORD.id).one_by_one


def test_facts_of_one_day_count_in_the_order_given() -> None:
    now = receipt("771.13", "INV-4001", ALIAS)
    undone = Undone(dt.date(2026, 1, 5), came("a"), NORD.id, ("old",))
    assert paid(answer(now, yes("a"), undone)) == []
    assert paid(answer(now, undone, yes("a"))) == ["id-inv-4001-1"]
