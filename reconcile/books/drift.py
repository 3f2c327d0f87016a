"""The check on what is decided with nobody looking: one that a person undoes switches its class of evidence off.

Wrong answers are to stay under one in a thousand. A business has not thousands of decisions, so one is enough to stop.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from ledger.finding import Finding, Severity
from reconcile.books.actors import POLICY
from reconcile.books.policies import change, followed
from reconcile.books.proofs import proofs
from store.database import Connection
from store.intake import add_findings
from store.queries.documents import find_receipt
from store.scope import Scope


def switch_off_after(connection: Connection, match: Any, *, by: str, now: datetime) -> None:
    """`match` was decided by the policy and is undone by `by`: its class is off from now on, and a finding says why."""
    standing = followed(connection, match.organisation_id).policy
    if match.evidence is None or match.evidence not in standing.unattended.classes:
        return
    rest = standing.unattended.classes - {match.evidence}
    unattended = msgspec.structs.replace(standing.unattended, classes=rest)
    words = _words(match.evidence)
    note = f"“{words}” was switched off: a match that nobody had looked at was undone by {by}."
    wanted = msgspec.structs.replace(standing, unattended=unattended)
    change(connection, match.organisation_id, wanted, actor=POLICY, note=note, now=now)
    receipt = find_receipt(connection, match.organisation_id, match.receipt_id)
    finding = Finding(
        code="automatic_undone",
        sentence=f"A match decided with nobody looking was undone by {by}: receipt {receipt.external_id}, {match.reason}. "
        f"“{words}” is switched off; look at Settings, Matching.",
        severity=Severity.WARNING,
        record_kind="Match",
        external_id=str(match.id),
        field=match.evidence,
    )
    add_findings(connection, Scope(match.organisation_id, receipt.connection_id), [finding], now)


def _words(code: str) -> str:
    proof = proofs().get(code)
    return code if proof is None else proof.words.rstrip(".")
