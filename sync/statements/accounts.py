"""Which bank account a statement is of: by its number in any of the ways banks write it, or by the name a person gives."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ledger.faults import Ambiguous, BadInput

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}\Z")
_SHOWN = 4


def normal(number: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", number.upper())


def masked(number: str) -> str:
    """Its last signs alone, as pages and names show it."""
    told = normal(number)
    return f"\u2022\u2022{told[-_SHOWN:]}" if len(told) > _SHOWN else "\u2022\u2022"


def company_id(entity_id: UUID, number: str, name: str) -> str:
    """Stands for an account where a connection names its company: its last signs, and a digest that parts equal ones."""
    own = normal(number) or " ".join(name.lower().split())
    told = hashlib.sha256(f"{entity_id}/{own}".encode()).hexdigest()[:10]
    return f"{own[-_SHOWN:].lower()}-{told}" if normal(number) else told


def same_number(one: str, other: str) -> bool:
    """IBAN and national number are one account where the IBAN ends with it: bank code and number, zeros between."""
    first, second = normal(one), normal(other)
    if not first or not second:
        return False
    if first == second:
        return True
    if _IBAN.match(first) and not _IBAN.match(second):
        return _in_iban(first, other)
    if _IBAN.match(second) and not _IBAN.match(first):
        return _in_iban(second, one)
    return first.lstrip("0") == second.lstrip("0") and len(first.lstrip("0")) >= 6


def _in_iban(iban: str, told: str) -> bool:
    bank, mark, number = told.upper().partition("/")
    if mark:
        code, own = normal(bank), normal(number)
        inner = iban[4:]
        return inner.startswith(code) and inner[len(code) :].lstrip("0") == own.lstrip("0")
    return len(normal(told)) >= 8 and iban.endswith(normal(told))


def find_account(accounts: Sequence[Any], number: str, named: str | None) -> Any:
    """The account, or None where it is a new one. A name wins over the number: a person says which it is.

    Raises BadInput where neither tells, Ambiguous where a name fits several.
    """
    if named is not None:
        found = [row for row in accounts if _is_called(row, named)]
        if len(found) > 1:
            raise Ambiguous(f"Several accounts are called {named!r}; give the number: {_listed(found)}.")
        return found[0] if found else None
    by_number = [row for row in accounts if any(same_number(own, number) for own in _numbers(row))]
    if len(by_number) > 1:
        raise Ambiguous(f"The number {masked(number)} fits several accounts; name one: {_listed(by_number)}.")
    if by_number:
        return by_number[0]
    if not number:
        known = f" There are: {_listed(accounts)}." if accounts else ""
        raise BadInput(f"The file does not say which account it is of; name it.{known}")
    return None


def _numbers(row: Any) -> list[str]:
    return [*row.facts.get("numbers", []), *([row.number] if row.number else [])]


def _is_called(row: Any, named: str) -> bool:
    told = named.strip().lower()
    return (
        told in {row.name.lower(), str(row.id), row.company_id.lower()}
        or any(same_number(own, named) for own in _numbers(row))
        or any(len(normal(named)) == _SHOWN and normal(own).endswith(normal(named)) for own in _numbers(row))
    )


def _listed(accounts: Sequence[Any]) -> str:
    return ", ".join(f"{row.name} ({masked(row.number)})" if row.number else row.name for row in accounts)
