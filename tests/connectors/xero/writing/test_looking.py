"""Looking up: by marker, by amount, as it stands; and taking back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from connectors.writing import Result, Standing
from connectors.xero.writing.records import markers
from ledger.entry import Entry, EntryKind, LineRole, Target
from ledger.faults import RateLimited, Refused
from sandbox.core.limits import Window
from tests.connectors.xero.writing.desk import DAY_BEFORE, Desk, gbp, marker, remainder
from tests.sandbox.xero.office import TODAY


def _everything(desk: Desk) -> list[Entry]:
    """One entry of each kind of record."""
    note = Entry(
        kind=EntryKind.CREDIT_NOTE, write_id=marker(), on=TODAY, amount=gbp(300), lines=(desk.coded(gbp(300), "200"),),
        customer=desk.contact("ash"),
    )  # fmt: skip
    put = Entry(
        kind=EntryKind.ALLOCATION, write_id=marker(), on=TODAY, amount=gbp(300), lines=(desk.pays("inv-2", gbp(300)),),
        source=Target(kind="credit_note", entry=note.write_id), after=(note.write_id,),
    )  # fmt: skip
    source = Target(kind="overpayment", external_id=desk.office.id("pay-5"))
    return [
        desk.receipt(gbp(100), desk.pays("inv-2", gbp(100))),
        desk.receipt(gbp(200), desk.pays("inv-2", gbp(100)), desk.pays("inv-8", gbp(100))),
        desk.receipt(gbp(500), desk.pays("inv-8", gbp(400)), remainder(gbp(100))),
        desk.receipt(gbp(90), desk.pays("inv-8", gbp(100)), desk.kept(LineRole.FEE, gbp(10), "405")),
        note,
        put,
        replace(note, kind=EntryKind.SPEND, write_id=marker(), account=desk.account("091")),
        replace(note, kind=EntryKind.RECEIVE, write_id=marker(), account=desk.account("091")),
        replace(note, kind=EntryKind.INVOICE, write_id=marker()),
        replace(note, kind=EntryKind.REFUND, write_id=marker(), account=desk.account("091"), source=source, lines=()),
        Entry(
            kind=EntryKind.TRANSFER, write_id=marker(), on=TODAY, amount=gbp(950), account=desk.account("091"),
            to_account=desk.account("090"),
        ),
    ]  # fmt: skip


def _shaped(desk: Desk, *entries: Entry) -> list[Entry]:
    return [one for entry in entries for one in desk.writer.shape(entry)]


def test_every_kind_is_found_by_its_marker_and_nothing_else(desk: Desk) -> None:
    entries = _everything(desk)
    standing = desk.post(*entries)
    shaped = _shaped(desk, *entries)
    other = desk.receipt(gbp(100), desk.pays("inv-2", gbp(100)))
    before = desk.writer.calls
    found = desk.writer.find([*shaped, other], since=TODAY)
    assert desk.writer.calls - before <= 6 + 2  # a list a kind, a read a source of allocations
    assert found.pop(other.write_id) == []
    assert {write_id: [one.external_id for one in held] for write_id, held in found.items()} == {
        write_id: [held.external_id] for write_id, held in standing.items()
    }
    assert {write_id: held[0].kind for write_id, held in found.items()} == {
        write_id: held.kind for write_id, held in standing.items()
    }


def test_what_was_made_before_the_day_is_not_looked_through(desk: Desk) -> None:
    entry = desk.receipt(gbp(100), desk.pays("inv-2", gbp(100)))
    desk.post(entry)
    assert desk.writer.find([entry], since=date(2026, 11, 23)) == {entry.write_id: []}


def test_equal_allocations_are_counted(desk: Desk) -> None:
    source = Target(kind="overpayment", external_id=desk.office.id("pay-5"))
    one, two, three = (
        Entry(
            kind=EntryKind.ALLOCATION, write_id=marker(), on=TODAY, amount=gbp(100),
            lines=(desk.pays("inv-3", gbp(100)),), source=source,
        )
        for _ in range(3)
    )  # fmt: skip
    standing = desk.post(one, two)
    found = desk.writer.find([one, two, three], since=TODAY)
    assert [len(found[entry.write_id]) for entry in (one, two, three)] == [1, 1, 0]
    assert {found[entry.write_id][0].external_id for entry in (one, two)} == {
        held.external_id for held in standing.values()
    }
    (rest,) = desk.writer.find([one], since=TODAY).values()
    assert len(rest) == 2


def test_a_page_more_is_read_where_a_day_has_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.xero.writing.looking.PAGE_SIZE", 2)
    entries = [desk.receipt(gbp(10), desk.pays("inv-2", gbp(10))) for _ in range(5)]
    desk.post(*entries)
    assert all(len(held) == 1 for held in desk.writer.find(entries, since=TODAY).values())


def test_the_same_money_in_an_account_whoever_made_it(desk: Desk) -> None:
    bank, clearing = desk.account("090"), desk.account("091")
    on = date(2026, 11, 5)
    batch = desk.office.id("pay-3")
    found = desk.writer.same_money(bank, gbp(17_345), on, days=7)
    assert [(one.kind, one.external_id) for one in found] == [("BatchPayments", batch)]
    assert len(found[0].parts) == 2
    assert desk.writer.same_money(bank, gbp(12_345), on, days=7) == []  # a part of it is no line of its own
    assert [one.kind for one in desk.writer.same_money(bank, gbp(9_000), on, days=7)] == ["Overpayments"]
    assert [one.kind for one in desk.writer.same_money(bank, gbp(-450), on, days=7)] == ["BankTransactions"]
    assert desk.writer.same_money(bank, gbp(450), on, days=7) == []
    assert [one.kind for one in desk.writer.same_money(bank, gbp(950), on, days=7)] == [
        "BankTransactions"
    ]  # a transfer
    assert [one.amount for one in desk.writer.same_money(clearing, gbp(-950), on, days=7)] == [gbp(-950)]
    assert desk.writer.same_money(clearing, gbp(1_000), on, days=7)[0].on == date(2026, 10, 30)
    assert desk.writer.same_money(clearing, gbp(1_000), on, days=3) == []
    desk.office.change("delete_payment", payment="pay-3")
    assert desk.writer.same_money(bank, gbp(17_345), on, days=7) == []


def test_everything_is_taken_back_in_its_order(desk: Desk) -> None:
    before = desk.office.stand.truth(desk.office.tenant, TODAY)
    entries = _everything(desk)
    standing = desk.post(*entries)
    assert desk.office.stand.truth(desk.office.tenant, TODAY) != before
    outcomes = desk.undo(standing, *entries)
    assert {one.write_id for one in outcomes} == set(standing)
    assert [
        one for one in outcomes if one.result is not Result.POSTED or not (one.standing and one.standing.ended)
    ] == []
    assert desk.office.stand.truth(desk.office.tenant, TODAY) == before
    for held in standing.values():
        assert desk.writer.standing(held.kind, [held.external_id])[held.external_id].ended
    found = desk.writer.find(_shaped(desk, *entries), since=TODAY)
    assert all(one.ended for held in found.values() for one in held)
    gone = {write_id: held[0] for write_id, held in found.items() if held}
    assert desk.writer.endings(_shaped(desk, *entries), gone) == []


def test_what_is_gone_already_says_so(desk: Desk) -> None:
    entry = desk.receipt(gbp(100), desk.pays("inv-2", gbp(100)))
    standing = desk.post(entry)
    calls = desk.writer.endings([entry], standing)
    desk.undo(standing, entry)
    (outcome,) = desk.writer.send(calls[0], "other key")
    assert (outcome.result, outcome.code) == (Result.REFUSED, "already_ended")


def test_an_allocation_that_is_gone_is_taken_back(desk: Desk) -> None:
    source = Target(kind="overpayment", external_id=desk.office.id("pay-5"))
    entry = Entry(
        kind=EntryKind.ALLOCATION, write_id=marker(), on=TODAY, amount=gbp(1), lines=(desk.pays("inv-3", gbp(1)),),
        source=source,
    )  # fmt: skip
    standing = desk.post(entry)
    (call,) = desk.writer.endings([entry], standing)
    first, second = desk.writer.send(call, "one"), desk.writer.send(call, "two")
    assert first == second
    assert first[0].result is Result.POSTED


@pytest.mark.parametrize("several", [False, True])
def test_what_is_reconciled_is_not_taken_back(desk: Desk, *, several: bool) -> None:
    lines = [desk.pays("inv-2", gbp(100)), desk.pays("inv-8", gbp(100))]
    entry = desk.receipt(gbp(200), *lines) if several else desk.receipt(gbp(100), lines[0])
    standing = desk.post(entry)
    desk.office.change("reconcile", payment=standing[entry.write_id].external_id)
    with pytest.raises(Refused, match="is reconciled with a bank line"):
        desk.undo(standing, entry)


def test_an_overpayment_is_reconciled_by_its_bank_transaction(desk: Desk) -> None:
    entry = desk.receipt(gbp(500), remainder(gbp(500)))
    standing = desk.post(entry)
    ((_, moved),) = standing[entry.write_id].parts
    desk.office.change("reconcile", payment=moved)
    held = desk.writer.standing("Overpayments", [standing[entry.write_id].external_id])
    assert held[standing[entry.write_id].external_id].reconciled is True


def test_an_overpayment_that_somebody_used_stays(desk: Desk) -> None:
    entry = desk.receipt(gbp(500), remainder(gbp(500)))
    standing = desk.post(entry)
    desk.office.change("allocate", source=standing[entry.write_id].external_id, invoice="inv-2", amount="1.00")
    (outcome,) = desk.undo(standing, entry)
    assert (outcome.result, outcome.code) == (Result.REFUSED, "in_use")


def test_a_locked_period_keeps_what_stands_in_it(desk: Desk) -> None:
    entry = desk.receipt(gbp(100), desk.pays("inv-2", gbp(100)), on=DAY_BEFORE)
    standing = desk.post(entry)
    desk.office.change("set_lock_date", on=DAY_BEFORE.isoformat())
    (outcome,) = desk.undo(standing, entry)
    assert (outcome.result, outcome.code) == (Result.REFUSED, "period_locked")


def test_a_payment_that_got_into_a_batch_goes_only_with_it(desk: Desk) -> None:
    part = desk.office.id("pay-3/1")
    held = desk.writer.standing("Payments", [part])[part]
    assert held.in_deposit
    entry = desk.receipt(gbp(5_000), desk.pays("inv-8", gbp(5_000)))
    with pytest.raises(Refused, match="part of a batch"):
        desk.writer.endings([entry], {entry.write_id: held})


def test_what_is_not_there_is_ended(desk: Desk) -> None:
    nowhere = "11111111-1111-4111-8111-111111111111"
    ids = [nowhere, desk.office.id("pay-2"), "not an id"]
    found = desk.writer.standing("Payments", ids)
    assert [found[one].ended for one in ids] == [True, False, True]
    assert desk.writer.standing("Payments", []) == {}
    gone = f"{desk.office.id('pay-5')}/{nowhere}"
    assert desk.writer.standing("Overpayments", [gone]) == {
        gone: Standing(kind="Overpayments", external_id=gone, ended=True)
    }


def test_a_filter_that_is_refused_leads_to_single_reads(desk: Desk) -> None:
    keys = [desk.office.id(key) for key in ("pay-1", "pay-2", "pay-8")]
    before = desk.writer.calls
    assert sorted(desk.writer.standing("Payments", keys)) == sorted(keys)
    assert desk.writer.calls - before == 1
    desk.office.change("grow")
    assert sorted(desk.writer.standing("Payments", keys)) == sorted(keys)
    assert desk.writer.calls - before == 1 + 1 + 3
    entry = desk.receipt(gbp(100), desk.pays("inv-2", gbp(100)))
    held = desk.post(entry)[entry.write_id]
    assert desk.writer.find([entry], since=TODAY)[entry.write_id][0].external_id == held.external_id


def test_a_search_that_the_server_falls_over_goes_without_it(desk: Desk) -> None:
    entries = [desk.receipt(gbp(10), desk.pays("inv-2", gbp(10))) for _ in range(3)]
    desk.post(*entries)
    desk.office.stand.mishaps.add("500", "where=", times=4)
    found = desk.writer.find(entries, since=TODAY)
    assert all(len(held) == 1 for held in found.values())
    desk.office.stand.mishaps.add("500", "where=", times=4)
    ids = [held[0].external_id for held in found.values()]
    assert sorted(desk.writer.standing("Payments", ids)) == sorted(ids)


def test_a_limit_on_the_way_is_no_reason_to_search_otherwise(desk: Desk) -> None:
    entry = desk.receipt(gbp(10), desk.pays("inv-2", gbp(10)))
    desk.office.stand.limits.configure({"day": Window(0, 86_400)})
    with pytest.raises(RateLimited):
        desk.writer.find([entry], since=TODAY)
    with pytest.raises(RateLimited):
        desk.writer.standing("Payments", [desk.office.id("pay-1"), desk.office.id("pay-2")])


def test_what_was_dated_otherwise_is_not_read_through(desk: Desk) -> None:
    made = [desk.receipt(gbp(10), desk.pays("inv-2", gbp(10)), on=on) for on in (DAY_BEFORE, TODAY)]
    desk.post(*made)
    before = desk.office.stand.journal.entries()
    found = desk.writer.find(made[:1], since=TODAY)
    last = desk.office.stand.journal.entries()[len(before) :]
    assert [len(held) for held in found.values()] == [1]
    assert len(last) == 1
    assert last[0].bytes < 5_000


def test_markers_are_read_out_of_any_text() -> None:
    one, other = marker(), marker()
    record = {"Reference": None, "Details": one, "LineItems": [{"Description": f"{other} ASH"}, {}]}
    assert list(markers(record)) == [one, other]
    assert list(markers({"Reference": f"X{one}"})) == []
