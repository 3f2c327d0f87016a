"""Records whose fields are of other types than documented: a number where a text is, an object where a list is.

Only what the exact decoder refused comes here. Each field is fitted to its type by itself. What says the same in another form
is taken as that; null and an empty text say nothing; what is no such thing at all is left out and named. A number that
cannot be read ends the record: no amount is guessed at, and none passes through a float.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d{1,3})?", re.ASCII)
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_HOLDERS = ("value", "id")  # what an object holds that is but a text where a text is documented
_SORTS = {b"{": "object", b"[": "array", b'"': "text", b"n": "null", b"t": "flag", b"f": "flag"}
_EXACT: dict[str, tuple[type[inspect.Type], ...]] = {
    "object": (inspect.StructType, inspect.DictType),
    "array": (inspect.ListType,),
    "text": (inspect.StrType,),
    "flag": (inspect.BoolType,),
    "number": (inspect.IntType, inspect.DecimalType),
}
_NOTHING: Any = object()  # a field stays what it is where it does not come


class Fitted(NamedTuple):
    """taken: names of fields that came in another form; left_out: of those that came in none that says anything."""

    found: Any
    taken: tuple[str, ...]
    left_out: tuple[str, ...]


def fitted(raw: bytes, struct: type[msgspec.Struct]) -> Fitted:
    """Raises msgspec.DecodeError for what is no JSON object, lacks what it must have, or has a number that is none."""
    if _sort(raw) != "object":
        raise msgspec.ValidationError(f"Expected `object`, got `{_sort(raw)}`")
    reading = _Reading()
    found = reading.struct(raw, _shape(struct), "")
    return Fitted(found, tuple(dict.fromkeys(reading.taken)), tuple(dict.fromkeys(reading.left_out)))


def rows(raw: bytes) -> list[msgspec.Raw]:
    """A list's members; an object in its place is the only one. Raises msgspec.DecodeError for what is neither."""
    try:
        return msgspec.json.decode(raw, type=list[msgspec.Raw] | None) or []
    except msgspec.ValidationError:
        if _sort(raw) != "object":
            raise
        return [msgspec.Raw(raw)]


@cache
def _shape(struct: type[msgspec.Struct]) -> Any:
    return inspect.type_info(struct)


def _sort(raw: bytes) -> str:
    return _SORTS.get(bytes(raw).lstrip()[:1], "number")


def _said(raw: bytes) -> str:
    """What a text, number or flag says."""
    return msgspec.json.decode(raw, type=str) if _sort(raw) == "text" else bytes(raw).strip().decode()


