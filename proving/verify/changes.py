"""What of a record is another there than here, as far as receivables hang on it. Pure.

What a customer owes is the sum of what its records come to: invoices and journal lines less credits and money received.
How they are applied to each other moves nothing between customers, so that each change counts once: with the record that
was changed, not with the documents whose open amount follows from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from connectors.port import Record, Value
from ledger.money import Money
from proving.verify.differences import Cause
from proving.verify.standings import CASH, Applied, Standing, applied, by_application, let_go, standings

MACHINE_ID = 30
"""Letters of an id that no person says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """effects: by (customer, currency) what sync would move; home: by customer in home currency, where rates are known.

    own: the write id, where the record is one that Tieout posted. facts: what differs, field by field, before and after.
    """

    kind: str
    external_id: str
    noun: str
    number: str
    cause: Cause
    words: str
    before: Money | None
    after: Money | None
    effects: Mapping[tuple[str, str], int]
    home: Mapping[str, int]
    customers: frozenset[str]
    own: str = ""
    at: datetime | None = None
    on: date | None = None
    facts: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    let_go: frozenset[str] | None = None
    """Of an application that lost targets and gained none: their external ids."""


def change_of(
    record: Record, before: Sequence[Value], after: Sequence[Value], home: str, *, there: str, own: str = "",
    names: Mapping[str, str] | None = None, through: date | None = None,
) -> Change | None:  # fmt: skip
    """None where nothing that receivables hang on differs. own: the write id of our entry that this record is.

    there: the provider's name. names: what people call a document, by its external id. through:
    the day on which home figures are compared.
    """
    was, now = standings(before, home), standings(after, home)
    moved, moves = applied(before), applied(after)
    if was == now and moved == moves:
        return None
    cause = _cause(record, was, now, after, own)
    facts = _facts(was, now, moved, moves, names or {})
    if not facts and cause is Cause.CHANGED_THERE:
        return None
    shown = next(iter((now or was).values()), None) or by_application(before, after)
    first, last = _total(was), _total(now)
    if cause is Cause.CREDITS_MOVED:
        first, last = _applied_sum(moved, shown), _applied_sum(moves, shown)
    return Change(
        kind=record.kind, external_id=record.external_id, noun=shown.noun, number=shown.number, cause=cause,
        words=_words(record, shown, cause, facts, own, there), before=first, after=last,
        effects=_effects(was, now), home=_home(was, now, through), customers=frozenset({*_names(was), *_names(now), shown.customer} - {""}),
        own=own, at=record.updated_at, on=shown.on, facts=facts, let_go=let_go(moved, moves),
    )  # fmt: skip


def _cause(
    record: Record, was: Mapping[str, Standing], now: Mapping[str, Standing], after: Sequence[Value], own: str
) -> Cause:
    if was and not now:
        statuses = {getattr(value, "status", "") for value in after}
        return Cause.DELETED_THERE if record.deleted or not after or "deleted" in statuses else Cause.VOIDED_THERE
    if now and not was:
        cash = any(one.noun in CASH for one in now.values())
        return Cause.OTHER_POSTER if cash and not own else Cause.NOT_SYNCED
    if was == now:
        return Cause.CREDITS_MOVED
    return Cause.CHANGED_THERE


def _facts(
    was: Mapping[str, Standing],
    now: Mapping[str, Standing],
    moved: Applied,
    moves: Applied,
    names: Mapping[str, str],
) -> dict[str, tuple[Any, Any]]:
    facts: dict[str, tuple[Any, Any]] = {}
    for key in sorted({*was, *now}):
        first, last = was.get(key), now.get(key)
        if first is None or last is None:
            facts[key] = (first and str(first.amount), last and str(last.amount))
            continue
        for name, before, after in (
            ("total", abs(first.amount), abs(last.amount)), ("date", first.on, last.on), ("customer", first.customer, last.customer),
            ("rate", first.home, last.home),
        ):  # fmt: skip
            if before != after and not (name == "rate" and first.amount != last.amount):
                facts[name] = (None if before is None else str(before), None if after is None else str(after))
    for ends in sorted({*moved, *moves}):
        if moved.get(ends) != moves.get(ends):
            facts[f"to {_called(ends[1], names)}"] = (_text(moved.get(ends)), _text(moves.get(ends)))
    return facts


