"""What a person does in the browser: sign in by the link, connect, watch the import, work the queue by keys."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from bench.spine.house import House
from bench.spine.rest import wait_for_rest

STEP_MS = 180_000  # on a machine that tests other things beside it
NAMES = {"quickbooks": "QuickBooks", "xero": "Xero", "stripe": "Stripe"}


def sign_in(page: Page, house: House, email: str = "owner@house.example", name: str = "Ann Owner") -> None:
    """By a new one-time link, pressed."""
    page.goto(house.asked("users", "add", "--owner", email, "--name", name)["sign_in"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_have_text("Queue", timeout=STEP_MS)


def connect(page: Page, base: str, provider: str, company: str, entity: str | None = None) -> None:
    """From the connections page through the provider's consent page and back. entity: to join, by name; else a new one."""
    page.goto(f"{base}/connections/")
    page.get_by_role("button", name=f"Connect {NAMES[provider]}", exact=True).click()
    page.locator(f'input[name="tenant"][value="{company}"]').check(timeout=STEP_MS)
    page.get_by_role("button", name="Approve").click()
    page.locator(f'input[name="company"][value="{company}"]').check(timeout=STEP_MS)
    if entity is None:
        page.locator("#entity").select_option("new")
    else:
        value = page.locator("#entity option", has_text=entity).first.get_attribute("value")
        page.locator("#entity").select_option(value)
    if page.locator("#time_zone").count():
        page.locator("#time_zone").fill("Europe/London")
    page.get_by_role("button", name="Connect and import").click()
    expect(page.locator("article.card", has_text=company)).to_be_visible(timeout=STEP_MS)


def watch_import(page: Page, base: str, count: int) -> None:
    """Until every card holds records and none is under way. The page renews itself."""
    page.goto(f"{base}/connections/")
    done = page.locator("article.card", has=page.locator(".facts time, .facts dd", has_text=re.compile(r"ago|just")))
    expect(done).to_have_count(count, timeout=STEP_MS)
    expect(page.locator("article.card .progress")).to_have_count(0, timeout=STEP_MS)


def let_it_match(house: House) -> None:
    """Until the worker rests: matching follows each import."""
    wait_for_rest(house.home)


def first_ready(page: Page, base: str) -> str:
    """Opens Ready in the queue; gives the address of the receipt that is marked."""
    page.goto(f"{base}/?section=ready")
    row = page.locator(".row a[aria-current]")
    expect(row).to_be_visible(timeout=STEP_MS)
    return receipt_shown(page)


def receipt_shown(page: Page) -> str:
    return str(page.get_by_role("link", name="All that is known of it").get_attribute("href"))


def ready_count(page: Page) -> int:
    text = page.locator(".sections a", has_text="Ready").locator("b").inner_text()
    return int(text.replace(",", ""))


def accept_by_key(page: Page) -> None:
    """Enter, and the words that it is done."""
    page.keyboard.press("Enter")
    expect(page.locator("#toasts .toast.done")).to_be_visible(timeout=STEP_MS)


def undo_by_key(page: Page) -> None:
    page.keyboard.press("u")
    expect(page.locator("#toasts [data-key=undo]")).to_have_count(0, timeout=STEP_MS)
