"""How much may be let go of: by a user, for a customer and in all in one month, and from where a second person must agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from ledger.currency import exponent
from ledger.money import Money
from posting.planning.books import Books
from posting.refusal import NotPosted
from posting.remainders.kinds import Remainder
from posting.rules import Limit

ROUNDING_MONTH: Final = 100
"""So many of the largest roundings may be let go of in a month, where the rules name no cap."""


_OF_RESIDUAL = {"fee": Remainder.BANK_FEE.value, "rounding": Remainder.ROUNDING.value}
"""What a match closes and lets go of. Withheld tax is an asset: nothing is let go of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """Something that was let go of this month and stands, or waits to."""

    amount: Money
    kind: str
    by: str
    customer: str
    document: str = ""


def used_of(rows: Sequence[Any]) -> list[Used]:
    """From rows of postings."""
    return [
        Used(
            amount=Money(row.amount_minor, row.currency),
            kind=(row.choices or {}).get("kind", ""),
            by=row.approved_by,
            customer=(row.choices or {}).get("customer") or "",
            document=(row.choices or {}).get("document") or "",
        )
        for row in rows
    ]


def closed_by_matches(rows: Sequence[Any]) -> list[Used]:
    """What matches let go of with their receipts: rows of `store.queries.planning.closed_with_receipts`."""
    return [
        Used(
            amount=Money(row.residual_minor, row.currency),
            kind=_OF_RESIDUAL[row.residual_kind],
            by=row.decided_by or "",
            customer=row.customer_external_id or "",
        )
        for row in rows
        if row.residual_kind in _OF_RESIDUAL
    ]


def month_start(today: date, zone: str) -> datetime:
    """When the entity's month began."""
    return datetime.combine(today.replace(day=1), time.min, ZoneInfo(zone)).astimezone(UTC)


def check(books: Books, used: Sequence[Used], kind: Remainder, amount: Money, *, by: str, customer: str) -> None:
    """Raises NotPosted where the amount, with what was let go of this month, is over a limit."""
    if kind is Remainder.ROUNDING:
        _check_rounding(books, used, amount)
    for limit in books.rules.limits:
        if limit.currency != amount.currency:
            continue
        before = _sum(used, amount.currency, limit, by=by, customer=customer)
        if (before + amount) > most(limit):
            whose = {"user": f"by {by}", "customer": "for this customer", "month": "in all"}.get(limit.per, limit.per)
            raise NotPosted(
                "over_limit",
                f"{before} was let go of {whose} this month already; with {amount} that is over the limit of {most(limit)}.",
                "Ask an owner to decide it or to raise the limit under Settings, Posting; or leave it open.",
            )


def _check_rounding(books: Books, used: Sequence[Used], amount: Money) -> None:
    one = Money(books.rules.rounding_minor, amount.currency)
    if amount > one:
        raise NotPosted(
            "not_rounding",
            f"{amount} is more than a rounding: at most {one} is.",
            "Choose what it is: a bank fee, a discount, an agreed reduction; or leave it open.",
        )
    cap = rounding_cap(books, amount.currency)
    before = sum(
        each.amount.minor
        for each in used
        if each.kind == Remainder.ROUNDING.value and each.amount.currency == amount.currency
    )
    if before + amount.minor > cap.minor:
        raise NotPosted(
            "rounding_cap",
            f"{Money(before, amount.currency)} of roundings were let go of this month; the cap is {cap}.",
            "See first why there are so many; then raise the cap under Settings, Posting.",
        )


def rounding_cap(books: Books, currency: str) -> Money:
    """How much may be closed as rounding in one month."""
    named = books.rules.settings.get("rounding_month_minor")
    return Money(int(named) if named else books.rules.rounding_minor * ROUNDING_MONTH, currency)


def _sum(used: Sequence[Used], currency: str, limit: Limit, *, by: str, customer: str) -> Money:
    counted = [
        one.amount.minor
        for one in used
        if one.amount.currency == currency
        and (limit.per != "user" or one.by == by)
        and (limit.per != "customer" or one.customer == customer)
    ]
    return Money(sum(counted), currency)


def most(limit: Limit) -> Money:
    """A limit stands in major units."""
    return Money(limit.most * 10 ** exponent(limit.currency), limit.currency)


def second_because(
    books: Books, kind: Remainder, amount: Money, used: Sequence[Used] = (), document: UUID | None = None
) -> str:
    """Why one person's word is not enough for this amount, with what was let go of the same invoice this month (a sum that
    is split by kinds is still one sum); said before "a second person must agree", and empty where it is enough.

    Limits bind their own currency. Where the rules name some and none in this one, every sum takes a second person: it
    would slip below all of them. Roundings have a bound and a cap in every currency.
    """
    rules = books.rules
    if kind is not Remainder.ROUNDING and any(
        kept and all(one.currency != amount.currency for one in kept) for kept in (rules.limits, rules.second_above)
    ):
        return f"the rules name no limit in {amount.currency}, so"
    before = [
        one.amount.minor for one in used if one.amount.currency == amount.currency and one.document == str(document)
    ]
    whole = Money(amount.minor + sum(before), amount.currency)
    over = any(one.currency == amount.currency and whole > most(one) for one in rules.second_above)
    return "above this sum" if over else ""
