"""All that stands behind one application of cash is in its pack; what is done to it at the ledger is named as ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from bench.posting.desk import PERSON, Desk
from ledger.faults import NotFound
from proving.evidence.gather import canonical, evidence
from proving.evidence.printed import printed
from proving.verify.differences import Cause, Check
from proving.verify.run import Verified
from runtime.proving import verify_connection
from store.dictionary import SAMPLES, packer_with, trained
from store.tables.intake import records
from store.tables.matching import receipts
from store.tables.posting import entries
from store.tables.pulled import NOUN_NAMED
from tests.store.payloads import objects


def pack_of(desk: Desk, wanted: str) -> dict[str, Any]:
    with desk.database.read() as connection:
        return evidence(connection, desk.organisation_id, wanted, now=desk.app.clock.now())


def one_receipt(desk: Desk) -> Any:
    with desk.database.read() as connection:
        return connection.execute(select(receipts).order_by(receipts.c.id).limit(1)).one()


def test_the_pack_holds_line_document_decision_policy_call_answer_and_read_back(posted: Desk) -> None:
    receipt = one_receipt(posted)
    pack = pack_of(posted, str(receipt.id))
    assert pack == pack_of(posted, receipt.external_id) | {"made_at": pack["made_at"]}
    assert json.loads(canonical(pack)) == pack
    kinds = {one["kind"]: one for one in pack["seen_as"]}
    assert set(kinds) == {"bank_line", "ledger"}
    assert kinds["bank_line"]["record"]["content"]
    (decision,) = (one for one in pack["decisions"] if one["state"] == "posted")
    assert decision["decided_by"] == PERSON
    assert decision["policy_version"]
    assert decision["reason"]
    assert next(state["state"] for state in decision["states"]) == "proposed"
    (line,) = decision["lines"]
    assert (
        line["document"]["as_issued"]["values"]["open_amount_minor"]
        == line["document"]["as_issued"]["values"]["total_minor"]
    )
    assert line["document"]["stands"]["open_amount_minor"] == 0
    assert line["document"]["record"]["content"]
    (posting,) = pack["postings"]
    assert (posting["state"], posting["approved_by"]) == ("posted", PERSON)
    assert posting["rules"]["rules"]
    (entry,) = posting["entries"]
    (call,) = entry["calls"]
    assert entry["write_id"] in call["sent"]
    assert (call["result"], call["key"] != "") == ("posted", True)
    assert entry["read_back"]["external_id"] == entry["external_id"]
    verbs = {act["verb"] for act in pack["audit"]["entries"]}
    assert verbs
    assert pack["audit"]["first_broken"] is None


def test_on_paper_it_names_the_entry_and_who_decided(posted: Desk) -> None:
    made = printed(pack_of(posted, str(one_receipt(posted).id)))
    assert made.startswith(b"%PDF-")
    assert len(made) > 3_000


def test_a_record_that_cannot_be_read_any_more_is_said_and_the_pack_holds_the_rest(
    posted: Desk,
) -> None:
    known = trained("Thing", objects(SAMPLES))
    assert known is not None
    with posted.database.write() as connection:
        connection.execute(update(records).values(body=packer_with(known)(b"{}")))
    pack = pack_of(posted, str(one_receipt(posted).id))
    seen = [one["record"] for one in pack["seen_as"]]
    paid = [line["document"]["record"] for one in pack["decisions"] for line in one["lines"]]
    assert seen
    assert paid
    for record in (*seen, *paid):
        assert record["content"] is None
        assert f"{record['external_id']} cannot be read: dictionary {known.number} of" in record["unreadable"]
    assert pack["postings"][0]["entries"]
    whole = len(printed(pack))
    for record in (*seen, *paid):
        del record["unreadable"]
    assert len(printed(pack)) < whole, "it is on paper too"


def test_what_is_no_receipt_is_said(posted: Desk) -> None:
    with pytest.raises(NotFound, match="ch_none"):
        pack_of(posted, "ch_none")


def verified(desk: Desk) -> Verified:
    return verify_connection(desk.app, desk.organisation_id, desk.connection_id, by=PERSON)


def test_what_was_posted_ties_out_until_somebody_deletes_it_there(posted: Desk) -> None:
    posted.sync()
    found = verified(posted)
    assert (found.state, found.rows) == ("tied", ())
    assert found.totals["posted"]["compared"] >= 3
    with posted.database.read() as connection:
        entry = connection.execute(select(entries).order_by(entries.c.id).limit(1)).one()
    posted.stand.change(posted.tenant, "delete_payment", {"payment": entry.external_id})
    found = verified(posted)
    (row,) = (one for one in found.rows if one.check is Check.POSTED)
    assert (row.subject, row.cause) == (entry.external_id, Cause.DELETED_THERE)
    assert entry.write_id in row.words
    posted.sync()  # from now on it counts as undone here, and its receipt waits again
    assert verified(posted).state == "tied"
    assert posted.states() == {"posted": 2, "undone": 1}


def test_a_payment_of_ours_that_is_not_read_back_yet_is_no_other_poster(posted: Desk) -> None:
    """What Tieout wrote carries its marker: it is never taken for somebody else's."""
    found = verified(posted)
    assert [row.cause for row in found.rows if row.cause is Cause.OTHER_POSTER] == []


def test_a_record_of_ours_whose_answer_was_lost_is_known_by_its_marker(posted: Desk) -> None:
    """The store has lost what it knew of it; the marker that it carries there is enough."""
    found = verified(posted)
    assert found.totals["document"]["compared"] == 0
    with posted.database.write() as connection:
        entry = connection.execute(select(entries).order_by(entries.c.id).limit(1)).one()
        table = NOUN_NAMED["payments"].table
        own = posted.exported("payments")
        row = next(one for one in own if entry.write_id in (one["reference"] or ""))
        connection.execute(update(entries).where(entries.c.id == entry.id).values(state="unknown", external_id=None))
        key = (table.c.external_id == row["external_id"], table.c.organisation_id == posted.organisation_id)
        record = connection.execute(select(table.c.record_kind, table.c.record_id).where(*key)).one()
        for noun in ("payments", "allocations"):
            values = NOUN_NAMED[noun].table
            connection.execute(values.delete().where(values.c.record_id == record.record_id))
        connection.execute(records.delete().where(records.c.external_id == record.record_id))
    rows = [one for one in verified(posted).rows if one.subject == row["external_id"]]
    assert [(one.check, one.cause) for one in rows] == [(Check.POSTED, Cause.NOT_SYNCED)]
    assert entry.write_id in rows[0].words
