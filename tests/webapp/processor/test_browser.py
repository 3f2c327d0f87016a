"""The processor's money by keyboard, and pages that everybody can use, in light and dark, wide and narrow."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from store.database import Database
from tests.webapp.processor.conftest import stocked, transaction
from tests.webapp.test_browser import complaints, sign_in


def test_by_keys_in_light_and_dark_and_narrow(sqlite_database: Database, tmp_path: Path, browser: Browser) -> None:
    found = {}
    with stocked(sqlite_database, tmp_path) as site:
        paths = (
            "/processor/", f"/processor/?at={transaction(site, 'txn_alone')}&who=e", "/processor/payouts",
            f"/processor/payouts/{site.books.stripe.connection_id}/po_1", "/processor/clearing",
        )  # fmt: skip
        dark = browser.new_context(color_scheme="dark", viewport={"width": 1440, "height": 844})
        narrow = browser.new_context(color_scheme="light", viewport={"width": 390, "height": 844})
        for context, width in ((dark, 1440), (narrow, 390)):
            page = context.new_page()
            sign_in(site, page)
            for path in paths:
                page.goto(site.base + path)
                wide = page.evaluate("document.documentElement.scrollWidth")
                found[path, width] = complaints(page) + ([f"{wide} wide"] if wide != width else [])
        page = dark.pages[0]
        page.goto(site.base + "/processor/")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.get_by_label("Not ours").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.locator("#toasts")).to_contain_text("txn_odd: not ours.")
        page.keyboard.press("u")
        expect(page.locator("#toasts")).to_contain_text("the word on it was taken back")
        dark.close()
        narrow.close()
    assert not {key: words for key, words in found.items() if words}
