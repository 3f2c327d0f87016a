"""What a Fault of a write means: a stable code, one sentence with what to do, and whether it may go out again.

The words are read before the code is believed: closed books have come under the code of a stale token.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from connectors.decode import Loose
from connectors.writing import Result

_CODE_IN_WORDS = re.compile(r"errorCode=(\d+)")
_PERIOD = re.compile(r"period.{0,20}\bclos|\bclos\w+.{0,30}\b(period|books)|books.{0,20}\bclos", re.IGNORECASE)
_SEVERE = 10_000


class _Error(Loose):
    Message: str | None = None
    Detail: str | None = None
    code: str | int | None = None
    element: str | None = None


class _Fault(Loose):
    Error: list[_Error] | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A Fault's first error. code: 0 where it names none."""

    code: int
    words: str
    element: str

    def says(self, pattern: str) -> bool:
        return re.search(pattern, self.words, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class Refusal:
    result: Result
    code: str
    sentence: str


def problem_of(fault: bytes) -> Problem:
    """Never raises: what cannot be read is a problem without words."""
    try:
        errors = msgspec.json.decode(fault, type=_Fault).Error or [_Error()]
    except msgspec.DecodeError:
        errors = [_Error()]
    first = errors[0]
    texts = [text for text in (first.Message, first.Detail) if text]
    named = [str(first.code or ""), *(code for text in texts for code in _CODE_IN_WORDS.findall(text))]
    code = next((int(one) for one in named if one.isdecimal()), 0)
    return Problem(code, " ".join(texts), first.element or "")


def refusal_of(problem: Problem) -> Refusal:
    for fits, refusal in _KNOWN:
        if fits(problem):
            return Refusal(refusal.result, refusal.code, refusal.sentence)
    if problem.code >= _SEVERE or not problem.words:
        return Refusal(
            Result.UNKNOWN,
            "provider_failed",
            "QuickBooks failed on its own side; whether it stands is looked up before it is sent again.",
        )
    return Refusal(Result.REFUSED, "refused", f"QuickBooks refused it: {problem.words[:300]}")


def _refused(code: str, sentence: str) -> Refusal:
    return Refusal(Result.REFUSED, code, sentence)


def _about(problem: Problem, noun: str) -> bool:
    return noun.lower() in problem.element.lower() or problem.says(rf"\b{noun}\b")


_GONE = (610, 2500)
_CUSTOMER = _refused(
    "customer_gone",
    "The customer was deleted or made inactive in QuickBooks; make it active again there, or match to another.",
)
_ACCOUNT = _refused(
    "account_archived",
    "An account of this record was made inactive in QuickBooks; make it active again there, or choose another under "
    "Settings, Posting.",
)
_DOCUMENT = _refused(
    "document_gone", "A document of this record does not stand in QuickBooks any more; sync, then match it again."
)
_KNOWN: tuple[tuple[Callable[[Problem], bool], Refusal], ...] = (
    (
        lambda said: said.code == 6210 or _PERIOD.search(said.words) is not None,
        _refused(
            "period_locked",
            "QuickBooks' books are closed through this date; choose a later date, or open the books there.",
        ),
    ),
    (
        lambda said: said.code == 5010,
        Refusal(
            Result.LATER,
            "document_changed",
            "The record was changed in QuickBooks meanwhile; nothing was done, and it is read again.",
        ),
    ),
    (
        lambda said: said.code == 3001,
        Refusal(Result.LATER, "throttled", "QuickBooks' limit of calls is reached; nothing was done."),
    ),
    (
        lambda said: said.code == 600,
        Refusal(
            Result.UNKNOWN, "key_used", "QuickBooks knows this request already; what stands is looked up before a retry."
        ),
    ),
    (
        lambda said: said.code == 6190 or said.says("subscription"),
        _refused(
            "subscription_ended", "The QuickBooks subscription does not allow writing; renew it there, then try again."
        ),
    ),
    (
        lambda said: said.code == 6540 or said.says("in a deposit|deposited"),
        _refused("in_deposit", "The payment lies in a bank deposit in QuickBooks; take the deposit away there first."),
    ),
    (
        lambda said: said.code == 6140 or said.says("duplicate document number"),
        _refused("number_taken", "QuickBooks has a document of this number already; choose another number."),
    ),
    (
        lambda said: said.says(r"currenc|trades in"),
        _refused(
            "currency_unfit",
            "The currency of the customer, the account or the document does not fit this record; QuickBooks keeps one "
            "currency a customer. Choose an account of that currency, or receive it in QuickBooks.",
        ),
    ),
    (
        lambda said: said.code in (0, 6000) and said.says(r"more than|greater than|exceed|over.?appl|more credit"),
        _refused(
            "over_applied",
            "More would be applied than is open in QuickBooks: somebody has paid or credited the document meanwhile. "
            "Sync, then match it again.",
        ),
    ),
    (lambda said: said.code in _GONE and _about(said, "Customer"), _CUSTOMER),
    (lambda said: said.code in _GONE and _about(said, "Account"), _ACCOUNT),
    (
        lambda said: said.code in _GONE and (_about(said, "TaxCode") or _about(said, "Item")),
        _refused(
            "tax_unfit" , "A tax code or product of this record is gone in QuickBooks; choose another under Settings, Posting."
        ),
    ),
    (lambda said: said.code in _GONE, _DOCUMENT),
    (
        lambda said: said.code == 620,
        _refused(
            "not_linked",
            "QuickBooks does not link this record with that document: it is paid, voided or another customer's. Sync, then "
            "match it again.",
        ),
    ),
    (
        lambda said: said.says(r"\b(tax|vat|gst)\b"),
        _refused("tax_unfit", "QuickBooks wants another tax code on a line; choose one under Settings, Posting."),
    ),
    (
        lambda said: _about(said, "Account") and said.code in (6000, 2170, 6430),
        _refused(
            "account_unfit",
            "QuickBooks does not take an account of this kind there; choose a bank or another current asset under "
            "Settings, Posting.",
        ),
    ),
)  # fmt: skip
