"""What QuickBooks says when it says no: JSON or XML faults, and the limits hidden in them.

The status is looked at first, the fault's code second: throttles come as XML too, with a validation code and any status.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import msgspec

from connectors.decode import Loose
from connectors.message import Pause, Reply
from connectors.retry import retry_after_seconds
from ledger.faults import ConsentLost, Fault, PermissionMissing, Refused

WAIT_SECONDS = 60.0  # Intuit's advice; a Retry-After is not documented
_TOO_MANY = 429
_FORBIDDEN = 403
_THROTTLED = frozenset({3001})
_TOKEN_DEAD = frozenset({120, 270, 3100, 3200})  # not authorised, token rejected, app not authorised, not authenticated
_GONE = frozenset({610})
_XML_CODE = re.compile(rb'<Error\b[^>]*\bcode="(\d+)"')
_XML_WORDS = re.compile(rb"<(?:Detail|Message)>([^<]{1,300})<")
_CODE_IN_WORDS = re.compile(r"errorCode=(\d+)")


class _Error(Loose, rename={"message": "Message", "detail": "Detail"}):
    message: str | None = None
    detail: str | None = None
    code: str | int | None = None


class _Fault(Loose):
    Error: list[_Error] | None = None
    type: str | None = None


class _Answer(Loose):
    Fault: _Fault | None = None
    fault: _Fault | None = None


class QuickBooksRefused(Refused):
    """A refusal with its codes. requested_at: when the call was sent."""

    def __init__(self, message: str, codes: frozenset[int], requested_at: datetime) -> None:
        super().__init__(message)
        self.codes = codes
        self.requested_at = requested_at

    @property
    def gone(self) -> bool:
        """There is no such record, or it was made inactive."""
        return bool(self.codes & _GONE)


@dataclass(frozen=True, slots=True)
class Saying:
    """A fault's codes and its first words."""

    codes: frozenset[int]
    words: str


def saying(body: bytes) -> Saying | None:
    """The fault in an answer; None where there is none."""
    if body[:64].lstrip()[:1] == b"<":
        codes = frozenset(int(code) for code in _XML_CODE.findall(body))
        found = _XML_WORDS.findall(body)
        words = found[-1].decode(errors="replace") if found else ""
        return Saying(codes, words) if codes else None
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    fault = answer.Fault or answer.fault
    if fault is None:
        return None
    errors = fault.Error or []
    texts = [text for error in errors for text in (error.message, error.detail) if text]
    named = [str(error.code) for error in errors] + [code for text in texts for code in _CODE_IN_WORDS.findall(text)]
    return Saying(frozenset(int(code) for code in named if code.isdecimal()), texts[-1] if texts else "")


def read_limits(reply: Reply) -> Pause | None:
    """429, or a fault 3001 under any other status."""
    if reply.status != _TOO_MANY:
        if reply.ok:
            return None
        said = saying(reply.body)
        if said is None or not said.codes & _THROTTLED:
            return None
    asked = retry_after_seconds(reply.headers, reply.requested_at)
    return Pause(WAIT_SECONDS if asked is None else asked, "minute")


def refusal(what: str, reply: Reply) -> Fault:
    """The fault to raise for an answer that is a refusal. `what`: what was asked for, as people say it."""
    said = saying(reply.body) or Saying(frozenset(), "")
    words = said.words or "no reason given"
    if said.codes & _TOKEN_DEAD:
        return ConsentLost(f"QuickBooks does not accept our access any more ({words}); connect it again.")
    if reply.status == _FORBIDDEN:
        return PermissionMissing(
            f"QuickBooks does not let us read {what} ({words}); check the company's subscription and the rights of the "
            "person who connected it, then connect again."
        )
    return QuickBooksRefused(f"QuickBooks refused {what} ({reply.status}: {words}).", said.codes, reply.requested_at)
