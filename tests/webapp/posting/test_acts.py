"""Acting on postings: each once, on what was seen, with the right to do it, and said in words."""

from __future__ import annotations

import re

import pytest

from ledger.match import MatchState
from ledger.posting import PostingState, Stop
from posting import stops
from posting.rules import Mode
from store.outbox_matches import free_receipts, move_matches
from tests.webapp.posting.outbox import become, posting, switch_on, write
from tests.webapp.queue.test_acts import plain
from tests.webapp.site import Site, Visitor

READY = "/posting/?tab=ready"


def press(person: Visitor, path: str, *, page: str = READY, **data: object) -> str:
    """Sends a form of the page and gives what is shown then, as words."""
    content = {"csrf_token": person.token(page), **data}
    return plain(person.session.post(person.base + path, data=content, timeout=180).text)


def seen(site: Site, name: str) -> str:
    row = posting(site, name)
    return f"{row.id}:{row.revision}"


def test_post_now_asks_for_the_one_that_was_seen(waiting: Site) -> None:
    ann = waiting.signed_in()
    old = seen(waiting, "ch_1")
    shown = press(ann, "/posting/several", act="send", pick=old, tab="ready")
    assert "1 posting on the way to the books." in shown
    assert posting(waiting, "ch_1").batch_id is not None
    assert posting(waiting, "ch_2").batch_id is None
    again = press(ann, "/posting/several", act="send", pick=old, tab="ready")
    assert "was changed meanwhile" in again


def test_ticked_rows_are_posted_together_and_those_that_changed_are_left(waiting: Site) -> None:
    ann = waiting.signed_in()
    picks = [seen(waiting, "ch_1"), seen(waiting, "ch_2"), seen(waiting, "ch_3")]
    become(waiting, posting(waiting, "ch_3").id, PostingState.POSTING)
    shown = press(ann, "/posting/several", act="send", pick=picks, tab="ready")
    assert "2 postings on the way to the books." in shown
    assert "1 had changed meanwhile and were left." in shown
    assert posting(waiting, "ch_1").batch_id == posting(waiting, "ch_2").batch_id
    assert "No row is ticked" in press(ann, "/posting/several", act="send", tab="ready")


def test_all_takes_one_confirmation_that_names_count_and_sum(waiting: Site) -> None:
    ann = waiting.signed_in()
    page = ann.get(f"{READY}&confirm=1").text
    assert "Post 3 postings, GBP 303.33" in plain(page)
    found = re.search(r'name="fingerprint" value="(\w+)"', page)
    assert found
    become(waiting, posting(waiting, "ch_3").id, PostingState.POSTING)
    assert "has changed since you looked" in press(ann, "/posting/all", tab="ready", fingerprint=found.group(1))
    fresh = re.search(r'name="fingerprint" value="(\w+)"', ann.get(f"{READY}&confirm=1").text)
    assert fresh
    assert "2 postings on the way" in press(ann, "/posting/all", tab="ready", fingerprint=fresh.group(1))


def test_money_of_a_paused_source_stays_and_says_so(waiting: Site) -> None:
    ann, own = waiting.signed_in(), waiting.books.place
    at = {"organisation_id": own.organisation_id, "connection_id": waiting.books.stripe.connection_id}
    row = posting(waiting, "ch_1")
    picks = [seen(waiting, name) for name in ("ch_1", "ch_2")]
    stops.stop(
        waiting.app.database, **at, reason="Zapier books it.", by="ann", now=waiting.books.now(), kind=Stop.POSTER
    )
    shown = press(ann, "/posting/several", act="send", pick=picks, tab="ready")
    assert "another app books the same. Say under Settings, Posting who books this" in shown
    assert posting(waiting, "ch_1").batch_id is None
    assert "Nothing listed here can be sent now" in ann.shown(f"{READY}&confirm=1")
    assert "another app books the same" in plain(ann.get(f"{READY}&at={row.id}").text).partition("Why it waits")[2]
    resumed = press(ann, f"/settings/posting/resume/{at['connection_id']}", page="/settings/posting")
    assert "goes on." in resumed
    assert "2 postings on the way" in press(ann, "/posting/several", act="send", pick=picks, tab="ready")


