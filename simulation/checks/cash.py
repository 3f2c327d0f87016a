"""Every movement of cash is one receipt, with a status, and never two."""

from __future__ import annotations

from simulation.outcome import Broken
from simulation.steps.kinds import Scene

ONCE = "every bank line and every charge is exactly one receipt"
STATUS = "every receipt has a status"
_STATUSES = frozenset({
    "matched", "partly_matched", "suggested", "duplicate", "payout", "reversal", "unmatched", "already_recorded",
    "not_a_payment", "parked",
})  # fmt: skip
_POST_STATUSES = frozenset({"none", "awaiting", "approved", "posting", "posted", "failed", "reversed"})


def check(scene: Scene) -> None:
    for row in scene.looks.rows("SELECT id, status, post_status, status_reason FROM receipts"):
        if row["status"] not in _STATUSES or row["post_status"] not in _POST_STATUSES or not row["status_reason"]:
            raise Broken(STATUS, f"receipt {row['id']} has {row['status']!r}, {row['post_status']!r}")
    twice = scene.looks.rows(
        "SELECT connection_id, record_kind, external_id, count(*) AS many FROM receipts GROUP BY 1, 2, 3 HAVING many > 1"
    )
    for row in twice:
        raise Broken(ONCE, f"{row['record_kind']} {row['external_id']} made {row['many']} receipts")
    lonely = scene.looks.rows(
        "SELECT s.external_id FROM sightings s LEFT JOIN receipts r ON r.id = s.receipt_id WHERE r.id IS NULL"
    )
    for row in lonely:
        raise Broken(ONCE, f"{row['external_id']} is seen as a receipt that is not there")
    blind = scene.looks.rows(
        "SELECT r.external_id FROM receipts r LEFT JOIN sightings s ON s.receipt_id = r.id WHERE s.receipt_id IS NULL"
    )
    for row in blind:
        raise Broken(ONCE, f"the receipt of {row['external_id']} rests on no record")


def check_all_here(scene: Scene) -> None:
    """After a quiet time: the processor's own list of charges, and the bank's of lines, against ours."""
    seen = {row["external_id"] for row in scene.looks.rows("SELECT external_id FROM sightings")}
    for charge in scene.world.stripe.records[scene.world.account].all("charges"):
        if charge["status"] == "succeeded" and charge["id"] not in seen:
            raise Broken(ONCE, f"charge {charge['id']} of {charge['amount']} is no receipt")
    came = sum(1 for line in scene.world.told_lines if line.minor > 0)
    ours = scene.looks.one("SELECT count(*) FROM sightings WHERE kind = 'bank_line' AND amount_minor > 0")
    if came != ours:
        raise Broken(ONCE, f"statements told of {came} lines in, and {ours} are receipts")
