"""What the queue shows, as values: rows, the pair that is looked at, its answers and their evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from ledger.match import MatchState
from ledger.money import Money
from reconcile.books.actors import POLICY
from reconcile.books.proofs import Proof, proofs
from store.database import Connection
from store.queries.screens import queue

RESIDUALS = {
    "part": "stays open", "instalment": "stays open, an instalment", "short_pay": "is missing", "overpay": "too much",
    "discount": "early-payment discount", "discount_late": "discount, after the terms", "fee": "kept as bank fee",
    "withholding": "tax withheld", "tax_twice": "too much: the tax twice", "tax_left_out": "is missing: the tax",
    "rounding": "by rounding", "fx": "exchange difference",
}  # fmt: skip
CERTAIN, LIKELY = 0.95, 0.7  # below the second, a person should look closely


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What of the money goes to which document."""

    id: UUID
    noun: str
    number: str
    customer: str
    customer_id: UUID | None
    due_on: date | None
    status: str
    open: Money
    applied: Money
    residual: Money | None
    residual_kind: str
    provider: str = ""

    @property
    def residual_words(self) -> str:
        return RESIDUALS.get(self.residual_kind, self.residual_kind.replace("_", " ") or "differs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Another answer as it stood when this one was proposed. behind: its share of certainty less."""

    names: str
    behind: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One proposal. remainder: what of the receipt is left; None where the currencies differ, so that none is worked out."""

    match_id: UUID
    rank: int
    automatic: bool
    confidence: float
    reason: str
    state: str
    decided_by: str | None
    seconded_by: str | None
    evidence: Proof | None
    rivals: tuple[Rival, ...]
    policy_version: str
    lines: tuple[Line, ...]
    remainder: Money | None
    speaks_for: tuple[str, ...]
    against: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def awaits_second(self) -> bool:
        """One of two people has accepted it."""
        return self.state == MatchState.AWAITING.value

    @property
    def unattended(self) -> bool:
        """Whether the policy accepted it with nobody looking."""
        return self.decided_by == POLICY

    @property
    def certainty(self) -> str:
        if self.automatic or self.confidence >= CERTAIN:
            return "certain"
        return "likely" if self.confidence >= LIKELY else "unclear"

    @property
    def target(self) -> str:
        more = f" + {len(self.lines) - 1}" if len(self.lines) > 1 else ""
        return self.lines[0].number + more if self.lines else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A receipt in the list, with its best answer if there is one."""

    receipt: Any
    amount: Money
    payer: str
    answers: tuple[Answer, ...]

    @property
    def best(self) -> Answer | None:
        return self.answers[0] if self.answers else None

    @property
    def remainder(self) -> Money | None:
        return self.amount if self.best is None else self.best.remainder


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """How much waits in a section."""

    key: str
    name: str
    receipts: int
    sums: tuple[Money, ...]


NAMES = {
    "ready": "Ready", "choose": "Choose", "second": "Second look", "explain": "Explain", "parked": "Parked",
    "failed": "Failed to post",
}  # fmt: skip
SHOWN_WHEN_FILLED = frozenset({"second", "failed"})
"""Sections that most businesses never see anything in."""


def sections(connection: Connection, organisation_id: UUID, entity_id: UUID | None) -> dict[str, Section]:
    counts: dict[str, int] = defaultdict(int)
    sums: dict[str, list[Money]] = defaultdict(list)
    for row in queue.summary(connection, organisation_id, entity_id):
        counts[row.section] += row.receipts
        sums[row.section].append(Money(int(row.minor), row.currency))
    return {
        key: Section(key=key, name=name, receipts=counts[key], sums=tuple(sums[key])) for key, name in NAMES.items()
    }


def shown_sections(waiting: dict[str, Section], here: str) -> dict[str, Section]:
    """Without those that hold nothing and seldom do."""
    return {key: one for key, one in waiting.items() if one.receipts or key == here or key not in SHOWN_WHEN_FILLED}


def rows_of(connection: Connection, organisation_id: UUID, receipts: Sequence[Any]) -> list[Row]:
    """Rows for receipts in their order."""
    failed = [row.id for row in receipts if row.post_status == "failed"]
    others = [row.id for row in receipts if row.post_status != "failed"]
    found = queue.proposals(connection, organisation_id, others) if others else []
    found += queue.decided(connection, organisation_id, failed) if failed else []
    answers = answers_of(connection, organisation_id, {row.id: row for row in receipts}, found)
    return [
        Row(
            receipt=row,
            amount=Money(row.open_minor, row.currency),
            payer=row.payer_name or row.payer_email or row.payer_account or "Payer not named",
            answers=tuple(answers.get(row.id, ())),
        )
        for row in receipts
    ]


def answers_of(
    connection: Connection, organisation_id: UUID, receipts: dict[UUID, Any], rows: Iterable[Any]
) -> dict[UUID, list[Answer]]:
    rows = list(rows)
    documents: dict[UUID, Any] = {}
    for noun in ("invoices", "credit_notes"):
        ids = {row.document_id for row in rows if row.document_noun == noun}
        if ids:
            documents |= {row.id: row for row in queue.documents(connection, noun, organisation_id, sorted(ids))}
    found: dict[UUID, list[Answer]] = defaultdict(list)
    for _, group in groupby(rows, key=lambda row: row.id):
        lines = list(group)
        receipt = receipts[lines[0].receipt_id]
        found[receipt.id].append(_answer(receipt, lines, documents))
    return found


def _answer(receipt: Any, rows: Sequence[Any], documents: dict[UUID, Any]) -> Answer:
    head = rows[0]
    chips: dict[str, list[str]] = defaultdict(list)
    for chip in head.reasons:
        chips[chip["side"]].append(chip["text"])
    same = all(row.currency == receipt.currency for row in rows)
    left = receipt.open_minor - sum(row.applied_minor for row in rows)
    return Answer(
        match_id=head.id,
        rank=head.rank,
        automatic=head.decision == "auto",
        confidence=head.confidence,
        reason=head.reason,
        state=head.state,
        decided_by=head.decided_by,
        seconded_by=head.seconded_by,
        evidence=proofs().get(head.evidence or ""),
        rivals=tuple(
            Rival(names=one["names"], behind=one["behind"], why=tuple(one["why"])) for one in head.rivals or ()
        ),
        policy_version=head.policy_version,
        lines=tuple(_line(row, documents.get(row.document_id)) for row in rows),
        remainder=Money(left, receipt.currency) if same else None,
        speaks_for=tuple(chips["for"]),
        against=tuple(chips["against"]),
        missing=tuple(chips["missing"]),
    )


def _line(row: Any, document: Any) -> Line:
    applied = Money(row.applied_minor, row.currency)
    residual = Money(row.residual_minor, row.currency) if row.residual_minor else None
    if document is None:
        return Line(
            id=row.document_id, noun=row.document_noun, number="removed", customer="", customer_id=None, due_on=None,
            status="void", open=Money(0, row.currency), applied=applied, residual=residual,
            residual_kind=row.residual_kind or "",
        )  # fmt: skip
    return Line(
        id=row.document_id,
        noun=row.document_noun,
        number=document.number or document.external_id,
        customer=document.customer_name or "",
        customer_id=document.customer_id,
        due_on=document.due_on,
        status=document.status,
        open=Money(document.open_amount_minor, document.currency),
        applied=applied,
        residual=residual,
        residual_kind=row.residual_kind or "",
        provider=document.provider,
    )
