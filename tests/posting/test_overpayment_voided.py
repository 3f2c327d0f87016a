"""An overpayment of ours at Xero that somebody takes back there, over HTTP: nothing of it stands, and its receipt waits again."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bench.posting.desk import CENTS, PERSON, Desk, desk_over
from posting.rules import Mode
from runtime.proving import verify_connection
from store.database import Database
from store.tables.intake import findings
from store.tables.matching import matches, receipts
from store.tables.posting import entries, postings

REST = 500
CUSTOMER = "Customer 000 Ltd"


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Iterator[Desk]:
    with desk_over(sqlite_database, tmp_path / "home", "xero", count=3, customers=3) as made:
        yield made


def _call(desk: Desk, method: str, path: str, body: Any = None) -> Any:
    headers = {
        "Authorization": f"Bearer {desk.stand.tokens(desk.tenant).access_token}", "xero-tenant-id": desk.tenant,
        "Accept": "application/json", "Content-Type": "application/json",
    }  # fmt: skip
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"{desk.url}/api.xro/2.0/{path}", data=data, headers=headers, method=method)
    with urllib.request.urlopen(asked) as reply:
        return json.loads(reply.read())


def _voided(desk: Desk) -> None:
    """As a person does it there: the credit is taken off the invoice, then the money is deleted."""
    (held,) = [one for one in _call(desk, "GET", "Overpayments")["Overpayments"] if one["Contact"]["Name"] == CUSTOMER]
    own = held["OverpaymentID"]
    (allocation,) = _call(desk, "GET", f"Overpayments/{own}")["Overpayments"][0]["Allocations"]
    _call(desk, "DELETE", f"Overpayments/{own}/Allocations/{allocation['AllocationID']}")
    (money,) = [
        one for one in _call(desk, "GET", "BankTransactions")["BankTransactions"] if one.get("OverpaymentID") == own
    ]
    _call(desk, "POST", "BankTransactions", {"BankTransactionID": money["BankTransactionID"], "Status": "DELETED"})


def test_an_overpayment_that_is_voided_there_gives_its_receipt_back(desk: Desk) -> None:
    before = desk.stand.truth(desk.tenant, desk.today)
    desk.rules(Mode.AUTOMATIC)
    desk.bank([(CUSTOMER, "INV-1000", CENTS + REST)])
    desk.reconcile()
    assert desk.accept_all() == 1
    assert desk.post().posted == 1
    _voided(desk)
    assert desk.stand.truth(desk.tenant, desk.today) == before
    desk.sync()
    with desk.database.read() as connection:
        posting = connection.execute(select(postings)).one()
        match = connection.execute(select(matches).where(matches.c.id == posting.match_id)).one()
        receipt = connection.execute(select(receipts).where(receipts.c.id == posting.receipt_id)).one()
        states = set(connection.execute(select(entries.c.state)).scalars())
        codes = connection.execute(select(findings.c.code).where(findings.c.settled_at.is_(None))).scalars().all()
    assert (posting.state, match.state, states) == ("undone", "reversed", {"ended"})
    assert (receipt.status, receipt.post_status, receipt.unapplied_minor) == ("unmatched", "none", CENTS + REST)
    assert codes.count("own_record_gone") == 1
    desk.reconcile()
    assert desk.accept_all() == 1
    assert desk.post().posted == 1
    found = verify_connection(desk.app, desk.organisation_id, desk.connection_id, by=PERSON)
    assert (found.state, found.rows) == ("tied", ())
