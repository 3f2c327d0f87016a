"""Deciding from the queue: each act once, on what was seen, and back again."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from tests.webapp.site import Site, Visitor


def address_of(page: str, action: str) -> str:
    """Where the page's button for an act leads; `/accept` and the like are those of a match or receipt."""
    place = action if action.startswith("/queue") else rf"/(?:matches|receipts)/[0-9a-f-]+{action}"
    found = re.search(rf'action="({place})"', page)
    assert found, f"no form for {action}"
    return found.group(1)


def fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of that form."""
    form = page.partition(f'action="{address_of(page, action)}"')[2].partition("</form>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def post(person: Visitor, page: str, action: str, **more: Any) -> str:
    """Presses a button of the page, and gives what is shown then."""
    text = person.session.get(person.base + page, timeout=180).text
    content = {**fields(text, action), **more}
    answer = person.session.post(person.base + address_of(text, action), data=content, timeout=180)
    assert answer.status_code == 200
    return answer.text


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", page.replace("<wbr>", ""))))


def test_the_sections_count_and_sum_what_waits(busy: Site) -> None:
    shown = busy.signed_in().shown("/")
    assert "Ready 3 303.33 GBP" in shown
    assert "Choose 1 77.00 GBP" in shown
    assert "Explain 1 31.31 GBP" in shown


def test_accepted_the_next_row_is_shown_and_undo_brings_it_back(busy: Site) -> None:
    ann = busy.signed_in()
    after = post(ann, "/?section=ready", "/accept")
    assert "Match accepted." in after
    assert busy.books.receipt("ch_3").post_status == "approved"
    assert re.search(r'aria-current="true">\s*<span class="who">Bob Ltd', after)
    undo = fields(after, "/undo")
    back = ann.session.post(busy.base + address_of(after, "/undo"), data=undo, timeout=180)
    assert "stands as before" in back.text
    assert "Ready <b>3</b>" in back.text
    assert busy.books.receipt("ch_3").post_status == "none"


def test_who_comes_second_is_told_and_nothing_happens_twice(busy: Site) -> None:
    ann, bert = busy.signed_in("owner"), busy.signed_in("bookkeeper")
    page = bert.session.get(busy.base + "/?section=ready", timeout=180).text
    stale = fields(page, "/accept")
    post(ann, "/?section=ready", "/accept")
    receipt = busy.books.receipt("ch_3")
    answer = bert.session.post(busy.base + address_of(page, "/accept"), data=stale, timeout=180)
    assert "meanwhile" in answer.text
    assert busy.books.receipt("ch_3") == receipt


def test_declined_it_is_not_proposed_again(busy: Site) -> None:
    ann = busy.signed_in()
    post(ann, "/?section=ready", "/decline")
    busy.books.reconcile()
    assert busy.books.receipt("ch_3").status == "unmatched"
    assert "INV-1003" not in ann.shown("/?section=ready")


def test_parked_with_a_note_and_taken_back(busy: Site) -> None:
    ann = busy.signed_in()
    assert "Say why" in post(ann, "/?section=explain", "/park", note=" ")
    post(ann, "/?section=explain", "/park", note="asked the bank")
    assert "asked the bank" in ann.shown("/?section=parked")
    assert busy.books.receipt("ch_alone").status == "parked"
    post(ann, "/?section=parked", "/unpark")
    assert busy.books.receipt("ch_alone").status == "unmatched"


def test_all_ready_is_accepted_after_its_count_and_sum_are_named(busy: Site) -> None:
    ann = busy.signed_in()
    assert "Accept 3 matches, GBP 303.33" in ann.shown("/?section=ready&confirm=1")
    after = post(ann, "/?section=ready&confirm=1", "/queue/accept-all")
    assert "3 matches accepted." in after
    assert {busy.books.receipt(f"ch_{n}").post_status for n in (1, 2, 3)} == {"approved"}
    assert "3 receipts, 303.33 GBP tied today" in plain(after)
    log = ann.shown(f"/receipts/{busy.books.receipt('ch_1').id}").partition("Audit log")[2]
    assert "3 matches accepted together." in log
    assert "Nobody has done anything" not in log


def test_all_ready_is_asked_again_where_it_has_changed(busy: Site) -> None:
    ann = busy.signed_in()
    page = ann.session.get(busy.base + "/?section=ready&confirm=1", timeout=180).text
    old = fields(page, "/queue/accept-all")
    post(ann, "/?section=ready", "/accept")
    answer = ann.session.post(busy.base + "/queue/accept-all", data=old, timeout=180)
    assert "has changed since you looked" in answer.text
    assert busy.books.receipt("ch_1").post_status == "none"


def test_ticked_rows_are_accepted_together(busy: Site) -> None:
    ann = busy.signed_in()
    page = ann.session.get(busy.base + "/?section=ready", timeout=180).text
    picks = re.findall(r'name="pick" value="([^"]+)"', page)
    assert len(picks) == 3
    content = {**fields(page, "/queue/accept"), "pick": picks[:2]}
    answer = ann.session.post(busy.base + "/queue/accept", data=content, timeout=180)
    assert "2 matches accepted." in answer.text
    assert "Ready <b>1</b>" in answer.text


def test_an_invoice_is_found_by_number_customer_or_amount_and_matched_by_hand(busy: Site) -> None:
    ann = busy.signed_in()
    for text in ("INV-2001", "eve traders", "77.00"):
        assert "INV-2001" in ann.shown(f"/?section=explain&find={text}")
    assert "No open invoice fits" in ann.shown("/?section=explain&find=nothing-like-it")
    own = str(busy.books.invoice_id(busy.books.xero, "INV-2001"))
    after = post(ann, "/?section=explain&find=INV-2001", "/match", invoice=own)
    assert "Matched by hand." in after
    receipt = busy.books.receipt("ch_alone")
    assert (receipt.status, receipt.post_status, receipt.unapplied_minor) == ("matched", "approved", 0)


def test_the_search_narrows_a_section(busy: Site) -> None:
    ann = busy.signed_in()
    assert "Nothing here fits" in ann.shown("/?section=ready&q=zzz")
    shown = ann.shown("/?section=ready&q=INV-1002")
    assert "INV-1002" in shown
    assert "INV-1003" not in shown
    assert ann.get("/?section=ready&q=%25").status_code == 200


def test_history_undoes_the_last_decision(busy: Site) -> None:
    ann = busy.signed_in()
    post(ann, "/?section=ready", "/accept")
    assert "accepted" in ann.shown("/history")
    post(ann, "/history", "/undo")
    assert busy.books.receipt("ch_3").post_status == "none"
    assert 'action="/matches/' not in ann.get("/history").text


def test_each_receipt_invoice_and_customer_has_its_page(busy: Site) -> None:
    ann = busy.signed_in()
    post(ann, "/?section=ready", "/accept")
    receipt = ann.shown(f"/receipts/{busy.books.receipt('ch_3').id}")
    assert "Accepted for" in receipt
    assert "owner@acme.example" in receipt
    invoice = ann.shown(f"/invoices/{busy.books.invoice_id(busy.books.xero, 'INV-1003')}")
    assert "Accepted matches take 102.22 GBP" in invoice.replace("\xa0", " ")
    listed = ann.get("/customers/").text
    page = re.search(r'href="(/customers/[0-9a-f-]{36})"', listed)
    assert page
    assert "Open invoices" in ann.shown(page.group(1))
    assert "INV-2001" in ann.shown("/invoices/?q=77.00&sort=open&down=1")
    assert "No invoice fits" in ann.shown("/invoices/?status=void")
