"""What a line says, folded to capitals and digits, for telling whether two formats speak of one line."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date

from ledger.statement import StatementLine

_WORD = re.compile(r"[0-9A-Z]+")
WORDS_MAX = 500
_ENOUGH = 0.5


def folded(*texts: str) -> str:
    """Words parted by single blanks, accents taken off."""
    plain = unicodedata.normalize("NFKD", " ".join(texts)).upper()
    return " ".join(_WORD.findall(plain))


def words_of(line: StatementLine) -> str:
    parts = (text for part in line.parts for text in (part.counterparty, part.text, part.reference))
    said = folded(line.counterparty, line.counterparty_account, line.text, line.reference, *parts)
    return said[:WORDS_MAX]


def content_of(line: StatementLine) -> str:
    """Digest of all that a format tells of a line but the bank's own reference; the day and amount are in it."""
    said = folded(line.counterparty, line.counterparty_account, line.text, line.reference).replace(" ", "")
    return digest(line.booked_on, line.value_on, line.amount.minor, line.amount.currency, said)


def digest(*parts: date | int | str | None) -> str:
    told = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def agree(one: str, other: str) -> bool:
    """Whether two formats may speak of one line: half of what the shorter says stands in the longer, numbers too.

    Formats cut texts at different lengths and break words; one that says nothing contradicts nothing.
    """
    short, long = sorted((one.split(), other.split()), key=len)
    if not short:
        return True
    run = "".join(long)
    numbers = [word for word in short if any(sign.isdigit() for sign in word)]
    if numbers and any(sign.isdigit() for sign in run) and _share(numbers, run) < _ENOUGH:
        return False
    return _share(short, run) >= _ENOUGH


def likeness(one: str, other: str) -> float:
    """How much of the shorter stands in the longer, 0 to 1."""
    short, long = sorted((one.split(), other.split()), key=len)
    return _share(short, "".join(long)) if short else 0.0


def _share(words: list[str], run: str) -> float:
    return sum(1 for word in words if word in run) / len(words)
