"""What a person does, in a real browser: keys alone, focus, marks, and pages that a screen reader can use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from store.database import Database
from tests.rig.browser import fresh_profile
from tests.webapp.site import Site, open_questions, served


@pytest.fixture
def shown(sqlite_database: Database, tmp_path: Path) -> Iterator[Site]:
    with served(sqlite_database, tmp_path) as made:
        open_questions(made.books)
        yield made


def sign_in(site: Site, page: Page) -> None:
    page.goto(site.base + site.link(site.add_person("ann@acme.example", "owner")))
    page.get_by_role("button", name="Sign in").press("Enter")
    page.wait_for_url(site.base + "/")


def test_by_keys_alone_a_match_is_accepted_and_undone(shown: Site, page: Page) -> None:
    sign_in(shown, page)
    here = page.locator(".row.here")
    expect(here).to_contain_text("INV-1003")
    page.keyboard.press("j")
    expect(here).to_contain_text("INV-1002")
    expect(page.locator(".pair")).to_contain_text("INV-1002")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Match accepted")
    expect(here).to_contain_text("INV-1001")
    expect(page.locator(".row a[aria-current]")).to_be_focused()
    assert shown.books.receipt("ch_2").post_status == "approved"
    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text("stands as before")
    expect(here).to_contain_text("INV-1002")
    assert shown.books.receipt("ch_2").post_status == "none"


def test_declining_and_parking_by_keys(shown: Site, page: Page) -> None:
    sign_in(shown, page)
    page.keyboard.press("d")
    expect(page.locator("#toasts")).to_contain_text("Match declined")
    page.keyboard.press("p")
    expect(page.get_by_label("Why it waits")).to_be_focused()
    page.keyboard.type("asked the bank")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Receipt parked")
    assert shown.books.receipt("ch_2").note == "asked the bank"


def test_all_that_is_ready_takes_one_confirmation(shown: Site, page: Page) -> None:
    sign_in(shown, page)
    page.keyboard.press("x")
    expect(page.locator("#picked")).to_have_text("1 ticked, 102.22 GBP")
    page.keyboard.press("Shift+A")
    button = page.get_by_role("button", name="Accept 3 matches, GBP 303.33")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("3 matches accepted")
    assert shown.books.receipt("ch_1").post_status == "approved"


def test_keys_go_between_pages_and_can_be_turned_off(shown: Site, page: Page) -> None:
    sign_in(shown, page)
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", level=1)).to_have_text("Invoices")
    assert page.url == shown.base + "/invoices/"
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_label("Single keys are on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", level=1)).to_have_text("Invoices")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")


def test_everything_works_without_script(shown: Site, browser: Browser) -> None:
    context = fresh_profile(browser, java_script_enabled=False)
    page = context.new_page()
    sign_in(shown, page)
    page.get_by_role("button", name=re.compile("^Accept Enter")).click()
    expect(page.locator("#toasts")).to_contain_text("Match accepted")
    assert shown.books.receipt("ch_3").post_status == "approved"
    page.get_by_role("button", name=re.compile("^Undo")).click()
    assert shown.books.receipt("ch_3").post_status == "none"
    context.close()


def _run(page: Page, until: Callable[[], bool]) -> None:
    """Lets the page's own clock run on."""
    for _ in range(50):
        if until():
            return
        page.clock.run_for(6_000)
    raise AssertionError("It did not come about.")


def test_a_page_that_renews_itself_outlives_a_server_that_does_not_answer(shown: Site, page: Page) -> None:
    sign_in(shown, page)
    page.clock.install()
    page.goto(shown.base + "/connections/")
    said = page.locator("#toasts .toast.waiting")
    page.route("**/connections/", lambda route: route.abort())
    page.clock.run_for(21_000)
    expect(said).to_contain_text("It is asked again")
    page.unroute("**/connections/")
    asked = []

    def fail(route: Route) -> None:
        asked.append(route)
        route.fulfill(status=503, body="<main id=main></main>")

    page.route("**/connections/", fail)
    _run(page, lambda: bool(asked))  # it asks again once it knows that the last answer failed, whenever that is
    page.unroute("**/connections/")
    _run(page, lambda: said.count() == 0)
    expect(page.locator("article.card")).not_to_have_count(0)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_pages_can_be_used_by_everybody(shown: Site, browser: Browser, colours: str) -> None:
    context = fresh_profile(browser, color_scheme="dark" if colours == "dark" else "light")
    page = context.new_page()
    page.goto(shown.base + "/sign-in")
    found = {"/sign-in": complaints(page)}
    sign_in(shown, page)
    receipt = shown.books.receipt("ch_twice").id
    invoice = shown.books.invoice_id(shown.books.xero, "INV-1001")
    for path in (
        "/", "/?section=choose", "/?section=explain&find=INV", "/?section=ready&confirm=1", "/connections/",
        "/connect/stripe", "/invoices/", f"/invoices/{invoice}", "/customers/", f"/receipts/{receipt}", "/history",
        "/findings", "/settings", "/settings/matching",
    ):  # fmt: skip
        page.goto(shown.base + path)
        found[path] = complaints(page)
    context.close()
    assert not {path: words for path, words in found.items() if words}


def complaints(page: Page) -> list[str]:
    return [
        f"{item['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for item in Axe().run(page).response["violations"]
        for node in item["nodes"]
    ]


def test_on_a_phone_the_list_comes_first_and_then_the_pair(shown: Site, browser: Browser) -> None:
    context = fresh_profile(browser, viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(shown, page)
    expect(page.locator(".list")).to_be_visible()
    expect(page.locator(".pair")).to_be_hidden()
    page.locator(".row a").first.click()
    expect(page.locator(".pair")).to_be_visible()
    expect(page.locator(".list")).to_be_hidden()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator(".list")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_is_wider_than_its_window(shown: Site, browser: Browser, width: int) -> None:
    context = fresh_profile(browser, viewport={"width": width, "height": 844})
    page = context.new_page()
    sign_in(shown, page)
    for path in (
        "/",
        "/connections/",
        "/connect/stripe",
        "/invoices/",
        "/customers/",
        "/history",
        "/settings",
        "/settings/matching",
    ):
        page.goto(shown.base + path)
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, width)
    context.close()
