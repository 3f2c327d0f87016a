"""What each role may do. What is not listed here is not allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Right(StrEnum):
    READ = "read"
    OWN = "own"  # one's own session and password
    DECIDE = "decide"  # match, park, link: what the matcher proposes and people say
    POST = "post"  # write what was decided to the books, and take it back there
    STOP = "stop"  # stop posting; going on again is a rule's matter
    SYNC = "sync"
    RULE = "rule"  # what may be done with nobody looking, and where things go in the books
    CONNECT = "connect"  # give the program access to a company, or end it


_EVERYBODY: Final = frozenset({Right.READ, Right.OWN})
RIGHTS: Final[Mapping[str, frozenset[Right]]] = {
    "owner": frozenset(Right),
    "bookkeeper": _EVERYBODY | {Right.DECIDE, Right.POST, Right.STOP, Right.SYNC},
    "approver": _EVERYBODY | {Right.DECIDE, Right.STOP},
    "collector": _EVERYBODY,
    "sales": _EVERYBODY,
    "auditor": _EVERYBODY,
}


def may(role: str, right: Right) -> bool:
    return right in RIGHTS.get(role, frozenset())


def needs(right: Right) -> Callable[[View], View]:
    """Declares the right that a view asks for. A view that changes something and declares none is refused."""

    def mark(view: View) -> View:
        view.tieout_right = right  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Opens a view to people who are not signed in."""
    view.tieout_public = True  # type: ignore[attr-defined]
    return view
