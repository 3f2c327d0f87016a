"""The matching rules as a form: read from what a person typed, and said in words where they change."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

import msgspec

from ledger.faults import BadInput
from reconcile.policy import Cap, FeeRule, OwnPolicy, RoundingRule

LINES_MAX = 20
UNNAMED_RAIL = "not stated"
_WORDS = {
    "oldest_first": "oldest first", "rounding_minor": "rounding", "rounding_rules": "rounding by way to pay", "fee_rules": "bank fees", "fee_share": "a bank's share",
    "discount_grace_days": "days of grace", "caps": "caps", "second_above": "two people",
}  # fmt: skip


def read(form: Mapping[str, str], own: OwnPolicy) -> OwnPolicy:
    """What was typed over the policy that stands. Raises BadInput that names the field."""
    matching = msgspec.structs.replace(
        own.matching,
        oldest_first=form.get("oldest_first") == "yes",
        rounding_minor=_whole(form.get("rounding_minor", ""), "Rounding"),
        discount_grace_days=_whole(form.get("discount_grace_days", ""), "Days of grace"),
        fee_share=float(_decimal(form.get("fee_share", ""), "A bank's share") / 100),
        fee_rules=tuple([FeeRule(*line) for line in _by_rail(form, "fee", "The most that a bank keeps")]),
        rounding_rules=tuple([RoundingRule(*line) for line in _by_rail(form, "rounding", "The most that is rounding")]),
    )
    unattended = msgspec.structs.replace(own.unattended, caps=_caps(form, "cap"), second_above=_caps(form, "second"))
    return OwnPolicy(matching=matching, unattended=unattended)


def changed(before: OwnPolicy, after: OwnPolicy) -> str:
    """Which rules differ, in one line for the list of versions."""
    names = [
        words
        for name, words in _WORDS.items()
        for old, new in [(before.matching, after.matching), (before.unattended, after.unattended)]
        if hasattr(old, name) and getattr(old, name) != getattr(new, name)
    ]
    return f"Rules changed: {', '.join(names)}." if names else "Nothing changed."


def rails(rule: FeeRule | RoundingRule) -> str:
    return ", ".join(sorted(name or UNNAMED_RAIL for name in rule.methods))


def _by_rail(form: Mapping[str, str], kind: str, what: str) -> list[tuple[frozenset[str], int]]:
    found = []
    for number in range(LINES_MAX):
        names, most = form.get(f"{kind}_rails_{number}", "").strip(), form.get(f"{kind}_most_{number}", "").strip()
        if not names and not most:
            continue
        methods = frozenset(
            "" if name.strip().lower() == UNNAMED_RAIL else name.strip().lower() for name in names.split(",")
        )
        found.append((methods, _whole(most, what)))
    return found


def _caps(form: Mapping[str, str], kind: str) -> tuple[Cap, ...]:
    found = []
    for number in range(LINES_MAX):
        code = form.get(f"{kind}_currency_{number}", "").strip().upper()
        most = form.get(f"{kind}_most_{number}", "").strip()
        if code or most:
            found.append(Cap(code, _whole(most, f"The sum in {code or 'a currency'}")))
    return tuple(sorted(found, key=lambda cap: cap.currency))


def _whole(text: str, what: str) -> int:
    plain = text.strip().replace(",", "").replace("\u202f", "").replace(" ", "")
    if not plain.isascii() or not plain.isdecimal() or len(plain) > 12:
        raise BadInput(f"{what} must be a whole number; {text.strip()!r} is none.")
    return int(plain)


def _decimal(text: str, what: str) -> Decimal:
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise BadInput(f"{what} must be a number; {text.strip()!r} is none.") from None
    if not found.is_finite() or not 0 <= found <= 100:
        raise BadInput(f"{what} must lie between 0 and 100 %.")
    return found
