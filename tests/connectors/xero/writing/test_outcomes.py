"""What Xero's answers come to: refusals each by its code, keys and repeats, lost answers, limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connectors.message import OutcomeUnknown
from connectors.writing import Result
from connectors.xero.writing.writer import XeroWriter
from ledger.entry import Entry, EntryKind, Target
from ledger.faults import BadInput, PermissionMissing, RateLimited
from ledger.money import Money
from sandbox.core.clock import SandboxClock
from sandbox.core.limits import Window
from tests.connectors.xero.writing.desk import Desk, Tokens, codes, eur, gbp, marker, remainder
from tests.sandbox.xero.office import TODAY


def _receipt(desk: Desk, account: str = "090", on: date = TODAY) -> Entry:
    return replace(desk.receipt(gbp(1_000), desk.pays("inv-2", gbp(1_000)), account=account), on=on)


def _put(desk: Desk, key: str, pence: int) -> Entry:
    source = Target(kind="overpayment", external_id=desk.office.id("pay-5"))
    return Entry(
        kind=EntryKind.ALLOCATION, write_id=marker(), on=TODAY, amount=gbp(pence), lines=(desk.pays(key, gbp(pence)),),
        source=source,
    )  # fmt: skip


def _locked(desk: Desk) -> Entry:
    return _receipt(desk, on=date(2026, 6, 30))


def _account_archived(desk: Desk) -> Entry:
    desk.office.change("archive_account", code="091")
    return _receipt(desk, account="091")


def _not_for_payments(desk: Desk) -> Entry:
    return _receipt(desk, account="429")


def _contact_archived(desk: Desk) -> Entry:
    desk.office.change("archive_contact", contact="ash")
    return desk.receipt(gbp(500), remainder(gbp(500)))


def _over_applied(desk: Desk) -> Entry:
    return desk.receipt(gbp(99_000), desk.pays("inv-2", gbp(99_000)))


def _voided(desk: Desk) -> Entry:
    return desk.receipt(gbp(1_000), desk.pays("inv-4", gbp(1_000)))


def _gone(desk: Desk) -> Entry:
    line = replace(desk.pays("inv-2", gbp(1_000)), document=Target(kind="invoice", external_id=desk.contact("ash")))
    return desk.receipt(gbp(1_000), line)


def _currencies(desk: Desk) -> Entry:
    return Entry(
        kind=EntryKind.TRANSFER, write_id=marker(), on=TODAY, amount=eur(100), account=desk.account("092"),
        to_account=desk.account("090"),
    )  # fmt: skip


def _tax(desk: Desk) -> Entry:
    return Entry(
        kind=EntryKind.SPEND, write_id=marker(), on=TODAY, amount=gbp(100), account=desk.account("091"),
        lines=(desk.coded(gbp(100), "404", tax_code="INPUT9"),),
    )  # fmt: skip


def _batch_account(desk: Desk) -> Entry:
    lines = desk.pays("inv-2", gbp(500)), desk.pays("inv-8", gbp(500))
    return desk.receipt(gbp(1_000), *lines, account="405")


def _other_contact(desk: Desk) -> Entry:
    return _put(desk, "inv-2", 100)


def _too_much_credit(desk: Desk) -> Entry:
    return _put(desk, "inv-3", 90_000)


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (_locked, "period_locked"),
        (_account_archived, "account_archived"),
        (_not_for_payments, "account_not_for_payments"),
        (_contact_archived, "contact_archived"),
        (_over_applied, "over_applied"),
        (_voided, "document_not_open"),
        (_gone, "document_missing"),
        (_currencies, "currency_unfit"),
        (_tax, "tax_unfit"),
        (_batch_account, "account_unfit"),
        (_other_contact, "contact_unfit"),
        (_too_much_credit, "over_applied"),
    ],
)
def test_each_refusal_has_its_code(desk: Desk, made: Callable[[Desk], Entry], code: str) -> None:
    before = desk.office.stand.counts(desk.office.tenant)
    outcome = desk.refusal(made(desk))
    assert outcome.code == code
    assert outcome.sentence.endswith(")")  # Xero's own words are there
    assert desk.office.stand.counts(desk.office.tenant) == before


def test_an_allocation_of_a_source_that_is_gone(desk: Desk) -> None:
    source = Target(kind="credit_note", external_id=desk.contact("ash"))
    made = replace(_put(desk, "inv-2", 100), source=source)
    assert desk.refusal(made).code == "document_missing"


def test_one_bad_item_fails_alone(desk: Desk) -> None:
    good, bad, other = _receipt(desk), _over_applied(desk), _receipt(desk)
    outcomes = desk.send(good, bad, other)
    assert [one.result for one in outcomes] == [Result.POSTED, Result.REFUSED, Result.POSTED]
    assert [one.write_id for one in outcomes] == [good.write_id, bad.write_id, other.write_id]
    assert desk.invoice("inv-2")["AmountPaid"] == 120


def test_a_bad_transfer_fails_its_call_and_the_others_go_again(desk: Desk) -> None:
    good = replace(_currencies(desk), amount=gbp(100), account=desk.account("091"))
    outcomes = desk.send(good, _currencies(desk))
    assert [(one.result, one.code) for one in outcomes] == [
        (Result.LATER, "call_refused"), (Result.REFUSED, "currency_unfit")
    ]  # fmt: skip
    assert desk.send(good, key="again")[0].result is Result.POSTED


def test_the_words_of_warnings_are_passed_on(desk: Desk) -> None:
    made = desk.receipt(eur(1_000), desk.pays("inv-7", eur(1_000)), account="092", rate=Decimal("0.5"))
    (outcome,) = desk.send(made)
    assert outcome.result is Result.POSTED
    assert "differs from the rate of the day" in outcome.warnings[0]


def test_the_same_bytes_under_the_same_key_stand_once(desk: Desk, clock: SandboxClock) -> None:
    (batch,) = desk.batches(_receipt(desk), _over_applied(desk))
    first = desk.writer.send(batch, "key")
    clock.advance(desk.writer.key_seconds)
    assert desk.writer.send(batch, "key") == first
    assert codes(first) == ["", "over_applied"]
    assert desk.invoice("inv-2")["AmountPaid"] == 110


def test_after_the_key_has_ended_the_same_bytes_would_stand_twice(desk: Desk, clock: SandboxClock) -> None:
    """Which is why the outbox looks first."""
    entry = _receipt(desk)
    (batch,) = desk.batches(entry)
    desk.writer.send(batch, "key")
    clock.advance(361)
    desk.writer.send(batch, "key")
    found = desk.writer.find([entry], since=TODAY)[entry.write_id]
    assert len(found) == 2


def test_other_bytes_under_a_key_are_unknown(desk: Desk) -> None:
    (one,), (other,) = desk.batches(_receipt(desk)), desk.batches(_receipt(desk))
    desk.writer.send(one, "key")
    (outcome,) = desk.writer.send(other, "key")
    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "key_spent")


@pytest.mark.parametrize("kind", ["cut", "malformed", "html", "500"])
def test_a_lost_answer_is_told_and_never_sent_again(desk: Desk, kind: str) -> None:
    entry = _receipt(desk)
    (batch,) = desk.batches(entry)
    desk.office.stand.mishaps.add(kind, "Payments")
    before = len(desk.office.stand.journal.entries())
    with pytest.raises(OutcomeUnknown):
        desk.writer.send(batch, "key")
    assert len(desk.office.stand.journal.entries()) == before + 1
    found = desk.writer.find([entry], since=TODAY)[entry.write_id]
    assert len(found) == (1 if kind in {"cut", "malformed"} else 0)
    again = desk.writer.send(batch, "key")  # the key lives: the first answer, or the first writing
    assert again[0].standing is not None
    assert [one.external_id for one in desk.writer.find([entry], since=TODAY)[entry.write_id]] == [
        again[0].standing.external_id
    ]


def test_a_long_limit_is_told_and_nothing_is_done(desk: Desk) -> None:
    (batch,) = desk.batches(_receipt(desk))
    desk.office.stand.limits.configure({"day": Window(0, 86_400)})
    with pytest.raises(RateLimited):
        desk.writer.send(batch, "key")
    desk.office.stand.limits.configure({})
    assert desk.invoice("inv-2")["AmountPaid"] == 100


def test_a_consent_to_look_does_not_write(desk: Desk) -> None:
    scope = "accounting.payments.read offline_access"
    token = desk.office.stand.tokens(desk.office.tenant, scope).access_token
    (batch,) = desk.batches(_receipt(desk))
    writer = XeroWriter(
        api_base=f"{desk.office.url}/api.xro/2.0", tenant_id=desk.office.tenant, transport=desk.transport,
        tokens=Tokens(token), home_currency="GBP",
    )  # fmt: skip
    with pytest.raises(PermissionMissing, match="posting switched on"):
        writer.send(batch, "key")


def test_a_key_has_its_length(desk: Desk) -> None:
    (batch,) = desk.batches(_receipt(desk))
    with pytest.raises(BadInput, match="129 characters"):
        desk.writer.send(batch, "k" * 129)


def test_200_receipts_take_four_calls_and_are_found_in_one(desk: Desk) -> None:
    entries = [desk.receipt(gbp(10), desk.pays("inv-2", gbp(10))) for _ in range(200)]
    before = desk.writer.calls
    standing = desk.post(*entries)
    assert desk.writer.calls - before == 4
    found = desk.writer.find(entries, since=TODAY)
    assert desk.writer.calls - before == 5
    assert {write_id: held[0].external_id for write_id, held in found.items()} == {
        write_id: held.external_id for write_id, held in standing.items()
    }
    read = list(desk.reader.read("Payments", [one.external_id for one in standing.values()]))
    assert sum(len(page.records) for page in read) == 200
    assert desk.writer.calls - before == 5 + 7  # thirty ids a call


def test_200_receipts_of_several_invoices_take_four_calls(desk: Desk) -> None:
    lines = [(desk.pays("inv-2", gbp(10)), desk.pays("inv-8", gbp(10))) for _ in range(200)]
    before = desk.writer.calls
    standing = desk.post(*(desk.receipt(gbp(20), *pair) for pair in lines))
    assert desk.writer.calls - before == 4
    assert {held.amount for held in standing.values()} == {Money(20, "GBP")}


def test_overpayments_take_one_call_and_one_for_each_list(desk: Desk) -> None:
    entries = [
        desk.receipt(gbp(30), desk.pays("inv-2", gbp(10)), desk.pays("inv-8", gbp(10)), remainder(gbp(10)))
        for _ in range(3)
    ]
    before = desk.writer.calls
    assert len(desk.post(*entries)) == 9
    assert desk.writer.calls - before == 1 + 3
