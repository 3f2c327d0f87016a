"""Stripe's own invoices as the books: what is owed is held against Stripe's list, and what is not is said."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from ledger.money import Money
from proving.verify.differences import Cause, Check
from proving.verify.owed import Owed, owed_rows
from proving.verify.run import Verified
from sandbox.run import Sandbox
from tests.proving.conftest import Books

DAY = date(2026, 3, 3)


def owed(minor: int, on: date | None = DAY) -> Owed:
    return Owed(number=None, amount=Money(minor, "EUR"), issued_on=on)


@pytest.mark.parametrize(
    ("ours", "theirs", "behind", "since", "cause"),
    [
        pytest.param(owed(500), owed(500), False, None, None, id="the same"),
        pytest.param(owed(500), owed(400), False, None, Cause.UNKNOWN, id="another amount"),
        pytest.param(owed(500), None, True, None, Cause.NOT_SYNCED, id="not read to the end"),
        pytest.param(None, owed(500), False, DAY + timedelta(days=1), Cause.HISTORY, id="before the first day"),
        pytest.param(None, owed(500), False, DAY, Cause.UNKNOWN, id="of the first day"),
    ],
)
def test_each_invoice_that_differs_has_its_cause(
    ours: Owed | None, theirs: Owed | None, since: date | None, cause: Cause | None, *, behind: bool
) -> None:
    here, there = ({"in_1": one} if one else {} for one in (ours, theirs))
    rows = owed_rows(here, there, told=(), behind=behind, since=since, provider="stripe")
    assert [row.cause for row in rows] == ([cause] if cause else [])
    assert not owed_rows(here, there, told={"in_1"}, behind=behind, since=since, provider="stripe")


def test_stripe_alone_is_compared_invoice_by_invoice(tmp_path: Path) -> None:
    with Sandbox("small", real_limits=False, providers=("stripe",)) as sandbox:
        books = Books(sandbox, tmp_path)
        books.connect(sandbox.connections()[0])
        books.sync()
        found = books.verify("stripe")
        assert (found.state, found.rows) == ("tied", ())
        assert found.totals["owed"]["compared"] > 1
        assert all(both["ours"] == both["theirs"] > 0 for both in found.totals["owed"]["balances"].values())
        assert any("credit balances were not" in words for words in found.not_compared)
        silent, told = [row.external_id for row in books.rows("invoices", "stripe") if row.status == "open"][:2]
        sandbox.stripe.change(books.row("stripe").company_id, "void_invoice", {"invoice": told})
        sandbox.stripe.books(books.row("stripe").company_id).get("invoices", silent)["amount_remaining"] -= 1
        found = books.verify("stripe")
        assert (rows_of(found, Check.DOCUMENT), rows_of(found, Check.OWED)) == ([told], [silent])
        books.place.app.database.close()


def rows_of(found: Verified, check: Check) -> list[str]:
    return [row.subject for row in found.rows if row.check is check]
