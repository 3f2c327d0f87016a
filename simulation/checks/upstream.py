"""What stands at the ledger under our markers: no marker twice, nothing dated into closed books."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from simulation.outcome import Broken
from simulation.steps.kinds import Scene

ONCE = "no write id stands twice upstream"
LOCKED = "nothing is posted into a locked period"
EXACTLY = "posted payments stand exactly once each"
KNOWN = "what stands upstream under our marker is known here"
_MARKER = re.compile(r"\bT[0-9A-HJKMNP-TV-Z]{15}\b")
_LENGTH = 16
_OURS = frozenset({
    "Payment", "Purchase", "Deposit", "Transfer", "JournalEntry", "CreditMemo", "SalesReceipt", "RefundReceipt",
    "Payments", "BatchPayments", "BankTransactions", "BankTransfers", "Overpayments", "CreditNotes", "Invoices",
})  # fmt: skip
_PARTS = frozenset({"Payments", "BankTransactions"})
"""Xero shows a batch's and an overpayment's marker on their parts, too."""
_DAYS = ("TxnDate", "_on", "DateString")

Place = tuple[str, str]


class Upstream:
    """Kept up to date by the ledger's own log of writes."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._store = scene.world.books.records[scene.world.tenant]
        self._seen = self._store.sequence
        self.standing: dict[str, set[Place]] = {}
        self._by_place: dict[Place, set[str]] = {}

    def check_new(self) -> None:
        changes = self._store.changes(self._seen)
        self._seen = self._store.sequence
        for kind, own in dict.fromkeys((change.kind, change.id) for change in changes if change.kind in _OURS):
            self._note(kind, own)

    def _note(self, kind: str, own: str) -> None:
        record = self._store.get(kind, own)
        found = set(markers(record)) if record is not None and stands(record) else set()
        for gone in self._by_place.get((kind, own), set()) - found:
            self.standing[gone].discard((kind, own))
        for marker in found - self._by_place.get((kind, own), set()):
            self._appeared(marker, (kind, own), record or {})
        self._by_place[kind, own] = found

    def _appeared(self, marker: str, place: Place, record: dict[str, Any]) -> None:
        places = self.standing.setdefault(marker, set())
        places.add(place)
        if len({one for one in places if one[0] not in _PARTS} or {place}) > 1 or _twice(places):
            raise Broken(ONCE, f"{marker} stands in {' and '.join(' '.join(one) for one in sorted(places))}")
        day = _day(record)
        through = max(self._scene.locked, self._signed())
        if day and day <= through:
            raise Broken(
                LOCKED, f"{' '.join(place)} ({marker}) is dated {day}, and what lies through {through} is closed"
            )

    def _signed(self) -> str:
        """Through which day a period is signed here."""
        return str(self._scene.looks.one("SELECT coalesce(max(through), '') FROM closes WHERE state = 'reviewed'"))

    def check_all(self) -> None:
        """After a quiet time: each entry that we call posted stands, and each marker that stands is one we call posted."""
        self.check_new()
        rows = self._scene.looks.rows("SELECT write_id, state, kind, body FROM entries")
        known = {row["write_id"]: row for row in rows}
        for marker, places in self.standing.items():
            row = known.get(marker)
            if places and (row is None or row["state"] != "posted") and not self._taken_back(row, places):
                state = "unknown here" if row is None else row["state"]
                raise Broken(KNOWN, f"{marker} stands in {sorted(places)} and is {state}")

    def _taken_back(self, row: Any, places: set[Place]) -> bool:
        """An application that somebody took back in QuickBooks, by voiding its invoice say: its marker lies in the note of
        the customer's own payment, which stays, and what it was applied to is gone from that payment's lines.
        """
        if row is None or (row["state"], row["kind"]) != ("ended", "allocation"):
            return False
        entry = json.loads(row["body"])
        if places != {("Payment", entry["source"]["external_id"])}:
            return False
        ((kind, own),) = places
        record = self._store.get(kind, own) or {"Line": []}
        linked = {link["TxnId"] for line in record["Line"] for link in line["LinkedTxn"]}
        return not linked & {line["document"]["external_id"] for line in entry["lines"] if line["document"]}


def _twice(places: set[Place]) -> bool:
    """Two records of one kind that are no parts of one whole."""
    wholes = {one for one in places if one[0] not in _PARTS}
    parts = places - wholes
    return not wholes and len(parts) > 1


def stands(record: dict[str, Any]) -> bool:
    """The two sides of a bank transfer carry its marker, too: they are left out, the transfer is what stands."""
    if record.get("Status") in {"DELETED", "VOIDED"} or str(record.get("Type", "")).endswith("-TRANSFER"):
        return False
    return "Voided" not in str(record.get("PrivateNote", ""))


def markers(record: dict[str, Any]) -> Iterator[str]:
    """In the record's own texts and its lines' descriptions; what it shows of other records is theirs."""
    lines = [*record.get("Line", ()), *record.get("LineItems", ())]
    texts = [*record.values(), *(line.get("Description") for line in lines)]
    for text in texts:
        if isinstance(text, str) and len(text) >= _LENGTH:
            yield from _MARKER.findall(text)


def _day(record: dict[str, Any]) -> str:
    for name in _DAYS:
        value = record.get(name)
        if value is not None:
            return str(value)[:10]
    return ""
