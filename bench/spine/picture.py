"""The picture of the queue that the README shows, taken of the real app over the small world."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.spine.house import House
from bench.spine.people import first_ready, sign_in
from bench.spine.served import served
from cli.chromium import find_chromium, how_to_install
from ledger.faults import Unreachable

WIDTH, HEIGHT = 1440, 900


def picture(house: House, out: Path) -> None:
    """`house` is made by `house_to_serve`, synced and matched. Light, 1440 by 900."""
    program = find_chromium()
    if program is None:
        raise Unreachable(f"No Chromium was found; {how_to_install()}")
    with served(house) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", locale="en-US")
        sign_in(page, house)
        first_ready(page, base)
        page.wait_for_load_state("networkidle")
        out.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(out))
        browser.close()
