"""A real Chromium for tests, closed to everything but this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from cli.chromium import find_chromium, how_to_install

PATIENCE_MS = 180_000  # a machine that is busy otherwise is not a page that does not work
# No sandbox of its own: tests also run as root, where Chromium refuses otherwise; it sees only our own pages. Every
# request that is not for this machine goes to a proxy that is not there, so a page with a foreign script fails.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--proxy-server=127.0.0.1:9",
    "--proxy-bypass-list=127.0.0.1;localhost;[::1]",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    program = find_chromium()
    if program is None:
        raise RuntimeError(f"No Chromium was found; {how_to_install()}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=list(FLAGS))
        try:
            expect.set_options(timeout=PATIENCE_MS)
            yield browser
        finally:
            browser.close()


def fresh_profile(browser: Browser, **how: Any) -> BrowserContext:
    """Without cookies or storage; `how` goes to Playwright."""
    context = browser.new_context(**how)
    context.set_default_timeout(PATIENCE_MS)
    return context
