"""A bank's line as it is kept, and the bank entries that it means."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ledger.bank_entry import BankEntry
from ledger.statement import Part, StatementLine

LINE, PENDING = "bank_line", "bank_line_pending"
KINDS = (LINE, PENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    """What is kept of a line: all that was understood of it, and where it stood. The file itself is kept beside."""

    account: str
    file: str
    format: str
    line: StatementLine


def to_raw(kept: KeptLine) -> bytes:
    return msgspec.json.encode(kept)


def entries_of(raw: bytes, external_id: str) -> tuple[BankEntry, ...]:
    """One entry, or one for each of its parts: their sum is the line, and their record is the line's."""
    kept = msgspec.json.decode(raw, type=KeptLine)
    line = kept.line
    if not line.parts:
        whole = Part(
            amount=line.amount,
            counterparty=line.counterparty,
            counterparty_account=line.counterparty_account,
            text=line.text,
            reference=line.reference,
        )
        return (_entry(kept, whole, external_id),)
    return tuple(_entry(kept, part, f"{external_id}.{number}") for number, part in enumerate(line.parts, start=1))


def _entry(kept: KeptLine, part: Part, external_id: str) -> BankEntry:
    line = kept.line
    kind = "reversal" if line.reversal else "credit" if part.amount.minor >= 0 else "debit"
    return BankEntry(
        external_id=external_id,
        kind=kind,
        moved_on=line.booked_on,
        value_on=line.value_on,
        amount=part.amount,
        account=kept.account,
        counterparty=part.counterparty or None,
        counterparty_account=part.counterparty_account or None,
        reference=part.reference or None,
        memo=part.text or None,
        bank_reference=line.bank_reference or None,
        status="pending" if line.pending else "open",
        reconciled="unknown",
    )
