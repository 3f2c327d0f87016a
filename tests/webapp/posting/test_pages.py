"""The posting page: its tabs, what each row says, and what will be written before it is."""

from __future__ import annotations

from dataclasses import fields

from ledger.posting import PostingState
from store.tables.posting import postings
from tests.webapp.posting.outbox import become, posting, switch_on, with_balance, write
from tests.webapp.site import Site
from webapp.posting.preview import Draft


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def test_ready_counts_sums_and_says_what_will_be_written(waiting: Site) -> None:
    shown = plain(waiting.signed_in().shown("/posting/"))
    assert "Ready 3 303.33 GBP" in shown
    assert "What will be written Customer payment 100.00 GBP into 610 Stripe clearing, 2 Mar 2026, Bob Ltd" in shown
    assert "INV-1001" in shown
    assert "Posting is by hand: it goes out when somebody posts it." in shown
    assert "Post now" in shown


def test_failed_says_the_cause_and_the_remedy_in_a_sentence(waiting: Site) -> None:
    own = posting(waiting, "ch_1").id
    become(
        waiting, own, PostingState.FAILED, "The period is locked through 31 March 2026.", code="period_locked",
        remedy="Post it on 1 April 2026.",
    )  # fmt: skip
    shown = plain(waiting.signed_in().shown("/posting/?tab=failed"))
    assert "Failed 1 100.00 GBP" in shown
    assert "Period locked" in shown
    assert "The period is locked through 31 March 2026. Post it on 1 April 2026." in shown
    assert "610 Stripe clearing" in shown
    narrowed = waiting.signed_in("bookkeeper").shown("/posting/?tab=failed&code=account_archived")
    assert "Nothing here fits" in narrowed


def test_posted_shows_the_record_and_what_was_read_back(waiting: Site) -> None:
    own = write(waiting, "ch_1", "INV-1001", 10_000)
    become(waiting, own, PostingState.POSTED, posted_at=waiting.books.now())
    shown = plain(waiting.signed_in().shown("/posting/?tab=posted"))
    assert "In the books Customer payment 100.00 GBP" in shown
    assert "Payments pay-ch_1" in shown
    assert "reads 100.00 GBP" in shown
    assert "asked for" not in shown
    other = write(waiting, "ch_2", "INV-1002", 10_111, read_minor=10_000)
    become(waiting, other, PostingState.POSTED, posted_at=waiting.books.now())
    differs = plain(waiting.signed_in("auditor").shown(f"/posting/?tab=posted&at={other}"))
    assert "reads 100.00 GBP, asked for 101.11 GBP" in differs


def test_found_already_names_the_record_that_stands_there(waiting: Site) -> None:
    own = posting(waiting, "ch_1").id
    become(
        waiting, own, PostingState.FOUND, "A deposit of 100.00 GBP stands in Checking.", code="found", remedy="Look."
    )
    shown = waiting.signed_in().shown("/posting/?tab=posted")
    assert "Stands in the books already A deposit of 100.00 GBP stands in Checking. Look." in shown
    assert "post it anyway" in shown


def test_it_is_found_by_payer_document_amount_and_id(waiting: Site) -> None:
    ann = waiting.signed_in()
    own = write(waiting, "ch_3", "INV-1003", 10_222)
    for text, number in (("bob", 3), ("INV-1002", 1), ("101.11", 1), ("pay-ch_3", 1), ("nobody", 0)):
        shown = ann.shown(f"/posting/?tab=ready&q={text}")
        assert (f"of {number}" in shown) if number else ("Nothing here fits" in shown), text
    answer = ann.get(f"/posting/{own}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/posting/?tab=ready&at={own}")


def test_another_organisations_postings_are_not_there(waiting: Site) -> None:
    stranger = waiting.visitor()
    link = waiting.link(waiting.add_person("eve@rival.example", "owner", waiting.others))
    stranger.post(link, page=link)
    own = posting(waiting, "ch_1").id
    assert "Nothing waits to be posted" in stranger.shown("/posting/")
    assert "303.33" not in stranger.shown(f"/posting/?tab=ready&at={own}")
    assert stranger.get(f"/posting/{own}").status_code == 404


def test_the_day_is_told_by_kind_count_and_sum(waiting: Site) -> None:
    own = write(waiting, "ch_1", "INV-1001", 10_000)
    become(waiting, own, PostingState.POSTED, posted_at=waiting.books.now())
    become(
        waiting, posting(waiting, "ch_2").id, PostingState.FAILED, "The account is archived.", code="account_archived"
    )
    ann = waiting.signed_in()
    day = waiting.clock.now().date()
    shown = plain(ann.shown(f"/posting/digest?day={day}"))
    assert "Posted 1 100.00 GBP" in shown
    assert "Failed 1" in shown
    assert "The account is archived." in shown
    told = ann.get(f"/posting/digest?day={day}&format=json").json()
    assert [(one["state"], one["count"], one["sum"]) for one in told["told"]] == [
        ("failed", 1, "101.11"),
        ("posted", 1, "100.00"),
    ]
    assert "Nothing was posted that day" in ann.shown("/posting/digest?day=2020-01-01")
    assert ann.get("/posting/digest?day=yesterday").status_code == 400


def test_a_proposal_is_planned_as_a_posting_would_be(busy: Site) -> None:
    """What planning may look at in a posting has to stand in a draft of one, too."""
    assert {field.name for field in fields(Draft)} == {column.name for column in postings.columns}
    switch_on(busy)
    with_balance(busy)
    busy.books.reconcile()
    ann = busy.signed_in()
    shown = plain(ann.shown("/?section=ready"))
    assert "What posting it would write Customer payment" in shown
    receipt = plain(ann.shown(f"/receipts/{busy.books.receipt('ch_1').id}"))
    assert "What posting it would write Customer payment 100.00 GBP into 610 Stripe clearing" in receipt
    nobody = busy.books.receipt("ch_twice").id
    assert "The processor has not said yet" in ann.shown(f"/receipts/{nobody}")