def test_nothing_is_sent_while_posting_is_off_or_stopped(waiting: Site) -> None:
    ann = waiting.signed_in()
    switch_on(waiting, Mode.OFF)
    assert "Post now" not in ann.shown(READY)
    assert "Posting to Acme Ltd is off" in press(
        ann, "/posting/several", act="send", pick=seen(waiting, "ch_1"), tab="ready"
    )
    switch_on(waiting, Mode.BY_HAND)
    own = waiting.books.place
    stops.stop(
        waiting.app.database, own.organisation_id, waiting.books.xero.connection_id, reason="Looks odd.", by="ann",
        now=waiting.books.now(),
    )  # fmt: skip
    shown = press(ann, "/posting/several", act="send", pick=seen(waiting, "ch_1"), tab="ready")
    assert "Posting was stopped by a person." in shown
    assert "Looks odd." in ann.shown(READY)
    assert posting(waiting, "ch_1").batch_id is None


def test_a_failed_one_is_tried_again_with_another_date(waiting: Site) -> None:
    ann = waiting.signed_in()
    own = posting(waiting, "ch_1").id
    offers = {"offered": {"date": "2026-04-01"}}
    become(waiting, own, PostingState.FAILED, "The period is locked.", code="period_locked", choices=offers)
    assert "Date it 1 Apr 2026" in ann.shown(f"/posting/?tab=failed&at={own}")
    page = f"/posting/?tab=failed&at={own}"
    row = posting(waiting, "ch_1")
    edit = {"seen": str(row.revision), "tab": "failed", "page": page}
    assert "must be a date" in press(ann, f"/posting/{own}/edit", **{**edit, "date": "soon"})
    shown = press(ann, f"/posting/{own}/edit", **{**edit, "date": "2026-04-01"})
    assert "Tried again with another date." in shown
    after = posting(waiting, "ch_1")
    assert (after.state, after.choices["date"]) == ("ready", "2026-04-01")
    assert "Date in the books 1 Apr 2026" in ann.shown(f"/posting/?tab=ready&at={own}")


def test_what_a_refusal_offers_is_one_press(waiting: Site) -> None:
    ann = waiting.signed_in()
    own = posting(waiting, "ch_1").id
    offers = {"offered": {"same_money": "post", "customer": ["bob"]}}
    become(waiting, own, PostingState.FAILED, "It may stand there already.", code="same_money", choices=offers)
    page = "/posting/?tab=failed"
    shown = ann.shown(page)
    assert "It is other money: post it anyway" in shown
    assert "The rest is the credit of Bob Ltd" in shown
    assert "leave the difference open" not in shown
    edit = {"seen": str(posting(waiting, "ch_1").revision), "tab": "failed", "page": page}
    press(ann, f"/posting/{own}/edit", **edit, same_money="post", remainder="leave")
    after = posting(waiting, "ch_1")
    assert (after.state, after.choices) == ("ready", {"same_money": "post"})


def test_given_up_with_a_reason_its_receipt_waits_again(waiting: Site) -> None:
    ann = waiting.signed_in()
    become(waiting, posting(waiting, "ch_1").id, PostingState.FAILED, "The customer was merged.", code="customer_gone")
    page = "/posting/?tab=failed"
    pick = seen(waiting, "ch_1")
    assert "Say why" in press(ann, "/posting/give-up", page=page, pick=pick, reason=" ", tab="failed")
    shown = press(ann, "/posting/give-up", page=page, pick=pick, reason="Booked by hand.", tab="failed")
    assert "The match is undone: nothing is written for it, and its receipt waits in the queue again" in shown
    assert posting(waiting, "ch_1").state == "given_up"
    listed = ann.shown("/posting/?tab=given_up")
    assert "Booked by hand." in listed
    assert "accept an answer there" in listed
    assert waiting.books.receipt("ch_1").post_status == "none"


