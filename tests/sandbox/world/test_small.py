"""The small world holds together, holds every case, and is the same each time."""

from collections import Counter
from datetime import date, timedelta

import pytest

from sandbox.world import plan
from sandbox.world.checks import problems
from sandbox.world.currencies import first_of_month
from sandbox.world.small import small_world

TODAY = date(2026, 6, 15)
AMERICAN, BRITISH = small_world(1, TODAY)
BOTH = pytest.mark.parametrize("entity", [AMERICAN, BRITISH], ids=["quickbooks", "xero"])

CASES = {
    "already_recorded", "dispute_lost", "dispute_needs_response", "dispute_won", "duplicate", "exact_number", "failed",
    "foreign_currency", "last_part", "metadata_number", "name_of_two", "near_midnight", "off_stripe", "on_account", "other_decimals",
    "overpayment", "paid_number_quoted", "part_payment", "partly_refunded", "payer_and_amount", "pending", "po_number",
    "prepayment", "prompt_like_text", "reformatted_number", "refunded", "remainder_on_account", "sale_without_invoice",
    "same_amount_no_name", "set_without_numbers", "strangers_number", "stripe_invoice", "stripe_only_invoice", "twins",
    "two_invoices_one_charge", "two_numbers", "void_number",
}  # fmt: skip
NOBODY_CAN_TELL = {
    "twins", "duplicate", "same_amount_no_name", "name_of_two", "void_number", "prepayment", "sale_without_invoice", "prompt_like_text",
    "failed", "pending", "refunded", "dispute_lost", "on_account",
}  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3, 17])
@pytest.mark.parametrize("today", [TODAY, date(2026, 1, 1), date(2024, 3, 31), date(2026, 11, 22)])
def test_every_plan_holds_together(seed: int, today: date) -> None:
    for entity in small_world(seed, today):
        assert problems(entity) == []


def test_the_same_seed_and_day_give_the_same_world() -> None:
    assert small_world(1, TODAY) == (AMERICAN, BRITISH)
    assert small_world(2, TODAY)[0].books != AMERICAN.books


@BOTH
def test_it_has_the_size_of_a_small_business(entity: plan.EntityPlan) -> None:
    assert 55 <= len(entity.books.customers) <= 70
    assert 300 <= len(entity.books.invoices) <= 400
    assert 80 <= len(entity.stripe.charges) <= 140
    mirrored = sum(1 for invoice in entity.books.invoices if invoice.mirror_of)
    assert 0.25 <= mirrored / len(entity.books.invoices) <= 0.4


@BOTH
def test_every_case_is_there_and_says_what_it_must(entity: plan.EntityPlan) -> None:
    truth, cases = dict(entity.truth), dict(entity.cases)
    assert set(cases.values()) == CASES
    for key, case in cases.items():
        assert bool(truth[key]) != (case in NOBODY_CAN_TELL), (key, case)


@BOTH
def test_nothing_has_happened_today_or_later(entity: plan.EntityPlan) -> None:
    books, stripe = entity.books, entity.stripe
    assert max(invoice.issued_on for invoice in (*books.invoices, *stripe.invoices)) < TODAY
    assert max(payment.paid_on for payment in books.payments) < TODAY
    assert max(charge.at.date() for charge in stripe.charges) < TODAY
    assert max(payout.left_at.date() for payout in stripe.payouts) <= TODAY


@BOTH
def test_each_foreign_currency_has_a_document_every_month(entity: plan.EntityPlan) -> None:
    home = entity.books.company.home_currency
    seen = Counter(
        (invoice.currency, first_of_month(invoice.issued_on))
        for invoice in entity.books.invoices
        if invoice.currency != home
    )
    months = {first_of_month(TODAY, -back) for back in range(9)}
    for currency in entity.books.company.currencies[1:]:
        assert {month for held, month in seen if held == currency} == months


@BOTH
def test_twins_have_one_number_or_name_each_other(entity: plan.EntityPlan) -> None:
    theirs = {invoice.key: invoice for invoice in entity.stripe.invoices}
    different = 0
    for ours in entity.books.invoices:
        if ours.mirror_of is None:
            continue
        twin = theirs[ours.mirror_of]
        by_number = ours.number == twin.number
        by_reference = ours.reference == f"{{stripe:{twin.key}}}"
        by_metadata = ("ledger_invoice", ours.number) in twin.metadata
        assert by_number or by_reference or by_metadata
        different += ours.total != twin.total
    assert different == 1  # the finding


