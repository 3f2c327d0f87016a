"""Every case is what it says: proved from the files, by a search of its own, at the moment of each receipt."""

import json
import re
from collections import Counter
from datetime import date
from itertools import combinations

import pytest
from stdnum import iso11649, luhn
from stdnum.be import ogm_vcs
from stdnum.ch import esr

from bench.matching import names
from bench.matching.amounts import to_minor
from bench.matching.cases import CASES, Kind
from tests.bench.matching.replay import Moment, Replay

ByCase = dict[int, list[Moment]]


def subsets(values: dict[str, int], target: int, most: int = 30) -> list[frozenset[str]]:
    """Every subset of a dozen values, else subsets of up to three; plain, slow, and not the generator's own."""
    sizes = range(1, (len(values) if len(values) <= 12 else 3) + 1)
    found = [
        frozenset(keys)
        for size in sizes
        for keys in combinations(values, size)
        if sum(values[key] for key in keys) == target
    ]
    return found[:most]


def how_many(values: dict[str, int], target: int) -> int:
    """All subsets: of two halves, each with its sums counted by adding one value after another."""
    counted = []
    for half in (list(values.values())[::2], list(values.values())[1::2]):
        sums = Counter([0])
        for value in half:
            sums += Counter({done + value: times for done, times in sums.items()})
        counted.append(sums)
    return sum(times * counted[1][target - done] for done, times in counted[0].items())


def squeezed(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.lower())


def payer_of(moment: Moment) -> str:
    return moment.invoices[0]["customer_id"]


@pytest.mark.parametrize("case", [number for number, one in CASES.items() if one.kind is Kind.ONE])
def test_the_one_answer_is_open_and_within_the_receipt(by_case: ByCase, replay: Replay, case: int) -> None:
    for moment in by_case[case]:
        assert len(moment.truth.answers) == 1
        total = 0
        for key, text in moment.answer.items():
            applied, left = replay.minor(key, text), moment.left[key]
            assert 0 < applied <= left or left <= applied < 0
            assert replay.invoices[key]["issue_date"] <= moment.receipt["received_date"]
            total += applied
        if case != 42:
            assert total <= moment.amount
        if case not in {33, 39, 40, 41, 42}:
            assert total == moment.amount


@pytest.mark.parametrize("case", [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 23, 24])
def test_no_other_set_of_the_payer_makes_the_amount(by_case: ByCase, case: int) -> None:
    for moment in by_case[case]:
        values = moment.open_of(payer_of(moment))
        if len(values) <= 22:
            assert how_many(values, moment.amount) == 1
        else:
            assert subsets(values, moment.amount) == [frozenset(moment.answer)]


@pytest.mark.parametrize("case", [6, 7, 8, 9, 13, 15, 17, 23, 24])
def test_nobody_with_a_like_name_has_the_amount_open(by_case: ByCase, replay: Replay, case: int) -> None:
    starts: dict[str, list[str]] = {}
    for customer, row in replay.customers.items():
        starts.setdefault(names.key(row["name"]), []).append(customer)
    for moment in by_case[case]:
        payer = payer_of(moment)
        for other in starts[names.key(replay.customers[payer]["name"])]:
            assert other == payer or moment.amount not in moment.open_of(other).values()


@pytest.mark.parametrize("case", [1, 21, 26, 28, 29, 47])
def test_numbers_are_quoted_as_printed(by_case: ByCase, case: int) -> None:
    quoted = [
        moment
        for moment in by_case[case]
        if all(squeezed(row["number"]) in squeezed(moment.text) for row in moment.invoices)
    ]
    assert len(quoted) == len(by_case[case]) if case in {1, 21, 29, 47} else quoted


def test_reformatted_numbers_are_not_as_printed(by_case: ByCase) -> None:
    same = [one for one in by_case[2] if one.invoices[0]["number"] in one.receipt["reference"].split()]
    assert len(same) * 50 < len(by_case[2])


def test_references_prove_themselves(by_case: ByCase) -> None:
    kinds = set()
    for moment in by_case[3]:
        reference = moment.invoices[0]["payment_reference"]
        assert squeezed(reference) in squeezed(moment.text)
        bare = squeezed(reference)
        if reference.startswith("RF"):
            assert iso11649.is_valid(reference)
            kinds.add("rf")
        elif reference.startswith("+++"):
            assert ogm_vcs.is_valid(bare)
            kinds.add("ogm")
        elif len(bare) == 27:
            assert esr.is_valid(bare)
            kinds.add("qrr")
        elif luhn.is_valid(bare):
            kinds.add("luhn")
    assert kinds == {"rf", "ogm", "qrr", "luhn"}


