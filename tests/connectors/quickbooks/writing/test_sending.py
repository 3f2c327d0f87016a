"""One call, one outcome a member: thirty at a time, one bad item alone, never twice, and found again when a reply is lost."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from connectors.message import OutcomeUnknown
from connectors.writing import Result
from ledger.entry import Entry, EntryKind, LineRole
from ledger.faults import RateLimited, Unreachable
from ledger.payment import Payment
from sandbox.quickbooks.kinds import BY_PATH
from tests.connectors.quickbooks.writing.desk import ON, Desk, line, pays, usd


def receipts(desk: Desk, count: int) -> list[Entry]:
    customer = desk.customer()
    return [
        desk.receipt(customer, usd("10.00"), pays(desk.invoice(customer, "10.00"), usd("10.00"))) for _ in range(count)
    ]


def count(desk: Desk, kind: str) -> int:
    return desk.stand.counts(desk.realm).get(kind, 0)


def test_two_hundred_receipts_take_seven_calls_and_are_read_back_in_one(desk: Desk) -> None:
    entries = receipts(desk, 200)
    before = desk.calls()

    outcomes = desk.send(desk.writer.batches(entries, {}))

    assert desk.calls() - before == 7
    assert [one.write_id for one in outcomes] == [one.write_id for one in entries]
    assert {one.result for one in outcomes} == {Result.POSTED}
    before = desk.calls()
    [page] = desk.connector.read("Payment", [one.standing.external_id for one in outcomes if one.standing])
    assert desk.calls() - before == 1
    mapped = [value for record in page.records for value in desk.connector.map(record, desk.context).values]
    assert sum(value.amount.minor for value in mapped if isinstance(value, Payment)) == 200_000


def test_one_bad_item_fails_alone(desk: Desk) -> None:
    entries = receipts(desk, 3)
    desk.change("pay_invoice", invoice=entries[1].lines[0].document.external_id)  # type: ignore[union-attr]

    first, second, third = desk.send(desk.writer.batches(entries, {}))

    assert (first.result, second.result, third.result) == (Result.POSTED, Result.REFUSED, Result.POSTED)
    assert second.code == "over_applied"


def test_the_same_batch_under_one_key_stands_once(desk: Desk) -> None:
    entries = receipts(desk, 2)
    [batch] = desk.writer.batches(entries, {})
    key = str(uuid4())

    first = desk.writer.send(batch, key)
    again = desk.writer.send(batch, key)

    assert first == again
    assert count(desk, "Payment") == 2


def test_other_bytes_under_a_spent_key_are_nobodys_guess(desk: Desk) -> None:
    one, other = receipts(desk, 2)
    key = str(uuid4())
    desk.writer.send(desk.writer.batches([one], {})[0], key)

    [outcome] = desk.writer.send(desk.writer.batches([other], {})[0], key)

    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "key_used")


@pytest.mark.parametrize("kind", ["cut", "malformed"])
def test_a_lost_reply_is_not_repeated_and_what_stands_is_found(desk: Desk, kind: str) -> None:
    entries = receipts(desk, 2)
    [batch] = desk.writer.batches(entries, {})
    desk.stand.mishaps.add(kind, "/batch")
    before = desk.calls()

    with pytest.raises(Unreachable):
        desk.writer.send(batch, str(uuid4()))

    assert desk.calls() - before == 1
    found = desk.writer.find(entries, since=ON)
    assert [len(found[entry.write_id]) for entry in entries] == [1, 1]
    assert found[entries[0].write_id][0].amount == usd("10")
    assert count(desk, "Payment") == 2


def test_a_server_that_fell_over_may_have_written_or_not(desk: Desk) -> None:
    entries = receipts(desk, 1)
    desk.stand.mishaps.add("500", "/batch")

    with pytest.raises(OutcomeUnknown):
        desk.send(desk.writer.batches(entries, {}))

    assert desk.writer.find(entries, since=ON) == {}


@pytest.mark.parametrize("kind", ["429", "xml429"])
def test_a_throttle_says_when_to_come_back_and_nothing_was_done(desk: Desk, kind: str) -> None:
    entries = receipts(desk, 1)
    desk.stand.mishaps.add(kind, "/batch")

    with pytest.raises(RateLimited) as caught:
        desk.send(desk.writer.batches(entries, {}))

    assert caught.value.retry_after_seconds == 60
    assert count(desk, "Payment") == 0


def test_an_expired_token_is_renewed_and_the_write_stands_once(desk: Desk) -> None:
    entries = receipts(desk, 1)
    desk.stand.mishaps.add("expired", "/batch")

    [outcome] = desk.send(desk.writer.batches(entries, {}))

    assert outcome.result is Result.POSTED
    assert count(desk, "Payment") == 1


def test_every_kind_of_record_is_found_by_its_marker(desk: Desk) -> None:
    spent = line(LineRole.ACCOUNT, usd("3.00"), account=desk.role("fees"))
    moves = [
        Entry(kind=EntryKind.SPEND, write_id=desk.own(), on=ON, amount=usd("3.00"), account=desk.role("clearing"), lines=(spent,)),
        Entry(kind=EntryKind.RECEIVE, write_id=desk.own(), on=ON, amount=usd("3.00"), account=desk.role("clearing"), lines=(spent,)),
        Entry(kind=EntryKind.TRANSFER, write_id=desk.own(), on=ON, amount=usd("3.00"), account=desk.role("clearing"), to_account=desk.role("bank")),
        Entry(kind=EntryKind.TRANSFER, write_id=desk.own(), on=ON, amount=usd("3.00"), account=desk.role("clearing"), to_account=desk.role("bank")),
    ]  # fmt: skip
    entries = [*moves, *receipts(desk, 1)]
    posted = desk.post(*entries)
    before = desk.calls()

    found = desk.writer.find(entries, since=ON)

    assert desk.calls() - before == 4  # payments, purchases, deposits, transfers
    assert found == {own: [standing] for own, standing in posted.items()}


def test_numbers_that_cannot_be_asked_for_are_found_by_the_note(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    spent = line(LineRole.ACCOUNT, usd("3.00"), account=desk.role("fees"))
    entry = Entry(
        kind=EntryKind.SPEND,
        write_id=desk.own(),
        on=ON,
        amount=usd("3.00"),
        account=desk.role("clearing"),
        lines=(spent,),
    )
    posted = desk.post(entry)
    monkeypatch.setitem(BY_PATH, "purchase", replace(BY_PATH["purchase"], filters=("TxnDate",)))

    assert desk.writer.find([entry], since=ON) == {entry.write_id: [posted[entry.write_id]]}


def test_many_are_found_in_few_queries(desk: Desk) -> None:
    entries = receipts(desk, 230)
    desk.send(desk.writer.batches(entries, {}))
    before = desk.calls()

    assert len(desk.writer.find(entries, since=ON)) == 230
    assert desk.calls() - before == 2


def test_what_was_never_sent_is_not_found(desk: Desk) -> None:
    desk.post(*receipts(desk, 1))
    assert desk.writer.find(receipts(desk, 2), since=ON) == {}


def test_the_same_money_is_seen_whoever_recorded_it(desk: Desk) -> None:
    customer, bank = desk.customer(), desk.role("bank")
    theirs = desk.change("pay_customer", customer=customer, amount="75.00", on="2026-11-17")
    desk.change("pay_customer", customer=customer, amount="75.00", on="2026-11-02")
    desk.change("pay_customer", customer=customer, amount="75.01", on="2026-11-19")
    desk.change("pay_customer", customer=customer, amount="75.00", on="2026-11-19", account="clearing")
    before = desk.calls()

    found = desk.writer.same_money(bank, usd("75.00"), ON, days=7)

    assert desk.calls() - before == 1
    assert [(one.kind, one.external_id) for one in found] == [("Payment", theirs)]
    assert desk.writer.same_money(bank, usd("-75.00"), ON, days=7) == []


def test_the_same_money_going_out_is_seen_too(desk: Desk) -> None:
    spent = line(LineRole.ACCOUNT, usd("8.00"), account=desk.role("fees"))
    expense = Entry(
        kind=EntryKind.SPEND, write_id=desk.own(), on=ON, amount=usd("8.00"), account=desk.role("bank"), lines=(spent,)
    )
    transfer = Entry(
        kind=EntryKind.TRANSFER, write_id=desk.own(), on=ON, amount=usd("8.00"), account=desk.role("bank"),
        to_account=desk.role("clearing"),
    )  # fmt: skip
    sides = (
        line(LineRole.ACCOUNT, usd("8.00"), account=desk.role("expense")),
        line(LineRole.ACCOUNT, usd("-8.00"), account=desk.role("bank")),
    )
    journal = Entry(kind=EntryKind.JOURNAL, write_id=desk.own(), on=ON, amount=usd("8.00"), lines=sides)
    desk.post(expense, transfer, journal)

    found = desk.writer.same_money(desk.role("bank"), usd("-8.00"), ON, days=7)

    assert sorted(one.kind for one in found) == ["JournalEntry", "Purchase", "Transfer"]
    [into] = desk.writer.same_money(desk.role("clearing"), usd("8.00"), ON, days=7)
    assert into.kind == "Transfer"
