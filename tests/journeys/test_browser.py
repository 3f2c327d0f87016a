"""From nothing to the first decision, in a real browser: as an owner does it on the first day."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from bench.spine.people import (
    accept_by_key,
    connect,
    first_ready,
    let_it_match,
    ready_count,
    receipt_shown,
    sign_in,
    undo_by_key,
    watch_import,
)
from bench.spine.served import house_to_serve, served
from sandbox.run import Sandbox


def test_the_first_day(page: Page, sandbox: Sandbox, tmp_path: Path) -> None:
    fresh = house_to_serve(sandbox, tmp_path / "home")
    with served(fresh) as base:
        sign_in(page, fresh)
        for one in sandbox.loaded:
            connect(page, base, one.entity.books_provider, one.books_tenant)
            connect(page, base, "stripe", one.stripe_tenant, entity=one.entity.books.company.name)
        watch_import(page, base, 4)
        let_it_match(fresh)
        receipt = first_ready(page, base)
        ready = ready_count(page)
        assert ready > 10
        accept_by_key(page)
        assert ready_count(page) == ready - 1
        assert receipt_shown(page) != receipt
        undo_by_key(page)
        assert ready_count(page) == ready
        page.goto(f"{base}/?section=ready&at={receipt.rsplit('/', 1)[1]}")
        assert receipt_shown(page) == receipt
