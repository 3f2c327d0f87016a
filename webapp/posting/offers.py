"""What a refusal lets a person choose, each as one press: what is kept in the posting's choices, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from webapp.shown import day

_PRESSES: Final = {
    ("same_money", "post"): "It is other money: post it anyway",
    ("remainder", "leave"): "Post it, and leave the difference open",
    ("changed", "as_it_is"): "Post it as the invoice stands now",
}


def offered(choices: Mapping[str, Any] | None, customers: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Name, value and words of each. customers: their names by the books' ids, for whose credit a remainder is."""
    found = (choices or {}).get("offered") or {}
    presses = [(name, value, words) for (name, value), words in _PRESSES.items() if found.get(name) == value]
    if found.get("date"):
        presses.append(("date", found["date"], f"Date it {day(date.fromisoformat(found['date']))}"))
    whose = found.get("customer") or []
    return presses + [("customer", own, f"The rest is the credit of {customers.get(own, own)}") for own in whose]