class _Reading:
    """One record, and what was odd on the way."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.left_out: list[str] = []

    def struct(self, raw: bytes, shape: Any, name: str) -> Any:
        """Of an object."""
        came = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        found = {}
        for field in shape.fields:
            if field.encode_name in came:
                own = f"{name}.{field.encode_name}" if name else field.encode_name
                value = self.fit(bytes(came[field.encode_name]), field.type, own)
                if value is not _NOTHING:
                    found[field.name] = value
            if field.required and field.name not in found:
                raise msgspec.ValidationError(f"Object missing required field `{field.encode_name}`")
        return shape.cls(**found)

    def fit(self, raw: bytes, kind: inspect.Type, name: str) -> Any:
        """The value, or _NOTHING."""
        match kind:
            case inspect.UnionType():
                return self._one_of(raw, kind, name)
            case inspect.RawType():
                return msgspec.Raw(raw)
            case inspect.AnyType():
                return msgspec.json.decode(raw)
            case inspect.ListType():
                return self._list(raw, kind, name)
            case _:
                sort = _sort(raw)
        if sort == "null":
            return self._left(name)
        if sort == "array":
            return self._only(raw, kind, name)
        match kind:
            case inspect.StructType():
                return self.struct(raw, kind, name) if sort == "object" else self._wrapped(raw, kind, name)
            case inspect.DictType():
                return self._dict(raw, kind, name)
            case inspect.DecimalType() | inspect.IntType():
                return self._number(raw, kind, name)
            case inspect.BoolType():
                return self._flag(raw, name)
            case _:
                return self._text(raw, name)

    def _took(self, value: Any, name: str) -> Any:
        self.taken.append(name)
        return value

    def _left(self, name: str) -> Any:
        self.left_out.append(name)
        return _NOTHING

    def _empty(self, raw: bytes, name: str) -> bool:
        """Whether a text says nothing; that is taken."""
        if _sort(raw) != "text" or _said(raw).strip():
            return False
        self.taken.append(name)
        return True

    def _one_of(self, raw: bytes, kind: inspect.UnionType, name: str) -> Any:
        """The type that the value is of, else the first that takes it."""
        sort = _sort(raw)
        if sort == "null" and any(isinstance(one, inspect.NoneType) for one in kind.types):
            return None
        others = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
        others.sort(key=lambda one: not isinstance(one, _EXACT.get(sort, ())))
        for one in others[:-1]:
            tried = _Reading()
            found = tried.fit(raw, one, name)
            if not tried.left_out or isinstance(one, _EXACT.get(sort, ())):
                self.taken += tried.taken
                self.left_out += tried.left_out
                return found
        return self.fit(raw, others[-1], name)

    def _list(self, raw: bytes, kind: inspect.ListType, name: str) -> Any:
        """An object in place of a list is its only member, unless it holds the list (Stripe's do)."""
        sort = _sort(raw)
        if sort == "null":
            return self._left(name)
        if self._empty(raw, name):
            return _NOTHING
        members = rows(raw) if sort in ("array", "object") else [msgspec.Raw(raw)]
        if sort == "object":
            inside = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
            members = [] if not inside else rows(inside["data"]) if "data" in inside else members
        some = [bytes(one) for one in members if _sort(bytes(one)) != "null"]
        fits = [self.fit(one, kind.item_type, name) for one in some]
        found = [one for one in fits if one is not _NOTHING]
        if len(some) < len(members) or (sort != "array" and len(found) == len(some)):
            self.taken.append(name)
        return found

    def _only(self, raw: bytes, kind: inspect.Type, name: str) -> Any:
        """Of a list where one thing is documented."""
        members = rows(raw)
        if len(members) > 1:
            return self._left(name)
        self.taken.append(name)
        return self.fit(bytes(members[0]), kind, name) if members else _NOTHING

    def _wrapped(self, raw: bytes, shape: inspect.StructType, name: str) -> Any:
        """A text in place of the reference that would hold it."""
        if self._empty(raw, name):
            return _NOTHING
        holder = shape.fields[0]
        if holder.name != "value" and [field.name for field in shape.fields] != ["id"]:
            return self._left(name)
        return self._took(shape.cls(**{holder.name: self.fit(raw, holder.type, name)}), name)

    def _dict(self, raw: bytes, kind: inspect.DictType, name: str) -> Any:
        if self._empty(raw, name):
            return _NOTHING
        if _sort(raw) != "object":
            return self._left(name)
        came = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        fits = {own: self.fit(bytes(one), kind.value_type, f"{name}.{own}") for own, one in came.items()}
        return {own: one for own, one in fits.items() if one is not _NOTHING}

    def _number(self, raw: bytes, kind: inspect.Type, name: str) -> Any:
        """Raises msgspec.ValidationError for what is none: it may be an amount."""
        sort = _sort(raw)
        if self._empty(raw, name):
            return _NOTHING
        text = _said(raw).strip()
        if sort == "text":
            self.taken.append(name)
        if sort not in ("text", "number") or not _NUMBER.fullmatch(text):
            raise msgspec.ValidationError(f"{name} is {text[:40]!r}, which is no number")
        amount = Decimal(text)
        if isinstance(kind, inspect.DecimalType):
            return amount
        if amount != int(amount):
            raise msgspec.ValidationError(f"{name} is {text[:40]}, which is no whole number")
        return int(amount) if sort == "text" or text.isdecimal() else self._took(int(amount), name)

    def _flag(self, raw: bytes, name: str) -> Any:
        if _sort(raw) == "flag":
            return msgspec.json.decode(raw, type=bool)
        if self._empty(raw, name):
            return _NOTHING
        meant = None if _sort(raw) == "object" else _WORDS.get(_said(raw).strip().lower())
        return self._left(name) if meant is None else self._took(meant, name)

    def _text(self, raw: bytes, name: str) -> Any:
        sort = _sort(raw)
        if sort == "text":
            return _said(raw)
        if sort != "object":
            return self._took(_said(raw), name)
        came = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        inside = next((came[holder] for holder in _HOLDERS if holder in came), None)
        if inside is None or _sort(bytes(inside)) not in ("text", "number"):
            return self._left(name)
        return self._took(_said(bytes(inside)), name)