def test_charges_carry_the_invoice(by_case: ByCase) -> None:
    for moment in by_case[4]:
        row = moment.invoices[0]
        ids = {row["invoice_id"], row["number"], row["payment_reference"]} - {""}
        assert any(squeezed(one) in squeezed(moment.text) for one in ids)
        assert moment.receipt["source"] != "stripe" or json.loads(moment.receipt["metadata"])


def test_orders_and_customer_numbers_are_quoted(by_case: ByCase) -> None:
    for moment in by_case[5]:
        assert squeezed(moment.invoices[0]["po_number"]) in squeezed(moment.text)
    for moment in by_case[6]:
        assert "".join(filter(str.isdigit, payer_of(moment))) in moment.text


@pytest.mark.parametrize("case", [9, 10, 11, 14, 16])
def test_the_true_number_cannot_be_read(by_case: ByCase, case: int) -> None:
    for moment in by_case[case]:
        assert moment.invoices[0]["number"].lower() not in moment.receipt["reference"].lower().split()


def test_a_paid_number_is_quoted(by_case: ByCase, replay: Replay) -> None:
    paid = {squeezed(row["number"]): row for row in replay.invoices.values() if row["status"] == "paid"}
    for moment in by_case[13] + by_case[15]:
        hits = [row for number, row in paid.items() if number in squeezed(moment.text)]
        assert any(row["customer_id"] == payer_of(moment) and row["total"] != moment.receipt["amount"] for row in hits)


def test_strangers_numbers_are_hit(by_case: ByCase, replay: Replay) -> None:
    for moment in by_case[14] + by_case[16]:
        words = moment.text if moment.truth.case == 16 else squeezed(moment.text)
        hits = [
            row
            for row in replay.invoices.values()
            if (re.sub(r"\D", "", row["number"]) if moment.truth.case == 16 else squeezed(row["number"])) in words
        ]
        assert any(row["customer_id"] != payer_of(moment) for row in hits)


def test_relatives_and_namesakes(by_case: ByCase, replay: Replay) -> None:
    for moment in by_case[18]:
        assert replay.customers[payer_of(moment)]["parent_customer_id"]
    for moment in by_case[20]:
        name = replay.customers[payer_of(moment)]["name"]
        assert sum(row["name"] == name for row in replay.customers.values()) == 2


def test_ranges_follow_each_other(by_case: ByCase) -> None:
    for moment in by_case[22]:
        last = sorted(
            int(re.sub(r"\D", "", row["number"].split("/")[1] if row["number"].startswith("FV/") else row["number"]))
            for row in moment.invoices
        )
        assert last == list(range(last[0], last[0] + len(last)))


def test_sets_have_their_sizes(by_case: ByCase) -> None:
    assert all(2 <= len(moment.answer) <= 5 for moment in by_case[23])
    assert all(6 <= len(moment.answer) <= 12 for moment in by_case[24])
    assert all(any(row["kind"] == "credit_note" for row in moment.invoices) for moment in by_case[26])
    assert all(len(moment.open_of(payer_of(moment))) > 30 for moment in by_case[28])
    for moment in by_case[29] + by_case[47]:
        assert len({row["customer_id"] for row in moment.invoices}) >= 2


def test_statements_are_all_of_a_month_or_all_that_is_overdue(by_case: ByCase, replay: Replay) -> None:
    for moment in by_case[25]:
        rows = [replay.invoices[key] for key in moment.open_of(payer_of(moment))]
        months = {row["issue_date"][:7] for row in moment.invoices}
        of_month = {row["invoice_id"] for row in rows if row["issue_date"][:7] in months}
        overdue = {row["invoice_id"] for row in rows if row["due_date"] < moment.receipt["received_date"]}
        assert set(moment.answer) in (overdue, of_month if len(months) == 1 else overdue)


def test_several_solutions_are_all_listed(by_case: ByCase) -> None:
    for moment in by_case[27]:
        customer = moment.invoices[0]["customer_id"]
        found = subsets(moment.open_of(customer), moment.amount, 100)
        assert len(found) >= 2
        assert set(found) == {frozenset(answer) for answer in moment.truth.answers}
        assert min(map(len, found)) >= 2


def test_parts_leave_something_and_last_parts_do_not(by_case: ByCase) -> None:
    for moment in by_case[31]:
        assert moment.amount < moment.left[next(iter(moment.answer))]
    for moment in by_case[32]:
        key = next(iter(moment.answer))
        row = moment.invoices[0]
        assert moment.amount == moment.left[key] < to_minor(row["total"], row["currency"])


@pytest.mark.parametrize("case", [34, 35, 36, 37, 38])
def test_short_payments_are_short(by_case: ByCase, case: int) -> None:
    assert all(moment.amount < moment.left[next(iter(moment.answer))] for moment in by_case[case])