def _called(end: str, names: Mapping[str, str]) -> str:
    """ "invoice 1234" as people call it."""
    kind, _, external_id = end.partition(" ")
    return names.get(external_id, f"{kind} {external_id}")


def _text(applied: tuple[int, str] | None) -> str | None:
    return None if applied is None else str(Money(*applied))


def _words(
    record: Record, shown: Standing, cause: Cause, facts: Mapping[str, tuple[Any, Any]], own: str, there: str
) -> str:
    name = called(shown.noun, shown.number)
    amount, day = abs(shown.amount), "" if shown.on is None else f" of {shown.on:%d %b %Y}"
    stamp = "" if record.updated_at is None else f" on {record.updated_at:%d %b %Y %H:%M} UTC"
    by = f" It is ours ({own})." if own else ""
    if cause is Cause.NOT_SYNCED:
        return f"{name}{day} over {amount} stands in {there} and is not here yet{stamp and f'; it was entered{stamp}'}.{by}"
    if cause is Cause.OTHER_POSTER:
        return f"{name}{day} over {amount} was entered in {there}{stamp}, not by Tieout."
    if cause is Cause.DELETED_THERE:
        return f"{name}{day} over {amount} was deleted in {there}{stamp}.{by}"
    if cause is Cause.VOIDED_THERE:
        return f"{name}{day} over {amount} was voided in {there}{stamp}.{by}"
    told = "; ".join(
        f"{what} {_side(before)} here, {_side(after)} there" for what, (before, after) in list(facts.items())[:4]
    )
    verb = "is applied otherwise" if cause is Cause.CREDITS_MOVED else "was changed"
    return f"{name} {verb} in {there}{stamp}: {told}.{by}"


def called(noun: str, number: str) -> str:
    """ "Invoice INV-7"; a long id that only machines say is left out."""
    return noun.capitalize() if len(number) >= MACHINE_ID else f"{noun.capitalize()} {number}".strip()


def _side(value: Any) -> str:
    return "nothing" if value is None else str(value)


def _total(standings: Mapping[str, Standing]) -> Money | None:
    """What the record adds to what is owed; None where it stands for nothing or for several currencies."""
    currencies = {one.amount.currency for one in standings.values()}
    if len(currencies) != 1:
        return None
    currency = currencies.pop()
    return Money(sum(one.amount.minor for one in standings.values()), currency)


def _applied_sum(moved: Applied, shown: Standing) -> Money | None:
    own = [minor for minor, currency in moved.values() if currency == shown.amount.currency]
    return Money(sum(own), shown.amount.currency) if own else None


def _effects(was: Mapping[str, Standing], now: Mapping[str, Standing]) -> dict[tuple[str, str], int]:
    moved: Counter[tuple[str, str]] = Counter()
    for sign, side in ((-1, was), (1, now)):
        for one in side.values():
            moved[one.customer, one.amount.currency] += sign * one.amount.minor
    return {key: minor for key, minor in moved.items() if minor}


def _home(was: Mapping[str, Standing], now: Mapping[str, Standing], through: date | None) -> dict[str, int]:
    """Of a day: what is dated later counts on neither side."""
    moved: Counter[str] = Counter()
    for sign, side in ((-1, was), (1, now)):
        for one in side.values():
            counts = through is None or one.on is None or one.on <= through
            if one.home is not None and counts:
                moved[one.customer] += sign * one.home.minor
    return {key: minor for key, minor in moved.items() if minor}


def _names(side: Mapping[str, Standing]) -> set[str]:
    return {one.customer for one in side.values()}
