"""The parameters of a call, checked as Stripe checks them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sandbox.stripe.shelf import Span
from sandbox.stripe.wire.errors import StripeError, missing_parameter, unknown_parameter

LIMIT_DEFAULT = 10
LIMIT_MAX = 100
METADATA_KEYS_MAX = 50
METADATA_KEY_LETTERS_MAX = 40
METADATA_VALUE_LETTERS_MAX = 500
_RANGE = frozenset({"gt", "gte", "lt", "lte"})
_BOOLEANS = {"true": True, "false": False}


class Params:
    """What was given, by name. The first name that the endpoint does not know is refused at once."""

    def __init__(self, given: Mapping[str, Any], known: Collection[str], path: str = "") -> None:
        self._given = given
        self._path = path
        for name in given:
            if name not in known:
                raise unknown_parameter(self._full(name))

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def __bool__(self) -> bool:
        return bool(self._given)

    def text(self, name: str) -> str | None:
        value = self._given.get(name)
        if value is None or isinstance(value, str):
            return value or None
        raise StripeError(400, f"Invalid string: {value}", param=self._full(name))

    def needed(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise missing_parameter(self._full(name))
        return value

    def choice(self, name: str, choices: Collection[str]) -> str | None:
        value = self.text(name)
        if value is not None and value not in choices:
            allowed = ", ".join(sorted(choices))
            raise StripeError(400, f"Invalid {self._full(name)}: must be one of {allowed}", param=self._full(name))
        return value

    def integer(self, name: str) -> int | None:
        value = self.text(name)
        return None if value is None else _integer(value, self._full(name))

    def boolean(self, name: str) -> bool | None:
        value = self.text(name)
        if value is None:
            return None
        if value not in _BOOLEANS:
            raise StripeError(400, f"Invalid boolean: {value}", param=self._full(name))
        return _BOOLEANS[value]

    def texts(self, name: str) -> list[str]:
        value = self._given.get(name, [])
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return value
        raise StripeError(400, "Invalid array", param=self._full(name))

    def inner(self, name: str, known: Collection[str]) -> Params:
        """The fields of a hash; empty when it was not given."""
        value = self._given.get(name, {})
        if not isinstance(value, dict):
            raise StripeError(400, "Invalid object", param=self._full(name))
        return Params(value, known, self._full(name))

    def rows(self, name: str, known: Collection[str]) -> list[Params]:
        value = self._given.get(name, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise StripeError(400, "Invalid array", param=self._full(name))
        return [Params(row, known, f"{self._full(name)}[{number}]") for number, row in enumerate(value)]

    def span(self, name: str) -> Span:
        """A time, or a range of times with gt, gte, lt, lte."""
        value = self._given.get(name)
        if value is None:
            return Span()
        if isinstance(value, str):
            moment = _integer(value, self._full(name))
            return Span(moment, moment + 1)
        bounds = self.inner(name, _RANGE)
        lows = [bound + more for word, more in (("gte", 0), ("gt", 1)) if (bound := bounds.integer(word)) is not None]
        highs = [bound + more for word, more in (("lt", 0), ("lte", 1)) if (bound := bounds.integer(word)) is not None]
        return Span(max(lows) if lows else None, min(highs) if highs else None)

    def limit(self) -> int:
        limit = self.integer("limit")
        if limit is None:
            return LIMIT_DEFAULT
        if limit < 1:
            raise StripeError(400, "This value must be greater than or equal to 1.", param="limit")
        if limit > LIMIT_MAX:
            shown = f"(it currently is '{limit}')"
            raise StripeError(400, f"This value must be less than or equal to {LIMIT_MAX} {shown}.", param="limit")
        return limit

    def metadata(self, held: Mapping[str, str] | None = None) -> dict[str, str]:
        """`held` with the given keys set, and those given as "" taken away; "" for the whole empties it."""
        value = self._given.get("metadata")
        if value == "":
            return {}
        merged = dict(held or {})
        for name, text in ({} if value is None else self._metadata_given(value)).items():
            merged.pop(name, None)
            if text:
                merged[name] = text
        if len(merged) > METADATA_KEYS_MAX:
            raise StripeError(400, f"Metadata can have up to {METADATA_KEYS_MAX} keys.", param="metadata")
        return merged

    def _metadata_given(self, value: object) -> dict[str, str]:
        if not isinstance(value, dict):
            raise StripeError(400, "Invalid object", param="metadata")
        for name, text in value.items():
            if not isinstance(text, str):
                raise StripeError(400, f"Invalid string: {text}", param=f"metadata[{name}]")
            if len(name) > METADATA_KEY_LETTERS_MAX or len(text) > METADATA_VALUE_LETTERS_MAX:
                raise StripeError(
                    400,
                    f"Metadata keys can have up to {METADATA_KEY_LETTERS_MAX} characters, "
                    f"values up to {METADATA_VALUE_LETTERS_MAX}.",
                    param=f"metadata[{name}]",
                )
        return value

    def _full(self, name: str) -> str:
        return f"{self._path}[{name}]" if self._path else name


def _integer(value: str, name: str) -> int:
    if not value.lstrip("-").isdigit():
        raise StripeError(400, f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
    return int(value)