def test_discounts_are_inside_or_outside_their_terms(by_case: ByCase) -> None:
    for case, inside in ((35, True), (36, False)):
        for moment in by_case[case]:
            row = moment.invoices[0]
            percent, days = map(int, row["terms"].split(" ")[0].split("/"))
            age = date.fromisoformat(moment.receipt["received_date"]) - date.fromisoformat(row["issue_date"])
            assert (age.days <= days) is inside
            total = to_minor(row["total"], row["currency"])
            assert abs(total - moment.amount - total * percent / 100) <= 1


def test_roundings_and_fees_have_their_bounds(by_case: ByCase) -> None:
    for moment in by_case[40]:
        assert 1 <= abs(moment.amount - moment.left[next(iter(moment.answer))]) <= 5
    for moment in by_case[34]:
        short = moment.left[next(iter(moment.answer))] - moment.amount
        assert to_minor("10", moment.receipt["currency"]) <= short <= to_minor("30", moment.receipt["currency"])


def test_money_of_other_forms(by_case: ByCase) -> None:
    assert all(moment.invoices[0]["currency"] != moment.receipt["currency"] for moment in by_case[42])
    assert {moment.receipt["currency"] for moment in by_case[43]} <= {"JPY", "KRW", "KWD", "BHD"}


def test_listed_payouts_are_the_net_of_their_charges(by_case: ByCase, replay: Replay) -> None:
    nets: dict[str, int] = {}
    for row in replay.receipts:
        if row["payout_id"]:
            fee = to_minor(row["fee"] or "0", row["currency"])
            nets[row["payout_id"]] = nets.get(row["payout_id"], 0) + to_minor(row["amount"], row["currency"]) - fee
    paid_out = [moment.amount for case in (44, 45) for moment in by_case[case]]
    assert nets
    assert all(net in paid_out for net in nets.values())


def test_instant_payouts_come_in_pairs(by_case: ByCase) -> None:
    amounts = [moment.amount for moment in by_case[46]]
    assert all(amounts.count(one) == 2 for one in amounts[: len(amounts) // 2 * 2 - 1])


def test_twins_are_every_open_invoice_of_the_amount(by_case: ByCase) -> None:
    for moment in by_case[48]:
        assert len(moment.truth.answers) >= 2
        found = subsets(moment.open_of(payer_of(moment)), moment.amount)
        assert set(found) == {frozenset(answer) for answer in moment.truth.answers}


def test_a_nameless_amount_is_open_at_two_customers(by_case: ByCase) -> None:
    for moment in by_case[49]:
        assert not moment.receipt["payer_name"]
        assert not moment.receipt["payer_account"]
        listed = {key for answer in moment.truth.answers for key in answer}
        assert moment.open_everywhere(moment.amount) == listed
        assert len({moment.replay.invoices[key]["customer_id"] for key in listed}) == 2


def test_duplicates_repeat_a_paid_invoice(by_case: ByCase, replay: Replay) -> None:
    for moment in by_case[50]:
        first = replay.by_id(moment.truth.duplicate_of)
        answer = replay.truths[first["receipt_id"]].answers[0]
        customer = replay.invoices[next(iter(answer))]["customer_id"]
        assert first["amount"] == moment.receipt["amount"]
        assert first["received_date"] < moment.receipt["received_date"]
        assert not subsets(moment.open_of(customer), moment.amount)
    for moment in by_case[51]:
        first = replay.by_id(moment.truth.duplicate_of)
        different = {name for name in first if first[name] != moment.receipt[name]}
        assert different <= {"receipt_id", "payout_id"}


def test_what_came_too_early_or_too_late(by_case: ByCase, replay: Replay) -> None:
    for moment in by_case[52]:
        assert moment.invoices[0]["issue_date"] > moment.receipt["received_date"]
    for case, statuses in ((56, {"void", "draft", "uncollectible"}), (60, {"paid"})):
        dead = {squeezed(row["number"]): row for row in replay.invoices.values() if row["status"] in statuses}
        for moment in by_case[case]:
            hits = [row for number, row in dead.items() if number in squeezed(moment.text)]
            assert any(row["total"] == moment.receipt["amount"] for row in hits)


def test_what_went_back_is_below_zero(by_case: ByCase, replay: Replay) -> None:
    assert all(moment.amount < 0 for moment in by_case[54] + by_case[55])
    for moment in by_case[54]:
        first = replay.by_id(moment.truth.duplicate_of)
        assert first["amount"] == moment.receipt["amount"].removeprefix("-")


def test_coincidences_are_sets_and_never_single(by_case: ByCase, replay: Replay) -> None:
    owners = {row["name"].upper(): key for key, row in replay.customers.items()}
    looked_at = 0
    for moment in by_case[57]:
        owner = owners.get(moment.receipt["payer_name"].upper())
        if owner is not None:
            values = moment.open_of(owner)
            assert moment.amount not in values.values()
            assert subsets(values, moment.amount)
            looked_at += 1
    assert looked_at
