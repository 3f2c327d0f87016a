"""What an organisation's people confirmed, declined and undid, as the facts that the matcher learns from.

What the policy decided by itself teaches nothing: the matcher would only hear itself. What a person told it to forget is
left out of every fact of before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, get_args
from uuid import UUID

import msgspec

from ledger.match import MatchState
from reconcile.facts import Confirmed, Declined, Fact, Undone
from reconcile.memory import Sign, keys_of
from reconcile.values import Receipt

SIGNS: tuple[str, ...] = get_args(Sign)
_FIELDS = {"account": "payer_account", "email": "payer_email", "alias": "payer_name"}
_FOR_GOOD = frozenset({"fee", "discount", "withholding", "rounding", "fx"})
_YES, _NO, _OPEN = MatchState.APPROVED.value, MatchState.DECLINED.value, MatchState.PROPOSED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person said of one match, and when. kind: yes, no, undone."""

    match_id: UUID
    kind: str
    at: datetime


def said(steps: Iterable[Any], machines: frozenset[str]) -> list[Told]:
    """From the states of matches, in order of time. A no that was taken back was never said."""
    found: list[Told] = []
    for match_id, group in groupby(steps, key=lambda row: row.match_id):
        found += _of_match(match_id, list(group), machines)
    return sorted(found, key=lambda told: (told.at, str(told.match_id)))


def _of_match(match_id: UUID, rows: Sequence[Any], machines: frozenset[str]) -> Iterator[Told]:
    before = _OPEN
    declined: Told | None = None
    for row in rows:
        by_person = row.by not in machines
        if row.state == _NO and by_person:
            declined = Told(match_id=match_id, kind="no", at=row.at)
        elif row.state == _YES and by_person:
            yield Told(match_id=match_id, kind="yes", at=row.at)
        elif row.state == _OPEN and before == _YES and by_person:
            yield Told(match_id=match_id, kind="undone", at=row.at)
        elif row.state == _OPEN and before == _NO:
            declined = None
        before = row.state
    if declined is not None:
        yield declined


def facts(
    told: Iterable[Told], lines: Iterable[Any], owner_of: Callable[[UUID], str], value_of: Callable[[Any], Receipt],
    forgotten: Sequence[Any],
) -> list[Fact]:  # fmt: skip
    """One fact a customer of each match. owner_of: document -> payer's id, empty where it has none."""
    by_match: dict[UUID, list[Any]] = defaultdict(list)
    for row in lines:
        by_match[row.match_id].append(row)
    signs = _forgotten(forgotten)
    found: list[Fact] = []
    for one in told:
        rows = by_match.get(one.match_id, [])
        owners: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            owners[owner_of(row.document_id)].append(row)
        for customer, own in owners.items():
            if customer:
                receipt = _without(value_of(own[0]), signs.get(customer, ()), one.at)
                found.append(_fact(one, receipt, customer, own))
    return found


def _fact(told: Told, receipt: Receipt, customer: str, rows: Sequence[Any]) -> Fact:
    items = tuple(sorted(str(row.document_id) for row in rows))
    day = told.at.date()
    if told.kind == "no":
        return Declined(on=day, receipt=receipt, customer_id=customer, item_ids=items)
    if told.kind == "undone":
        return Undone(on=day, receipt=receipt, customer_id=customer, item_ids=items)
    short = [row for row in rows if row.residual_minor and row.residual_kind in _FOR_GOOD]
    kinds = {row.residual_kind for row in short}
    return Confirmed(
        on=day,
        receipt=receipt,
        customer_id=customer,
        item_ids=items,
        short_minor=sum(row.residual_minor for row in short) if len(kinds) == 1 else 0,
        short_kind=kinds.pop() if len(kinds) == 1 else "",
    )


def _forgotten(rows: Iterable[Any]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[str(row.customer_id)].append(row)
    return found


def _without(receipt: Receipt, forgotten: Iterable[Any], at: datetime) -> Receipt:
    """The receipt as if the payer had not shown these signs."""
    gone = {(row.kind, row.value) for row in forgotten if row.forgotten_at >= at}
    hidden = {_FIELDS[sign]: "" for sign, text in keys_of(receipt) if (sign, text) in gone}
    return msgspec.structs.replace(receipt, **hidden) if hidden else receipt
