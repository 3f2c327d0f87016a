"""Posting by keyboard alone in a real browser; pages that everybody can use, in light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ledger.posting import PostingState
from store.database import Database
from tests.rig.browser import fresh_profile
from tests.webapp.posting.outbox import accept, become, posting, switch_on, with_balance, write
from tests.webapp.site import Site, open_questions, served
from tests.webapp.test_browser import complaints, sign_in


@pytest.fixture
def shown(sqlite_database: Database, tmp_path: Path) -> Iterator[Site]:
    with served(sqlite_database, tmp_path) as made:
        open_questions(made.books)
        with_balance(made)
        switch_on(made)
        accept(made, "ch_1", "ch_2", "ch_3")
        yield made


def test_by_keys_alone_one_is_posted_and_the_next_row_is_marked(shown: Site, page: Page) -> None:
    sign_in(shown, page)
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", level=1)).to_have_text("Posting")
    here = page.locator(".row.here")
    expect(here).to_contain_text("INV-1001")
    page.keyboard.press("j")
    expect(page.locator(".pair")).to_contain_text("INV-1002")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("1 posting on the way")
    assert posting(shown, "ch_2").batch_id is not None
    assert posting(shown, "ch_1").batch_id is None


def test_all_that_is_ready_takes_one_confirmation(shown: Site, page: Page) -> None:
    sign_in(shown, page)
    page.goto(shown.base + "/posting/?tab=ready")
    page.keyboard.press("x")
    expect(page.locator("#picked")).to_have_text("1 ticked, 100.00 GBP")
    page.keyboard.press("Shift+A")
    button = page.get_by_role("button", name="Post 3 postings, GBP 303.33")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("3 postings on the way")


def test_a_failed_one_is_edited_and_given_up_by_keys(shown: Site, page: Page) -> None:
    own = posting(shown, "ch_1").id
    become(shown, own, PostingState.FAILED, "The period is locked.", code="period_locked")
    become(shown, posting(shown, "ch_2").id, PostingState.FAILED, "The customer was merged.", code="customer_gone")
    sign_in(shown, page)
    page.goto(f"{shown.base}/posting/?tab=failed&at={own}")
    page.keyboard.press("f")
    page.get_by_label("Date in the books").fill("2026-04-01")
    page.get_by_role("button", name="Retry with this date").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Tried again with another date")
    assert posting(shown, "ch_1").choices["date"] == "2026-04-01"
    expect(page.locator(".pair")).to_contain_text("The customer was merged.")
    page.keyboard.press("p")
    expect(page.get_by_label("Why it is not posted")).to_be_focused()
    page.keyboard.type("entered by hand")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("The match is undone")
    assert posting(shown, "ch_2").state == "given_up"


def test_an_undo_is_looked_at_first(shown: Site, page: Page) -> None:
    become(shown, write(shown, "ch_1", "INV-1001", 10_000), PostingState.POSTED, posted_at=shown.books.now())
    sign_in(shown, page)
    page.goto(shown.base + "/posting/?tab=posted")
    page.keyboard.press("d")
    expect(page.get_by_role("heading", level=1)).to_have_text("Undo in the books")
    expect(page.locator("main")).to_contain_text("INV-1001 is open again by GBP 100.00.")
    page.get_by_role("button", name="Undo 1 posting, GBP 100.00").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("1 posting being taken back")
    assert posting(shown, "ch_1").state == "undoing"


@pytest.mark.parametrize(("colours", "width"), [("light", 1440), ("dark", 1440), ("light", 390)])
def test_pages_can_be_used_by_everybody(shown: Site, browser: Browser, colours: str, width: int) -> None:
    become(shown, posting(shown, "ch_1").id, PostingState.FAILED, "The period is locked.", code="period_locked")
    become(shown, write(shown, "ch_2", "INV-1002", 10_111), PostingState.POSTED, posted_at=shown.books.now())
    invoice = shown.books.invoice_id(shown.books.xero, "INV-1003")
    context = fresh_profile(
        browser, color_scheme="dark" if colours == "dark" else "light", viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    sign_in(shown, page)
    found = {}
    for path in (
        "/posting/?tab=ready", "/posting/?tab=ready&confirm=1", "/posting/?tab=failed", "/posting/?tab=posted",
        "/posting/?tab=undone", "/posting/undo?tab=posted", f"/posting/digest?day={shown.clock.now().date()}",
        "/settings/posting", f"/settings/posting/{shown.books.place.entity_id}/versions/1", f"/invoices/{invoice}/remains",
        f"/receipts/{shown.books.receipt('ch_2').id}",
    ):  # fmt: skip
        page.goto(shown.base + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[path] = complaints(page) + ([f"{wide} wide"] if wide != width else [])
    context.close()
    assert not {path: words for path, words in found.items() if words}


def test_everything_works_without_script(shown: Site, browser: Browser) -> None:
    context = fresh_profile(browser, java_script_enabled=False)
    page = context.new_page()
    sign_in(shown, page)
    page.goto(shown.base + "/posting/?tab=ready")
    page.get_by_role("button", name="Post now").click()
    expect(page.locator("#toasts")).to_contain_text("1 posting on the way")
    page.goto(shown.base + "/settings/posting")
    page.get_by_role("button", name="Stop all posting to Acme Ltd").click()
    expect(page.locator("#toasts")).to_contain_text("is stopped")
    page.get_by_role("button", name="Resume posting to Acme Ltd").click()
    expect(page.locator("#toasts")).to_contain_text("goes on")
    context.close()


def test_what_is_being_sent_is_looked_at_again_by_itself(shown: Site, page: Page) -> None:
    sign_in(shown, page)
    page.goto(shown.base + "/posting/?tab=ready")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("1 posting on the way")
    expect(page.locator("#main")).to_have_attribute("data-refresh", "2000")
    become(shown, posting(shown, "ch_1").id, PostingState.POSTING)
    expect(page.locator(".sections a", has_text="Sending").locator("b")).to_have_text("1")
    become(shown, posting(shown, "ch_2").id, PostingState.FAILED, "The customer was merged.", code="customer_gone")
    page.goto(shown.base + "/posting/?tab=failed")
    expect(page.locator("#main")).not_to_have_attribute("data-refresh", "2000")


def test_the_mode_is_set_beside_what_was_typed_and_enter_saves_the_rules(shown: Site, page: Page) -> None:
    sign_in(shown, page)
    page.goto(shown.base + "/settings/posting")
    limit = page.locator("input[name=limit_most_0]")
    page.locator("input[name=limit_currency_0]").fill("gbp")
    limit.fill("77")
    page.locator("input[name=mode][value=off]").check()
    page.get_by_role("button", name="Set the mode").click()
    expect(page.locator("#toasts")).to_contain_text("is off")
    expect(page.locator(".banner.needs", has_text="not saved yet")).to_be_visible()
    expect(limit).to_have_value("77")
    page.reload()
    expect(limit).to_have_value("")
    page.locator("input[name=limit_currency_0]").fill("gbp")
    limit.fill("78")
    limit.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("limits. Version 3.")
    expect(page.locator("input[name=mode][value=off]")).to_be_checked()
    expect(limit).to_have_value("78")