def test_an_undo_is_shown_line_by_line_and_then_asked_for(waiting: Site) -> None:
    ann = waiting.signed_in()
    for name, invoice, minor in (("ch_1", "INV-1001", 10_000), ("ch_2", "INV-1002", 10_111)):
        become(waiting, write(waiting, name, invoice, minor), PostingState.POSTED, posted_at=waiting.books.now())
    page = "/posting/undo?tab=posted"
    text = ann.get(page).text
    shown = plain(text)
    assert "The payment of GBP 100.00, dated 2 March 2026 in Stripe clearing, record pay-ch_1." in shown
    assert "INV-1001 is open again by GBP 100.00." in shown
    assert "Undo 2 postings, GBP 201.11" in shown
    found = re.search(r'name="fingerprint" value="(\w+)"', text)
    assert found
    wrong = press(ann, "/posting/undo", page=page, tab="posted", fingerprint="0" * 64)
    assert "has changed since you looked" in wrong
    assert "2 postings being taken back" in press(
        ann, "/posting/undo", page=page, tab="posted", fingerprint=found.group(1)
    )
    assert {posting(waiting, name).state for name in ("ch_1", "ch_2")} == {"undoing"}
    verb = ann.shown("/history")
    assert "Undo of 2 postings was asked for." in verb


def test_what_was_undone_is_done_again(waiting: Site) -> None:
    ann = waiting.signed_in()
    own = posting(waiting, "ch_1")
    become(waiting, own.id, PostingState.UNDONE)
    with waiting.app.database.write() as connection:  # as the worker does when the last record has gone
        move_matches(
            connection, own.organisation_id, [own.match_id], MatchState.UNDONE, expected=(MatchState.APPROVED,),
            by="posting", reason="Taken back.", now=waiting.books.now(),
        )  # fmt: skip
        free_receipts(connection, own.organisation_id, [own.receipt_id], "Taken back.")
    shown = press(ann, "/posting/redo", page="/posting/?tab=undone", pick=seen(waiting, "ch_1"), tab="undone")
    assert "1 posting under Ready again." in shown
    assert (posting(waiting, "ch_1").state, posting(waiting, "ch_1").id == own.id) == ("ready", False)
    followed = ann.shown(f"/posting/?tab=sending&at={own.id}")
    assert "It was put under Ready again since" in followed
    assert "Put it under Ready again" not in followed
    assert "Undone 1 100.00" in followed


@pytest.mark.parametrize("role", ["approver", "auditor", "collector"])
def test_who_may_not_post_sees_and_changes_nothing(waiting: Site, role: str) -> None:
    person = waiting.signed_in(role)
    assert "Post now" not in person.shown(READY)
    token = person.token("/")
    pick = seen(waiting, "ch_1")
    for path in ("several", "all", "give-up", "undo", "redo", f"{pick.partition(':')[0]}/edit"):
        answer = person.session.post(
            f"{person.base}/posting/{path}", data={"csrf_token": token, "pick": pick, "act": "send"}, timeout=180
        )
        assert answer.status_code == 403, path


def test_forms_are_whole_and_carry_the_pages_token(waiting: Site) -> None:
    ann = waiting.signed_in()
    bare = ann.session.post(
        f"{ann.base}/posting/several", data={"act": "send", "pick": seen(waiting, "ch_1")}, timeout=180
    )
    assert bare.status_code == 400
    answer = ann.post("/posting/several", {"act": "send", "pick": "x:1"}, page=READY)
    assert answer.status_code == 404
    own = posting(waiting, "ch_1").id
    answer = ann.post("/posting/several", {"act": "send", "pick": f"{own}:many"}, page=READY)
    assert answer.status_code == 400
