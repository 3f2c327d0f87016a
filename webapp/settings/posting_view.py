"""What Settings, Posting shows of one entity: its accounts by use, who books what today, and what the rules lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from ledger.money import Money
from posting.processor.picks import picks
from posting.processor.problems import problems, takes
from posting.processor.today import booked_today
from posting.rules import Booking, Kind, Place, PostingRules, Role
from store.database import Connection
from store.queries.screens import posting_settings
from webapp.context import organisation_id
from webapp.posting.roles import KINDS, ROLES, RoleWords
from webapp.shown import SYSTEMS, today

Key = tuple[Role, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One use that an account is chosen for. pick: what is suggested, with the reason. problem: what is wrong with it now.

    doubt: what would be wrong with the suggestion once it is saved; it is named then, and not chosen.
    """

    role: Role
    words: RoleWords
    source: str
    source_name: str
    currency: str
    place: Place | None
    pick: Any | None
    problem: Any | None
    doubt: Any | None

    def takes(self, account: Any) -> bool:
        """Whether an account is offered: of a fit kind, or the one that is chosen."""
        return takes(self.role, account.kind) or account.external_id == self.account

    def choice(self, groups: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """The chart's groups with what is offered of each."""
        found = {group: [one for one in own if self.takes(one)] for group, own in groups.items()}
        return {group: own for group, own in found.items() if own}

    @property
    def account(self) -> str:
        """The account that the form shows as chosen: the saved one, else the suggested one."""
        if self.place is not None:
            return self.place.account
        return str(self.pick.account) if self.is_suggested and self.pick is not None else ""

    @property
    def is_suggested(self) -> bool:
        return self.place is None and self.pick is not None and self.doubt is None

    @property
    def shown(self) -> Place | None:
        """What the form says where nobody types."""
        if self.place is not None or not self.account:
            return self.place
        return Place(role=self.role, account=self.account, source=self.source, currency=self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Who has booked one kind of one source lately, and what is chosen from now on."""

    source: str
    source_name: str
    kind: Kind
    words: str
    seen: tuple[tuple[Any, Money], ...]
    choice: Booking | None

    @property
    def answer(self) -> str:
        if self.choice is None:
            return ""
        return self.choice.poster if self.choice.poster in ("tieout", "nobody") else "other"


def slots(connection: Connection, entity_id: UUID, rules: PostingRules) -> list[Slot]:
    """By source and use, the general ones last; a place that the rules hold is shown also where nothing asks for it."""
    names = _names(connection, entity_id)
    suggested = {(one.role, one.source, one.currency): one for one in picks(connection, organisation_id(), entity_id)}
    wrong = {
        (one.place.role, one.place.source, one.place.currency): one
        for one in problems(connection, organisation_id(), entity_id, rules)
    }
    standing = {(place.role, place.source, place.currency): place for place in rules.places}
    doubts = _doubts(connection, entity_id, rules, [one for key, one in suggested.items() if key not in standing])
    keys = dict.fromkeys([*_asked(connection, entity_id), *suggested, *standing, *wrong])
    return [
        Slot(
            role=role, words=ROLES[role], source=source, source_name=names.get(source, ""), currency=currency,
            place=standing.get(key), pick=suggested.get(key), problem=wrong.get(key),
            doubt=doubts.get(key),
        )
        for key in sorted(keys, key=lambda key: (not key[1], names.get(key[1], ""), key[2], list(Role).index(key[0])))
        for role, source, currency in [key]
    ]  # fmt: skip


def _doubts(connection: Connection, entity_id: UUID, rules: PostingRules, suggested: Sequence[Any]) -> dict[Key, Any]:
    """What the books would have against suggestions, said before they are saved."""
    new = tuple(
        Place(role=one.role, account=one.account, source=one.source, currency=one.currency) for one in suggested
    )
    would = msgspec.structs.replace(rules, places=(*rules.places, *new))
    found = problems(connection, organisation_id(), entity_id, would)
    return {(one.place.role, one.place.source, one.place.currency): one for one in found if one.place in new}


def _asked(connection: Connection, entity_id: UUID) -> list[Key]:
    """Uses that every business has, and those that follow from where its money comes in."""
    found: list[Key] = [(role, "", "") for role, words in ROLES.items() if words.scope == "general"]
    used = posting_settings.currencies(connection, organisation_id(), entity_id)
    for row in posting_settings.sources(connection, organisation_id(), entity_id):
        scope = "processor" if row.role == "processor" else "bank"
        roles = [role for role, words in ROLES.items() if words.scope == scope]
        for own, currency in used:
            if own == row.id:
                found += [(role, str(row.id), currency) for role in roles]
    return found


def _names(connection: Connection, entity_id: UUID) -> dict[str, str]:
    return {
        str(row.id): f"{SYSTEMS.get(row.provider, row.provider)}, {row.company_name}"
        for row in posting_settings.sources(connection, organisation_id(), entity_id)
    }


def kept(connection: Connection, entity_id: UUID, rules: PostingRules) -> list[Kept]:
    """Each kind of each processor's money: who made what stands of it in the books, as 90 days show."""
    names = _names(connection, entity_id)
    processors = [
        row for row in posting_settings.sources(connection, organisation_id(), entity_id) if row.role == "processor"
    ]
    seen = booked_today(connection, organisation_id(), entity_id, today())
    return [
        Kept(
            source=str(row.id), source_name=names[str(row.id)], kind=kind, words=KINDS[kind],
            seen=tuple((one, Money(one.minor, one.currency)) for one in seen if _is(one, row.id, kind)),
            choice=rules.poster(str(row.id), kind),
        )
        for row in processors
        for kind in Kind
    ]  # fmt: skip


def _is(one: Any, source: UUID, kind: Kind) -> bool:
    return str(one.source) == str(source) and Kind(one.kind) is kind


def by_kind(accounts: Sequence[Any]) -> Mapping[str, list[Any]]:
    """For a list to choose from, grouped as the chart is."""
    found: dict[str, list[Any]] = {}
    for one in accounts:
        found.setdefault(one.kind.replace("_", " ").capitalize(), []).append(one)
    return found
