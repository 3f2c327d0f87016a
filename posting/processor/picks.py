"""Which account of the books is probably meant for what: suggestions with their reasons; a person chooses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from posting.rules import Role
from store.database import Connection
from store.queries import processor as queries
from store.queries.account_use import uses_of
from store.queries.planning import accounts_of, books_row

_WORDS = re.compile(r"[a-z]+")
_PROCESSOR_ROLES = (Role.CLEARING, Role.DISPUTED, Role.RESERVE)
_GENERAL_ROLES = (
    Role.BANK, Role.UNDEPOSITED, Role.PROCESSOR_FEE, Role.DISPUTE_FEE, Role.BANK_FEE, Role.WITHHOLDING, Role.DISCOUNT,
    Role.ROUNDING, Role.BAD_DEBT, Role.EXCHANGE, Role.SUSPENSE,
)  # fmt: skip
_SURE = 6
_LEAST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """sure: name, type and use say the same, and no other account comes near."""

    role: Role
    source: str
    currency: str
    account: str
    name: str
    why: str
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an account for a role looks like. kinds: of the chart; said: words of a name, each with its weight."""

    kinds: frozenset[str]
    said: Mapping[str, int]
    used: str = ""
    against: frozenset[str] = frozenset()
    system: str = ""


_CLEARING_WORDS = {"stripe": 3, "clearing": 3, "processor": 2, "merchant": 2, "payouts": 1, "card": 1}
WISHES: Mapping[Role, Wish] = {
    Role.CLEARING: Wish(
        kinds=frozenset({"bank"}), said=_CLEARING_WORDS, used="stripe",
        against=frozenset({"fees", "fee", "dispute", "disputed", "reserve"}),
    ),
    Role.BANK: Wish(
        kinds=frozenset({"bank"}), said={"checking": 2, "current": 2, "operating": 2, "business": 1, "account": 1},
        used="bank", against=frozenset({*_CLEARING_WORDS, "savings", "paypal", "cash"}),
    ),
    Role.DISPUTED: Wish(kinds=frozenset({"current_asset", "other"}), said={"disputed": 4, "dispute": 4, "chargeback": 4, "chargebacks": 4}),
    Role.RESERVE: Wish(kinds=frozenset({"current_asset", "other"}), said={"reserve": 4, "reserves": 4, "stripe": 1, "held": 1}),
    Role.UNDEPOSITED: Wish(kinds=frozenset({"current_asset", "bank"}), said={"undeposited": 4}, system="undeposited"),
    Role.PROCESSOR_FEE: Wish(
        kinds=frozenset({"expense"}), said={"stripe": 3, "processing": 3, "merchant": 2, "card": 2, "fees": 2, "charges": 1},
        against=frozenset({"bank", "dispute"}),
    ),
    Role.DISPUTE_FEE: Wish(
        kinds=frozenset({"expense"}), said={"dispute": 4, "chargeback": 4, "stripe": 2, "processing": 2, "fees": 2},
        against=frozenset({"bank"}),
    ),
    Role.BANK_FEE: Wish(kinds=frozenset({"expense"}), said={"bank": 3, "fees": 2, "charges": 2}, against=frozenset({"stripe", "revaluations"})),
    Role.WITHHOLDING: Wish(kinds=frozenset({"current_asset", "other"}), said={"withheld": 4, "withholding": 4, "tds": 3}),
    Role.DISCOUNT: Wish(kinds=frozenset({"income", "expense"}), said={"discount": 4, "discounts": 4, "allowances": 2}),
    Role.ROUNDING: Wish(kinds=frozenset({"expense", "income", "other"}), said={"rounding": 5}),
    Role.BAD_DEBT: Wish(kinds=frozenset({"expense"}), said={"bad": 3, "debts": 2, "debt": 2, "doubtful": 2}),
    Role.EXCHANGE: Wish(
        kinds=frozenset({"expense", "income"}), said={"exchange": 3, "currency": 2, "gain": 1, "gains": 1, "realised": 2},
        against=frozenset({"unrealised"}),
    ),
    Role.SUSPENSE: Wish(kinds=frozenset({"current_asset", "other"}), said={"suspense": 5, "ask": 1}),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """accounts: of the books; uses: by what they were used for (bank, stripe), how often by account."""

    accounts: tuple[Any, ...]
    home: str
    uses: Mapping[str, Counter[str]] = field(default_factory=dict)


def picks(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Pick]:
    """For every processor in every currency that its balance moved in, and for what every business has."""
    books = queries.books_connection(connection, organisation_id, entity_id)
    if books is None:
        return []
    chart = Chart(
        accounts=tuple(accounts_of(connection, organisation_id, books)),
        home=books_row(connection, organisation_id, books).home_currency,
        uses=uses_of(connection, organisation_id, books),
    )
    places = [
        (str(row.id), currency)
        for row in queries.processors(connection, organisation_id, entity_id)
        for currency in queries.currencies(connection, organisation_id, row.id)
    ]
    return list(_picks(chart, places))


def _picks(chart: Chart, places: Iterable[tuple[str, str]]) -> Iterator[Pick]:
    for source, currency in places:
        for role in _PROCESSOR_ROLES:
            yield from pick(chart, role, source, currency)
        if currency != chart.home:
            yield from pick(chart, Role.BANK, source, currency)
    for role in _GENERAL_ROLES:
        yield from pick(chart, role, "", "")


def pick(chart: Chart, role: Role, source: str, currency: str) -> Iterator[Pick]:
    """The best account for a role, if one comes near at all."""
    wish = WISHES[role]
    wanted = currency or chart.home
    held = role in (Role.CLEARING, Role.BANK)  # the others may be in home currency whatever goes through them
    fitting = [
        one for one in chart.accounts
        if one.status == "active" and one.kind in wish.kinds and (not held or (one.currency or chart.home) == wanted)
    ]  # fmt: skip
    graded = sorted(
        ((_grade(chart, wish, one, wanted if currency else ""), one.external_id, one) for one in fitting),
        key=lambda one: (-one[0], one[1]),
    )
    if not graded or graded[0][0] < _LEAST:
        return
    best, _, account = graded[0]
    second = graded[1][0] if len(graded) > 1 else 0
    yield Pick(
        role=role, source=source, currency=currency, account=account.external_id, name=account.name,
        why=_why(chart, wish, account, held=held), sure=best >= _SURE and best - second >= _LEAST,
    )  # fmt: skip


def _grade(chart: Chart, wish: Wish, account: Any, currency: str) -> int:
    said = set(_WORDS.findall(account.name.lower()))
    grade = sum(weight for word, weight in wish.said.items() if word in said)
    grade -= 4 * len(said & wish.against)
    if currency and currency.lower() in said:
        grade += 2
    if wish.system and account.system_role == wish.system:
        grade += 6
    used = chart.uses.get(wish.used, Counter[str]())
    if used[account.external_id]:
        grade += 4 if used[account.external_id] == max(used.values()) else 2
    return grade


def _why(chart: Chart, wish: Wish, account: Any, *, held: bool) -> str:
    said = [word for word in _WORDS.findall(account.name.lower()) if word in wish.said]
    reasons = [f"its name says {' and '.join(dict.fromkeys(said))}"] if said else []
    reasons.append(f"it is of the type {account.provider_type}")
    if held:
        reasons.append(f"in {account.currency or chart.home}")
    count = chart.uses.get(wish.used, Counter[str]())[account.external_id]
    if count:
        reasons.append(_USED[wish.used](count))
    return ", ".join(reasons)


_USED: Mapping[str, Callable[[int], str]] = {
    "stripe": lambda count: f"{count} records on it name the processor",
    "bank": lambda count: f"{count} payments went into it",
}
