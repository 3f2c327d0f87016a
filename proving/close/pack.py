"""The period-end pack as one JSON document: figures, what explains them, and every difference with its name. Pure.

Amounts are exact decimals as texts. Nothing in it is a plug: what does not tie stands under `differences`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from connectors.figures import Control
from ledger.money import Money
from proving.clearing_proof import ClearingProof
from proving.close.parts import Credit, CustomerLine, SubLedger, Whose
from proving.verify.differences import WORDS, Difference

FORM = 1
DEPOSITS = frozenset({"prepayment"})
UNAPPLIED = frozenset({"payment", "overpayment"})


def build(
    whose: Whose, ledger: SubLedger | None, control: Control | None, *, books: Mapping[str, Any] | None,
    differences: Iterable[tuple[str, Difference]], waiting: Iterable[Any], processors: Sequence[Mapping[str, Any]],
    not_compared: Iterable[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """ledger, control, books: None where the entity has no ledger. differences: with the connection that each is of."""
    named = [_difference(connection, one) for connection, one in differences]
    return {
        "form": FORM,
        "entity": {"id": str(whose.entity_id), "name": whose.entity, "country": whose.country, "home_currency": whose.home, "time_zone": whose.zone},
        "period": {"from": whose.first.isoformat(), "through": whose.through.isoformat()},
        "prepared": {"by": whose.prepared_by, "at": _moment(whose.prepared_at)},
        "books": books,
        "receivables": None if ledger is None else _receivables(ledger, control),
        "receipts": _receipts(waiting),
        "processors": list(processors),
        "differences": named,
        "ties_out": not named,
        "not_compared": list(not_compared),
    }  # fmt: skip


def canonical(pack: Mapping[str, Any]) -> bytes:
    """The bytes that are kept and that the digest is of."""
    return (json.dumps(pack, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _receivables(ledger: SubLedger, control: Control | None) -> dict[str, Any]:
    return {
        "rates": ledger.rates,
        "buckets": list(ledger.buckets),
        "customers": [_customer(line) for line in ledger.lines],
        "currencies": [
            {"currency": currency, "total": text(own), "home": text(home)}
            for currency, (own, home) in sorted(ledger.currencies.items())
        ],
        "sub_ledger": money(ledger.total),
        "control_account": None if control is None else {
            **money(control.total), "source": control.source,
            "accounts": {key: text(own) for key, own in sorted(control.accounts.items())},
        },
        "difference": None if control is None else money(control.total - ledger.total),
        "unapplied_cash": [_credit(one) for one in ledger.credits if one.kind in UNAPPLIED],
        "customer_deposits": [_credit(one) for one in ledger.credits if one.kind in DEPOSITS],
        "open_credits": [_credit(one) for one in ledger.credits if one.kind not in UNAPPLIED | DEPOSITS],
    }  # fmt: skip


def _customer(line: CustomerLine) -> dict[str, Any]:
    return {
        "customer": line.customer, "name": line.name, "currency": line.total.currency,
        "buckets": [text(own) for own in line.buckets], "unapplied": text(line.unapplied), "total": text(line.total),
    }  # fmt: skip


def _credit(one: Credit) -> dict[str, Any]:
    return {
        "kind": one.kind, "number": one.number, "customer": one.customer, "name": one.name,
        "on": None if one.on is None else one.on.isoformat(), **money(one.left),
    }  # fmt: skip


def _receipts(waiting: Iterable[Any]) -> dict[str, Any]:
    """Money that came and is not settled: nobody has decided on it, or it is decided and not in the books yet."""
    unmatched: list[dict[str, Any]] = []
    decided: list[dict[str, Any]] = []
    for row in waiting:
        line = {
            "receipt": str(row.id), "on": row.received_on.isoformat(), "payer": row.payer_name, "reference": row.reference,
            "source": row.source, "status": row.match_state or row.status, "currency": row.currency,
            "amount": text(Money(row.amount_minor, row.currency)), "open": text(Money(row.open_minor, row.currency)),
        }  # fmt: skip
        (unmatched if row.match_state is None else decided).append(line)
    return {"unmatched": unmatched, "decided_not_posted": decided}


def processor_part(
    connection: Any,
    currency: str,
    opening: int,
    movements: Sequence[Any],
    payouts: Sequence[Any],
    proof: ClearingProof | None,
) -> dict[str, Any]:
    """One processor account in one currency, from opening to closing; `clearing` is the proof against the books."""
    own = [row for row in movements if row.currency == currency]
    closing = Money(opening + sum(int(row.net) for row in own), currency)
    transit = [row for row in payouts if row.currency == currency]
    return {
        "connection": f"{connection.provider}:{connection.company_id}", "company": connection.company_name, "currency": currency,
        "opening": text(Money(opening, currency)),
        "movements": [
            {
                "kind": row.reporting_category, "count": int(row.count), "gross": text(Money(int(row.gross), currency)),
                "fees": text(Money(int(row.fee), currency)), "net": text(Money(int(row.net), currency)),
            }
            for row in own
        ],
        "closing": text(closing),
        "payouts_in_transit": [
            {
                "payout": row.external_id, "left_on": row.left_on.isoformat(), "arrives_on": row.arrives_on.isoformat(),
                "amount": text(Money(row.amount_minor, currency)), "trace_id": row.trace_id,
            }
            for row in transit
        ],
        "in_transit": text(Money(sum(row.amount_minor for row in transit), currency)),
        "clearing": None if proof is None or proof.account is None else _clearing(proof),
    }  # fmt: skip


def _clearing(proof: ClearingProof) -> dict[str, Any]:
    return {
        "account": proof.account, "account_name": proof.account_name, "books": text(proof.books),
        "not_posted": text(proof.not_posted), "elsewhere": text(proof.elsewhere), "in_transit": text(proof.in_transit),
        "processor": text(proof.stripe), "unexplained": text(proof.unexplained),
        "rows": [
            {
                "section": row.section.value, "subject": row.subject, "on": row.on.isoformat(), "amount": text(row.amount),
                "words": row.words, "remedy": row.remedy,
            }
            for row in proof.rows
        ],
    }  # fmt: skip


def _difference(connection: str, one: Difference) -> dict[str, Any]:
    numbers = one.numbers or (None, None)
    currency = next((own.currency for own in (one.ours, one.theirs) if own is not None), None)
    return {
        "connection": connection, "check": one.check.value, "subject": one.subject, "name": one.name, "currency": currency,
        "ours": numbers[0] if one.ours is None else text(one.ours),
        "theirs": numbers[1] if one.theirs is None else text(one.theirs),
        "cause": one.cause.value, "cause_words": WORDS[one.cause], "words": one.words, "remedy": one.to_do,
    }  # fmt: skip


def money(own: Money) -> dict[str, str]:
    return {"currency": own.currency, "amount": text(own)}


def text(own: Money) -> str:
    return f"{own.decimal():f}"


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def file_name(entity: str, through: date, kind: str) -> str:
    """Letters that every system takes."""
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in entity.lower()).strip("-")
    return f"{plain[:40] or 'entity'}-{through.isoformat()}.{kind}"
