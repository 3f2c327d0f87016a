"""From a replay to automatic decisions and back, in a real browser over the served app, by keyboard where it counts."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from bench.spine.people import let_it_match, sign_in
from bench.spine.served import house_to_serve, served
from sandbox.run import Sandbox


def test_proved_by_ones_own_days_then_switched_on_and_off_by_one_undo(
    page: Page, sandbox: Sandbox, tmp_path: Path
) -> None:
    fresh = house_to_serve(sandbox, tmp_path / "home")
    fresh.connect_all()
    fresh.sync()
    fresh.reconcile()
    with served(fresh) as base:
        sign_in(page, fresh)
        let_it_match(fresh)
        page.goto(f"{base}/settings/matching")
        page.get_by_role("button", name="Replay the last 90 days").press("Enter")
        expect(page.locator(".figures")).to_be_visible()
        expect(page.locator(".figures")).to_contain_text(re.compile(r"Wrong\s*0"))
        switch = page.get_by_role("button", name="Switch on: The invoice number, the exact amount and the payer agree.")
        switch.press("Enter")
        expect(page.locator("#toasts")).to_contain_text("Switched on")
        for place, currency in enumerate(("EUR", "GBP", "USD")):
            page.locator(f"#cap_currency_{place}").fill(currency)
            page.locator(f"#cap_most_{place}").fill("100000")
        page.get_by_role("button", name="Save the rules").press("Enter")
        expect(page.locator("#toasts")).to_contain_text("Rules changed: caps")
        page.get_by_role("button", name="Switch automatic decisions on").press("Enter")
        expect(page.locator("h1 + *, .head .state").last).to_contain_text("Automatic decisions are on")
        fresh.reconcile()
        page.goto(f"{base}/history")
        undo = page.locator("tr", has_text="accepted").get_by_role("button", name="Undo").first
        undo.press("Enter")
        expect(page.locator("#toasts")).to_contain_text("Undone")
        page.goto(f"{base}/findings")
        expect(page.locator("main")).to_contain_text("decided with nobody looking was undone")
        page.goto(f"{base}/settings/matching")
        expect(page.locator("main")).to_contain_text("was switched off: a match that nobody had looked at was undone")
