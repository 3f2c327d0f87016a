"""Money that the books hold on an account: payments, batches of them, and other cash, each as one line of the bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.money import Money, convert, total


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMoney:
    record_kind: str
    external_id: str
    amount: Money
    on: date
    noun: str
    customer: str | None
    customer_name: str
    said: str
    ids: tuple[str, ...]
    """Every id that it goes by: a batch's own and those of its payments."""


def of_payments(rows: Sequence[Any], currency: str) -> list[HeldMoney]:
    """Those of one batch are one line of the bank, so they are one record."""
    batches: dict[str, list[Any]] = {}
    for row in rows:
        batches.setdefault(row.batch_external_id or row.external_id, []).append(row)
    return [_paid(own, parts, currency) for own, parts in batches.items()]


def _paid(own: str, parts: Sequence[Any], currency: str) -> HeldMoney:
    first = parts[0]
    amounts = [_moved_by(row, currency) for row in parts]
    amount = total(amounts, currency) if all(one.currency == currency for one in amounts) else amounts[0]
    return HeldMoney(
        record_kind=first.record_kind,
        external_id=first.external_id,
        amount=amount,
        on=first.paid_on,
        noun=first.kind,
        customer=first.customer_external_id if len(parts) == 1 else None,
        customer_name=first.customer_name or "",
        said=first.reference or first.memo or "",
        ids=tuple(dict.fromkeys((own, *(row.external_id for row in parts)))),
    )


def _moved_by(row: Any, currency: str) -> Money:
    """What a payment moved in an account of this currency: by the books' own word, else at its own rate."""
    if row.bank_amount_minor is not None and row.bank_currency:
        return Money(row.bank_amount_minor, row.bank_currency)
    amount = Money(row.amount_minor, row.currency)
    if row.currency == currency or row.exchange_rate is None:
        return amount
    return convert(amount, row.exchange_rate, currency)


def of_move(row: Any) -> HeldMoney:
    return HeldMoney(
        record_kind=row.record_kind,
        external_id=row.external_id,
        amount=abs(Money(row.amount_minor, row.currency)),
        on=row.moved_on,
        noun=row.kind,
        customer=row.customer_external_id,
        customer_name=row.customer_name or "",
        said=row.reference or row.memo or "",
        ids=(row.external_id,),
    )
