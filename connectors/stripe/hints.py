"""What a document or charge names of other systems: ids as they stand, numbers as "number:INV-204"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

_STRIPE_ID = re.compile(r"\b(?:in|pi|ch|py|re|cn|po|cus|pr|sub)_[A-Za-z0-9]{6,}\b")
_UUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
# Letters, a separator and digits: INV-204, RE/2026/0017, INV #204. Digits alone are too common in free text.
_NUMBER = re.compile(r"\b[A-Za-z]{2,8}(?:[-/#_.]|\s?#)\d[\w/.-]*\d\b|\b[A-Z]{2,8}\d{2,}\b")
_NAMES_A_DOCUMENT = re.compile(r"invoice|bill|quickbooks|qbo|xero|doc.?number|\bref", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_LONGEST = 64  # a longer value is a text, not a number


def hints_of(number: str | None, metadata: Mapping[str, Any] | None, texts: Iterable[str | None]) -> tuple[str, ...]:
    """In the order of their weight: the document's own number, then metadata, then free text. Each once."""
    found: dict[str, None] = {}
    if number:
        found[f"number:{number}"] = None
    for name, value in (metadata or {}).items():
        found.update(dict.fromkeys(_in_metadata(str(name), value)))
    for text in texts:
        found.update(dict.fromkeys(_in_text(text or "")))
    return tuple(found)


def _in_metadata(name: str, value: Any) -> Iterator[str]:
    text = str(value).strip() if isinstance(value, str | int) else ""
    if not text or len(text) > _LONGEST:
        return
    ids = _ids(text)
    if ids:
        yield from ids
    elif _names_a_document(name):
        yield text if _names_an_id(name) else f"number:{text}"
    elif not text.isdigit():
        yield from _in_text(text)


@lru_cache(maxsize=512)
def _names_a_document(name: str) -> bool:
    """The same few names come with every object."""
    return _NAMES_A_DOCUMENT.search(name) is not None


@lru_cache(maxsize=512)
def _names_an_id(name: str) -> bool:
    return re.search(r"\bid$|_id$|Id$", name) is not None


def _in_text(text: str) -> Iterator[str]:
    ids = _ids(text)
    yield from ids
    for found in _NUMBER.finditer(text) if _DIGIT.search(text) else ():
        if not any(found.group() in one for one in ids):
            yield f"number:{found.group()}"


def _ids(text: str) -> list[str]:
    found = _STRIPE_ID.findall(text) if "_" in text else []
    return [*found, *_UUID.findall(text)] if "-" in text else found
