"""What a record's change moves on accounts of money: a clearing account that differs may differ by just that. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connectors.port import Value
from ledger.bank_entry import BankEntry
from ledger.money import Money, convert
from ledger.payment import Payment
from proving.verify.differences import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMove:
    """A record changed at the provider, and what that moved on one account, in minor units of home currency."""

    account: str
    minor: int
    cause: Cause
    words: str


def account_moves(before: Sequence[Value], after: Sequence[Value], home: str, through: date) -> Mapping[str, int]:
    """By account what changed between the two; only what is dated by the day, and what a deposit gathers only once."""
    moved: Counter[str] = Counter()
    for sign, side in ((-1, before), (1, after)):
        for value in side:
            for account, minor in _on_accounts(value, home, through):
                moved[account] += sign * minor
    return {account: minor for account, minor in moved.items() if minor}


def _on_accounts(value: Value, home: str, through: date) -> Iterator[tuple[str, int]]:
    if isinstance(value, Payment):
        if (
            value.status == "open"
            and value.deposit_account
            and not value.batch_external_id
            and _by(value.paid_on, through)
        ):
            minor = _home(value.amount, value.home_amount, value.exchange_rate, home)
            yield value.deposit_account, -minor if value.kind == "refund" else minor
    elif isinstance(value, BankEntry) and value.status == "open" and _by(value.moved_on, through):
        minor = _home(value.amount, value.home_amount, value.exchange_rate, home)
        for account, sign in ((value.account, 1), (value.other_account, -1)):
            if account:
                yield account, sign * minor


def _by(day: date | None, through: date) -> bool:
    return day is not None and day <= through


def _home(amount: Money, in_home: Money | None, rate: Decimal | None, home: str) -> int:
    if amount.currency == home:
        return amount.minor
    if in_home is not None:
        return in_home.minor
    return 0 if rate is None else convert(amount, rate, home).minor


def moved_by(record_cause: Cause | None, before: Sequence[Value], after: Sequence[Value]) -> Cause:
    """The cause of the record's own change, or what can be told from its being there."""
    if record_cause is not None:
        return record_cause
    if before and not after:
        return Cause.DELETED_THERE
    return Cause.CHANGED_THERE if before else Cause.NOT_SYNCED
