"""Matches: no receipt is applied beyond its amount, no invoice is promised twice, states follow one another lawfully."""

from __future__ import annotations

from simulation.outcome import Broken
from simulation.steps.kinds import Scene

BEYOND = "no receipt is applied beyond its amount"
OVERSPENT = "no invoice is overspent"
LAWFUL = "matches go from state to state lawfully"
BALANCE = "reservations balance"
_NEXT = {
    "": {"proposed"},
    "proposed": {"awaiting", "approved", "declined", "withdrawn", "proposed"},
    "awaiting": {"approved", "declined", "proposed"},
    "approved": {"proposed", "posting", "posted", "failed", "undone"},
    "posting": {"posted", "failed", "approved", "proposed"},
    "failed": {"posting", "approved", "posted", "proposed", "undone", "failed"},
    "posted": {"reversed", "undone", "proposed", "failed"},
    "declined": {"proposed"},
    "withdrawn": {"proposed"},
    "reversed": {"approved", "proposed"},
    "undone": {"proposed", "approved"},
}
_SAID = frozenset({"awaiting", "approved"})
_TAKEN = "('awaiting', 'approved', 'posting', 'failed', 'posted')"
_RESERVED = "('awaiting', 'approved', 'posting', 'failed')"


class Decided:
    """What changed since the last look. promised: by document, what was reserved of it at the last look."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._since = ""
        self._seen: set[tuple[str, int]] = set()
        self._promised: dict[str, int] = {}
        self._last: dict[str, str] = {}

    def check(self) -> None:
        looks = self._scene.looks
        newest = "SELECT match_id, sequence, state, at FROM match_states WHERE at >= ? ORDER BY at, match_id, sequence"
        fresh = [row for row in looks.rows(newest, self._since) if (row["match_id"], row["sequence"]) not in self._seen]
        for row in fresh:
            before = self._last.get(row["match_id"], "")
            if row["state"] not in _NEXT[before]:
                raise Broken(LAWFUL, f"match {row['match_id']} went from {before or 'nothing'} to {row['state']}")
            self._last[row["match_id"]] = row["state"]
            self._seen.add((row["match_id"], row["sequence"]))
            self._since = row["at"]
        if fresh:
            said = {row["match_id"] for row in fresh if row["state"] in _SAID}
            self._check_promises({row["match_id"] for row in fresh}, said)

    def _check_promises(self, touched: set[str], said: set[str]) -> None:
        """A document's promises may outgrow what is open of it only where the books took from it afterwards.

        said: somebody has said yes to these just now, to a new promise or to an old one again.
        """
        looks = self._scene.looks
        marks = ", ".join("?" * len(touched))
        documents = looks.rows(
            f"SELECT DISTINCT document_id, document_noun FROM match_lines WHERE match_id IN ({marks})", *sorted(touched)
        )
        for row in documents:
            own, noun = row["document_id"], row["document_noun"]
            promised = abs(looks.one(
                "SELECT coalesce(sum(l.applied_minor), 0) FROM match_lines l JOIN matches m ON m.id = l.match_id"
                f" WHERE l.document_id = ? AND m.state IN {_RESERVED}", own,
            ))  # fmt: skip
            before, self._promised[own] = self._promised.get(own, 0), promised
            if promised <= before or not self._is_of(own, said):
                continue
            found = looks.rows(f"SELECT open_amount_minor AS open_minor, number FROM {noun} WHERE id = ?", own)
            if found and promised > found[0]["open_minor"]:
                sentence = f"{found[0]['number']} has {found[0]['open_minor']} open, and {promised} was promised of it"
                raise Broken(OVERSPENT, sentence)
        beyond = looks.rows(
            "SELECT r.external_id, r.amount_minor, sum(l.applied_minor) AS applied FROM matches m"
            " JOIN match_lines l ON l.match_id = m.id JOIN receipts r ON r.id = m.receipt_id"
            f" WHERE m.state IN {_TAKEN} AND l.currency = r.currency GROUP BY r.id"
            " HAVING abs(sum(l.applied_minor)) > abs(r.amount_minor)"
        )
        for row in beyond:
            raise Broken(
                BEYOND, f"{row['applied']} of receipt {row['external_id']} over {row['amount_minor']} is applied"
            )

    def _is_of(self, document: str, said: set[str]) -> bool:
        rows = self._scene.looks.rows("SELECT match_id FROM match_lines WHERE document_id = ?", document)
        return any(row["match_id"] in said for row in rows)


def check(scene: Scene) -> None:
    """The whole: every state is the last of its history, one standing match a receipt, receipts say what matches say."""
    looks = scene.looks
    for row in looks.rows(
        "SELECT m.id, m.state, s.state AS last FROM matches m JOIN match_states s ON s.match_id = m.id"
        " WHERE s.sequence = (SELECT max(sequence) FROM match_states WHERE match_id = m.id) AND s.state <> m.state"
    ):
        raise Broken(LAWFUL, f"match {row['id']} is {row['state']}, and its history ends with {row['last']}")
    for row in looks.rows(
        f"SELECT receipt_id, count(*) AS many FROM matches WHERE state IN {_TAKEN} GROUP BY 1 HAVING many > 1"
    ):
        raise Broken(BEYOND, f"receipt {row['receipt_id']} has {row['many']} matches that stand")
    for row in looks.rows(
        "SELECT r.external_id, r.post_status, m.state FROM receipts r LEFT JOIN matches m"
        f" ON m.receipt_id = r.id AND m.state IN {_TAKEN} WHERE (r.post_status <> 'none') <> (m.id IS NOT NULL)"
        " AND r.post_status <> 'reversed'"
    ):
        raise Broken(BALANCE, f"receipt {row['external_id']} is {row['post_status']}, and its match {row['state']}")
