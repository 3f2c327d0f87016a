"""Whether two systems' customers are one party, as far as that can be said without a person."""

from __future__ import annotations

from reconcile.fold import fold


def same_party(one: object, other: object) -> bool:
    """By e-mail, else by the whole name; never by a part of it."""
    emails = _text(one, "email").lower(), _text(other, "email").lower()
    if all(emails) and emails[0] == emails[1]:
        return True
    names = fold(_text(one, "name")).strip(), fold(_text(other, "name")).strip()
    return bool(names[0]) and names[0] == names[1]


def _text(row: object, name: str) -> str:
    value = getattr(row, name, None)
    return value.strip() if isinstance(value, str) else ""
