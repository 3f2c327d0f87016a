"""The outbox: lawful states, one posting a cause, nothing approved without one, no failure without its cause."""

from __future__ import annotations

from simulation.outcome import Broken
from simulation.steps.kinds import Scene

LAWFUL = "postings go from state to state lawfully"
NOTHING_LOST = "every approved match is ready, posted or failed with a cause"
SETTLED = "after a quiet time nothing is half posted"
BEYOND = "no receipt is posted beyond its amount"
_NEXT = {
    "": {"ready", "awaiting"},
    "awaiting": {"ready", "withdrawn"},
    "ready": {"posting", "failed", "withdrawn", "found", "ready", "given_up"},
    "posting": {"posted", "failed", "ready", "undoing", "found"},
    "failed": {"ready", "given_up", "withdrawn", "undoing", "found", "posted", "failed"},
    "given_up": {"ready", "failed", "withdrawn", "undoing"},
    "posted": {"undoing", "undone", "failed"},
    "undoing": {"undone", "posted", "failed", "undoing"},
    "undone": {"ready"},
    "found": {"ready", "undone", "withdrawn"},
    "withdrawn": set(),
}
_HALF = ("posting", "undoing")
_PAUSED = (
    "SELECT s.stopped <> 'no' FROM posting_stops s JOIN connections c ON c.id = s.connection_id"
    " WHERE c.role = 'processor' ORDER BY s.sequence DESC LIMIT 1"
)
"""Whether the processor's money waits, since another app was seen to book it: then what is ready has its cause."""


class States:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._since = ""
        self._seen: set[tuple[str, int]] = set()
        self._last: dict[str, str] = {}

    def check(self) -> None:
        query = (
            "SELECT posting_id, sequence, state, at FROM posting_states WHERE at >= ? ORDER BY at, posting_id, sequence"
        )
        for row in self._scene.looks.rows(query, self._since):
            key = (row["posting_id"], row["sequence"])
            if key in self._seen:
                continue
            before = self._last.get(row["posting_id"], "")
            if row["state"] not in _NEXT[before]:
                raise Broken(LAWFUL, f"posting {row['posting_id']} went from {before or 'nothing'} to {row['state']}")
            self._seen.add(key)
            self._last[row["posting_id"]] = row["state"]
            self._since = row["at"]


def check(scene: Scene) -> None:
    looks = scene.looks
    for row in looks.rows(
        "SELECT p.id, p.state, s.state AS last FROM postings p JOIN posting_states s ON s.posting_id = p.id WHERE s.sequence ="
        " (SELECT max(sequence) FROM posting_states WHERE posting_id = p.id) AND s.state <> p.state"
    ):
        raise Broken(LAWFUL, f"posting {row['id']} is {row['state']}, and its history ends with {row['last']}")
    for row in looks.rows(
        "SELECT m.id, m.state FROM matches m WHERE m.state IN ('approved', 'posting', 'posted', 'failed') AND NOT EXISTS"
        " (SELECT 1 FROM postings p WHERE p.match_id = m.id AND p.state NOT IN ('withdrawn', 'undone'))"
    ):
        raise Broken(NOTHING_LOST, f"match {row['id']} is {row['state']} and has no posting")
    for row in looks.rows("SELECT id, code, reason FROM postings WHERE state = 'failed'"):
        if not row["code"] or not row["reason"]:
            raise Broken(NOTHING_LOST, f"posting {row['id']} failed with no cause")
    for row in looks.rows(
        "SELECT r.external_id, r.amount_minor, sum(p.amount_minor) AS many FROM postings p JOIN receipts r"
        " ON r.id = p.receipt_id WHERE p.cause_kind = 'match' AND p.state IN ('posting', 'posted') AND p.currency = r.currency"
        " GROUP BY r.id HAVING sum(p.amount_minor) > abs(r.amount_minor)"
    ):
        raise Broken(BEYOND, f"{row['many']} of receipt {row['external_id']} over {row['amount_minor']} is posted")


def check_settled(scene: Scene, posted_at: str) -> None:
    """posted_at: when the last run of the outbox began; what was decided since may wait."""
    marks = ", ".join("?" * len(_HALF))
    waiting = f"state IN ({marks}) OR (state = 'ready' AND updated_at < ? AND NOT coalesce(({_PAUSED}), 0))"
    query = f"SELECT id, state, cause_kind, due_at FROM postings WHERE {waiting}"
    for row in scene.looks.rows(query, *_HALF, posted_at):
        raise Broken(SETTLED, f"posting {row['id']} ({row['cause_kind']}) is still {row['state']}, due {row['due_at']}")
    for row in scene.looks.rows(
        "SELECT e.write_id, e.state, p.state AS whole FROM entries e JOIN postings p ON p.id = e.posting_id"
        " WHERE e.state IN ('sent', 'unknown', 'ending')"
    ):
        raise Broken(SETTLED, f"entry {row['write_id']} of a posting that is {row['whole']} is still {row['state']}")
