"""What importing a file would do, worked out without writing: accounts, known and new lines, layouts of CSV."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import msgspec

from connectors.statement.decoded import clean
from connectors.statement.formats import Books, format_of, guess_layout, read
from connectors.statement.layout import Guess, Layout, fingerprint
from connectors.statement.unpacked import Member, unpack
from ledger.faults import BadInput
from ledger.money import Money, total
from ledger.source import connection_id
from ledger.statement import Statement, StatementFile, StatementLine
from store import statements as store
from store.database import Connection
from store.scope import Scope
from sync.statements.accounts import company_id, find_account, masked
from sync.statements.identity import Listed, Told, recognise
from sync.statements.words import content_of, digest, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person gave: the file, whose it is, and what they said of it. layout: how its CSV reads, confirmed."""

    organisation_id: UUID
    entity: Any
    file_name: str
    data: bytes
    account: str | None = None
    currency: str | None = None
    layout: Layout | None = None

    def books(self, account: Any = None) -> Books:
        """`account`: the known one that was named, whose currency counts where the file tells none."""
        own = None if account is None else account.currency
        return Books(
            time_zone=self.entity.time_zone,
            currency=self.currency or own or self.entity.home_currency,
            country=self.entity.country,
        )

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account that a file speaks of. row: None where it is to be made."""

    row: Any
    company_id: str
    connection_id: UUID
    number: str
    name: str
    currency: str

    @property
    def is_new(self) -> bool:
        return self.row is None

    @property
    def masked(self) -> str:
        return masked(self.number) if self.number else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLine:
    """A line with the id of its record, and whether that is new. told: as later files are compared with it."""

    external_id: str
    line: StatementLine
    told: Told | None
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One statement of the file. again: it stands in another file of the same import already."""

    file: str
    format: str
    account: Account
    statement: Statement
    lines: tuple[PlannedLine, ...]

    @property
    def total(self) -> Money:
        booked = (one.line.amount for one in self.lines if not one.line.pending)
        return total(booked, self.statement.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """kind: the format for people. guess: how a CSV was taken to read; remembered: it was confirmed before."""

    asked: Asked
    format: str
    kind: str
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...]
    guess: Guess | None = None
    layout: Layout | None = None
    remembered: bool = False

    def count(self, *, new: bool, pending: bool = False) -> int:
        return sum(
            1
            for sheet in self.sheets
            for one in sheet.lines
            if one.is_new is new and one.line.pending is pending
        )  # fmt: skip

    @property
    def accounts(self) -> list[Account]:
        return list({sheet.account.connection_id: sheet.account for sheet in self.sheets}.values())


def plan(connection: Connection, asked: Asked) -> Plan:
    """Raises BadInput with file, place and what to do; Ambiguous where the account has to be named."""
    members = unpack(clean(asked.file_name) or "The file", asked.data)
    accounts = store.accounts(connection, asked.organisation_id, asked.entity.id)
    named = None if asked.account is None else find_account(accounts, "", asked.account)
    layout, guess, remembered = _layout(connection, asked, members, accounts)
    files = [(member, read(member, asked.books(named), layout)) for member in members]
    kinds = dict.fromkeys(file.kind for _, file in files)
    planner = _Planner(connection, asked, accounts)
    sheets = tuple(
        planner.sheet(member.name, file.format, statement) for member, file in files for statement in file.statements
    )
    return Plan(
        asked=asked,
        format=files[0][1].format,
        kind=", ".join(kinds),
        sheets=sheets,
        notes=tuple(dict.fromkeys(_notes(files, sheets))),
        guess=guess,
        layout=layout,
        remembered=remembered,
    )


def _notes(files: Sequence[tuple[Member, StatementFile]], sheets: Sequence[Sheet]) -> Iterator[str]:
    for _, file in files:
        yield from file.notes
    for sheet in sheets:
        told = sheet.statement
        if told.opening is not None and told.closing is not None:
            left = told.closing - told.opening - sheet.total
            if left:
                number = f" {told.number}" if told.number else ""
                yield (
                    f"Statement{number} of {sheet.account.name}: {told.opening} and lines of {sheet.total} do not lead to "
                    f"{told.closing}; {left} is missing. It can be imported, and the difference stands as a finding."
                )


def _layout(
    connection: Connection, asked: Asked, members: Sequence[Member], accounts: Sequence[Any]
) -> tuple[Layout | None, Guess | None, bool]:
    """A CSV's layout: what the person says now, else what was confirmed for files with this header, else the guess."""
    first = next((member for member in members if format_of(member) == "csv"), None)
    if first is None:
        return None, None, False
    if len(members) > 1:
        raise BadInput(
            f"{asked.file_name} holds several files, {first.name} among them is a CSV; import CSV one by one."
        )
    guess = guess_layout(first, asked.books())
    assert guess is not None
    if asked.layout is not None:
        return asked.layout, guess, False
    kept = store.layouts(connection, asked.organisation_id, fingerprint(guess.layout.heading))
    own = {row.id for row in accounts}
    if asked.account is not None:
        named = find_account(accounts, "", asked.account)
        own = {named.id} if named is not None else set()
    found = [body for connection_id_, body in kept.items() if connection_id_ in own]
    if not found:
        return guess.layout, guess, False
    return msgspec.convert({**found[0], "first_row": guess.layout.first_row}, Layout), guess, True