@BOTH
def test_payouts_come_in_every_state(entity: plan.EntityPlan) -> None:
    stripe = entity.stripe
    nets = {charge.key: charge.settled - charge.fee for charge in stripe.charges}
    nets |= {refund.key: -refund.amount for refund in stripe.refunds}
    nets |= {dispute.key: -dispute.amount - dispute.fee for dispute in stripe.disputes}
    sums = [sum(nets[key] for key in payout.carries) for payout in stripe.payouts]
    assert sum(1 for amount in sums if amount < 0) == 1
    assert [payout.status for payout in stripe.payouts].count("failed") == 1
    assert [payout.automatic for payout in stripe.payouts].count(False) == 1
    booked = {transfer.reference: transfer for transfer in entity.books.transfers}
    assert booked
    for payout, amount in zip(stripe.payouts, sums, strict=True):
        transfer = booked.get(f"{{stripe:{payout.key}}}")
        if transfer is not None:
            assert transfer.amount == abs(amount)
            assert transfer.source == ("clearing" if amount > 0 else "bank")


@BOTH
def test_minor_units_follow_stripes_table(entity: plan.EntityPlan) -> None:
    currencies = {charge.currency for charge in entity.stripe.charges}
    assert {"JPY", "KWD"} < currencies
    assert all(charge.amount % 10 == 0 for charge in entity.stripe.charges if charge.currency == "KWD")
    assert {charge.settled_currency for charge in entity.stripe.charges} == {entity.stripe.company.home_currency}


@BOTH
def test_recorded_charges_stand_in_the_ledger_by_their_id(entity: plan.EntityPlan) -> None:
    recorded = {key for key, case in entity.cases if case == "already_recorded"}
    charges = {charge.key: charge for charge in entity.stripe.charges}
    booked = {payment.reference: payment for payment in entity.books.payments if payment.account == "clearing"}
    assert len(recorded) == len(booked) > 30
    for key in recorded:
        assert booked[f"{{stripe:{key}}}"].amount == charges[key].amount


@BOTH
def test_receivables_of_every_age_are_open(entity: plan.EntityPlan) -> None:
    spent: Counter[str] = Counter()
    for payment in entity.books.payments:
        if payment.state == "open":
            spent.update({part.target: part.amount for part in payment.applied})
    ages = [
        (TODAY - invoice.due_on).days
        for invoice in entity.books.invoices
        if invoice.state == "open" and invoice.due_on and spent[invoice.key] < invoice.total
    ]
    for low, high in ((-60, 0), (1, 30), (31, 60), (61, 90), (91, 400)):
        assert sum(1 for age in ages if low <= age <= high) >= 3, (low, high)


def test_what_only_quickbooks_can_hold_is_not_in_xero() -> None:
    books = BRITISH.books
    assert not books.journals
    assert not books.deposits
    assert {move.kind for move in books.moves} == {"sale", "receive", "spend"}
    assert not any(invoice.deposit for invoice in books.invoices)
    assert not any(customer.parent for customer in books.customers)
    assert {payment.kind for payment in books.payments} == {"payment", "overpayment", "prepayment"}
    for payment in books.payments:
        if payment.kind == "payment":
            assert sum(part.amount for part in payment.applied) == payment.amount


def test_quickbooks_has_its_own() -> None:
    books = AMERICAN.books
    assert {journal.amount > 0 for journal in books.journals} == {True, False}
    assert any(deposit.fee for deposit in books.deposits)
    assert any(deposit.ar_amount for deposit in books.deposits)
    assert {"ar_purchase", "refund_receipt", "sale"} <= {move.kind for move in books.moves}
    assert sum(1 for invoice in books.invoices if invoice.deposit) == 3
    assert {payment.account for payment in books.payments} == {"bank", "clearing", "undeposited"}


def test_the_lock_lies_in_the_past_of_the_books() -> None:
    for entity in (AMERICAN, BRITISH):
        lock = entity.books.company.lock_date
        assert lock is not None
        assert min(invoice.issued_on for invoice in entity.books.invoices) < lock < TODAY - timedelta(days=120)
