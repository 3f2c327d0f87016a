"""From a match to a payment in QuickBooks and back again: by hand, in a real browser over the served app."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Page, expect
from sqlalchemy import select

from bench.posting.desk import stands
from bench.spine.cash import import_statements
from bench.spine.house import House, wait_until
from bench.spine.people import let_it_match, sign_in
from bench.spine.served import house_to_serve, served
from sandbox.run import Sandbox
from store.tables.matching import receipts
from sync.settle import BANK


def test_switched_on_accepted_posted_and_undone(page: Page, sandbox: Sandbox, tmp_path: Path) -> None:
    fresh = house_to_serve(sandbox, tmp_path / "home")
    fresh.connect_all()
    fresh.sync()
    import_statements(fresh.place.app, fresh.place.organisation_id, sandbox, actor="test")
    fresh.reconcile()
    own = next(one for one in sandbox.loaded if one.entity.books_provider == "quickbooks")
    entity = fresh.entity_id(own.books_tenant)
    stand = sandbox.ledgers["quickbooks"]

    def standing() -> int:
        return stands(stand, "quickbooks", own.books_tenant)[""]

    with served(fresh) as base:
        sign_in(page, fresh)
        let_it_match(fresh)
        before = standing()
        page.goto(f"{base}/settings/posting?entity={entity}")
        page.get_by_role("radio", name=re.compile("^By hand")).check()
        page.get_by_role("button", name="Set the mode").press("Enter")
        expect(page.locator("#toasts")).to_contain_text("is by hand")
        page.get_by_role("button", name="Save the rules").press("Enter")
        expect(page.locator("#toasts")).to_contain_text(re.compile(r"Rules changed: accounts.*Version 2\."))
        page.goto(f"{base}/?section=ready&entity={entity}&q={_bank_line(fresh, entity)}")
        page.locator("details.would summary").click()
        expect(page.locator(".would .record")).to_contain_text("Customer payment")
        page.get_by_role("button", name=re.compile("^Accept Enter")).press("Enter")
        expect(page.locator("#toasts")).to_contain_text("Match accepted")
        page.goto(f"{base}/posting/?tab=ready&entity={entity}")
        page.keyboard.press("Enter")
        expect(page.locator("#toasts")).to_contain_text("1 posting on the way")
        wait_until("the payment in QuickBooks", lambda: standing() == before + 1)
        wait_until("the posting", lambda: _count(page, base, "posted") == 1, every=0.5)
        page.goto(f"{base}/posting/?tab=posted")
        expect(page.locator(".pair")).to_contain_text(re.compile(r"QuickBooks Payment \S+"))
        expect(page.locator(".read-back")).to_contain_text(re.compile(r"Amount\s*reads"))
        page.keyboard.press("d")
        page.get_by_role("button", name=re.compile("^Undo 1 posting")).press("Enter")
        expect(page.locator("#toasts")).to_contain_text("1 posting being taken back")
        wait_until("the payment gone", lambda: standing() == before)
        wait_until("the undo", lambda: _count(page, base, "undone") == 1, every=0.5)
        page.goto(f"{base}/posting/digest?day={sandbox.today.isoformat()}")
        expect(page.locator(".figures")).to_contain_text(re.compile(r"Taken back\s*1"))


def _bank_line(house: House, entity_id: UUID) -> str:
    """A receipt of the bank's that is matched and waits for a yes."""
    with house.place.app.database.read() as connection:
        query = select(receipts.c.external_id).where(
            receipts.c.entity_id == entity_id, receipts.c.source == BANK, receipts.c.status == "matched"
        )
        return str(connection.execute(query.order_by(receipts.c.external_id)).scalars().first())


def _count(page: Page, base: str, tab: str) -> int:
    page.goto(f"{base}/posting/?tab={tab}")
    return int(page.locator(".sections a[aria-current] b").inner_text())