class _Planner:
    """Goes through the statements in their order; what one lists, the next one knows."""

    def __init__(self, connection: Connection, asked: Asked, accounts: list[Any]) -> None:
        self._connection = connection
        self._asked = asked
        self._accounts = accounts
        self._made: dict[UUID, Account] = {}
        self._seen: dict[UUID, list[Listed]] = defaultdict(list)
        self._given: dict[UUID, set[str]] = defaultdict(set)

    def sheet(self, file: str, form: str, statement: Statement) -> Sheet:
        account = self._account(statement)
        lines = self._lines(account, form, statement)
        return Sheet(file=file, format=form, account=account, statement=statement, lines=lines)

    def _account(self, statement: Statement) -> Account:
        asked = self._asked
        row = find_account(self._accounts, statement.account, asked.account)
        if row is not None:
            if row.currency != statement.currency:
                raise BadInput(
                    f"The file is in {statement.currency}, but {row.name} is kept in {row.currency}; name another account."
                )
            return Account(
                row=row, company_id=row.company_id, connection_id=row.id, name=row.name, currency=row.currency,
                number=row.number or statement.account,
            )  # fmt: skip
        name = asked.account or statement.account_name or f"Bank account {masked(statement.account)}"
        own = company_id(asked.entity.id, statement.account or "", name)
        account = Account(
            row=None, company_id=own, connection_id=connection_id(store.PROVIDER, own), number=statement.account,
            name=name, currency=statement.currency,
        )  # fmt: skip
        return self._made.setdefault(account.connection_id, account)

    def _lines(self, account: Account, form: str, statement: Statement) -> tuple[PlannedLine, ...]:
        booked = [line for line in statement.lines if not line.pending]
        told = list(_told(form, statement, booked))
        known = self._known(account, told)
        ids = recognise(told, known)
        given = self._given[account.connection_id]
        taken = {item.external_id for item in known} | given
        found = []
        for line, one, external_id in zip(booked, told, ids, strict=True):
            own = external_id or _new_id(one, taken)
            taken.add(own)
            given.add(own)
            found.append(PlannedLine(external_id=own, line=line, told=one, is_new=external_id is None))
        self._seen[account.connection_id] += [
            Listed(external_id=one.external_id, told=one.told) for one in found if one.told is not None
        ]
        return (*found, *_pending(statement))

    def _known(self, account: Account, told: Sequence[Told]) -> list[Listed]:
        """What standing imports list of these days, and what this import has listed before."""
        days = [one.booked_on for one in told]
        if not days:
            return []
        known = [one for one in self._seen[account.connection_id] if min(days) <= one.told.booked_on <= max(days)]
        if not account.is_new:
            scope = Scope(self._asked.organisation_id, account.connection_id)
            known += map(_listed, store.listed(self._connection, scope, min(days), max(days)))
        return known


def _told(form: str, statement: Statement, booked: Sequence[StatementLine]) -> Iterator[Told]:
    running = statement.opening
    days = [line.booked_on for line in booked if line.booked_on is not None]
    first, last = (min(days), max(days)) if days else (None, None)
    opens, closes = statement.opening_on, statement.closing_on
    for line in booked:
        assert line.booked_on is not None
        on = line.booked_on
        running = None if running is None else running + line.amount
        balance = running if line.balance_after is None else line.balance_after
        begun_before = on != first or (opens is not None and opens < on)
        goes_on = on != last or (closes is not None and closes > on)
        yield Told(
            format=form,
            booked_on=on,
            amount_minor=line.amount.minor,
            content=content_of(line),
            bank_reference=line.bank_reference,
            balance_minor=None if balance is None else balance.minor,
            words=words_of(line),
            whole_day=begun_before and goes_on,
        )


def _listed(row: Any) -> Listed:
    return Listed(
        external_id=row.external_id,
        told=Told(
            format=row.format,
            booked_on=row.booked_on,
            amount_minor=row.amount_minor,
            content=row.content,
            bank_reference=row.bank_reference,
            balance_minor=row.balance_minor,
            words=row.words,
        ),
    )


def _new_id(told: Told, taken: set[str]) -> str:
    """Content and its number among equals: the same files in the same order give the same ids on every machine."""
    number = 1
    while (own := f"{told.booked_on:%Y%m%d}-{told.content}-{number}") in taken:
        number += 1
    return own


def _pending(statement: Statement) -> Iterator[PlannedLine]:
    """Not booked yet: told anew by each file, so counted within it alone."""
    count: Counter[str] = Counter()
    for line in statement.lines:
        if line.pending:
            own = digest(line.value_on, line.amount.minor, content_of(replace(line, booked_on=None)))
            count[own] += 1
            yield PlannedLine(external_id=f"pending-{own}-{count[own]}", line=line, told=None, is_new=True)
