"""The rules of posting as a form: read from what a person typed, and said in words where they change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import msgspec

from ledger.currency import EXPONENTS
from ledger.faults import BadInput
from posting.rules import Booking, FeePolicy, Kind, Limit, Mode, Place, PostingRules, Role
from webapp.posting.roles import KINDS, PER, ROLES

LINES_MAX = 60
MOST_MAX = 1_000_000_000  # major units; more is a slip of the keyboard
ROUNDING_MAX = 100
NAME_CHARACTERS_MAX = 80
_WORDS = {
    "mode": "mode", "since": "first day", "places": "accounts", "bookings": "who books what", "fees": "when fees are booked",
    "limits": "limits", "second_above": "second person", "rounding_minor": "rounding", "settings": "settings",
}  # fmt: skip


def read(
    form: Mapping[str, str], own: PostingRules, accounts: Collection[str], sources: Collection[str]
) -> PostingRules:
    """What was typed over the rules that stand; the mode stays. Raises BadInput that names the field."""
    rounding = _whole(form.get("rounding_minor", ""), "Rounding")
    if rounding > ROUNDING_MAX:
        raise BadInput(f"Rounding is given in the smallest units of the currency, from 0 to {ROUNDING_MAX}.")
    return msgspec.structs.replace(
        own,
        since=day_of(form.get("since", ""), "The first day"),
        places=_places(form, accounts),
        bookings=_bookings(form, sources),
        fees=_fees(form.get("fees", "")),
        limits=_limits(form, "limit"),
        second_above=_limits(form, "second"),
        rounding_minor=rounding,
    )


def changed(before: PostingRules, after: PostingRules) -> str:
    """Which rules differ, in one line for the list of versions."""
    names = [words for name, words in _WORDS.items() if getattr(before, name) != getattr(after, name)]
    return f"Rules changed: {', '.join(names)}." if names else "Nothing changed."


def mode_of(text: str) -> Mode:
    try:
        return Mode(text)
    except ValueError:
        raise BadInput("Choose off, by hand or automatic.") from None


def _places(form: Mapping[str, str], accounts: Collection[str]) -> tuple[Place, ...]:
    found = []
    for number in range(LINES_MAX):
        account = form.get(f"account_{number}", "")
        role = form.get(f"role_{number}", "")
        if not account or not role:
            continue
        if role not in set(Role):
            raise BadInput("This form is not whole; open the page again and send it once more.")
        if account not in accounts:
            raise BadInput(f"The account chosen for {ROLES[Role(role)].name.lower()} is not in the chart any more.")
        found.append(
            Place(
                role=Role(role),
                account=account,
                source=form.get(f"source_{number}", ""),
                currency=form.get(f"currency_{number}", ""),
                tax_code=form.get(f"tax_{number}", ""),
                item=form.get(f"item_{number}", "").strip()[:NAME_CHARACTERS_MAX],
            )
        )
    return tuple(found)


def _bookings(form: Mapping[str, str], sources: Collection[str]) -> tuple[Booking, ...]:
    found = []
    for source in sorted(sources):
        for kind in Kind:
            poster = form.get(f"poster_{source}_{kind}", "").strip()[:NAME_CHARACTERS_MAX]
            if not poster:
                continue
            since = day_of(form.get(f"since_{source}_{kind}", ""), "The first day that Tieout books it")
            if poster == "other":
                poster = form.get(f"name_{source}_{kind}", "").strip()[:NAME_CHARACTERS_MAX]
                if not poster:
                    raise BadInput(
                        f"Name the app that books {kind.value.replace('_', ' ')}s, or choose another answer."
                    )
            if poster == "tieout" and since is None:
                raise BadInput(f"{KINDS[kind]}: give the first day from which on Tieout books them.")
            found.append(Booking(source=source, kind=kind, poster=poster, since=since if poster == "tieout" else None))
    return tuple(found)


def _fees(text: str) -> FeePolicy:
    try:
        return FeePolicy(text)
    except ValueError:
        raise BadInput("Choose when the processor's fees are booked.") from None


def _limits(form: Mapping[str, str], name: str) -> tuple[Limit, ...]:
    found = []
    for number in range(LINES_MAX):
        code = form.get(f"{name}_currency_{number}", "").strip().upper()
        most = form.get(f"{name}_most_{number}", "").strip()
        per = form.get(f"{name}_per_{number}", "user")
        if not code and not most:
            continue
        if code not in EXPONENTS:
            raise BadInput(f"{code!r} is no currency; write its three letters, like EUR.")
        if per not in PER:
            raise BadInput("A limit is for a user, a customer or the month.")
        amount = _whole(most, f"The sum in {code}")
        if not 0 < amount <= MOST_MAX:
            raise BadInput(f"The sum in {code} must be a whole amount above 0.")
        found.append(Limit(currency=code, most=amount, per=per))
    if len({(one.currency, one.per) for one in found}) != len(found):
        raise BadInput("A currency stands twice for the same limit; keep one line for each.")
    return tuple(sorted(found, key=lambda one: (one.per, one.currency)))


def _whole(text: str, what: str) -> int:
    plain = text.strip().replace(",", "").replace("\u202f", "").replace(" ", "")
    if not plain.isascii() or not plain.isdecimal() or len(plain) > 12:
        raise BadInput(f"{what} must be a whole number; {text.strip()!r} is none.")
    return int(plain)


def day_of(text: str, what: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"{what} must be a date like 2026-04-01; {text.strip()!r} is none.") from None
