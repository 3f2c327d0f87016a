"""Bytes to text: by byte order mark, by what the file says of itself, else UTF-8 and then Windows' Western set."""

from __future__ import annotations

import codecs
import re

from ledger.faults import BadInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_WESTERN = "cp1252"
_TEXT_SETS = frozenset({"utf-8", "utf-16", "iso8859-1", "iso8859-15", "iso8859-2", "cp1252", "cp1250", "ascii"})
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def decode(data: bytes, name: str, *, told: str | None = None) -> tuple[str, str]:
    """The text and the encoding that it was in. `told`: one that the file or a person names."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, name), encoding.removesuffix("-sig")
    declared = _DECLARED.match(data[:300])
    wanted = told or (declared.group(1).decode("ascii") if declared else None)
    if wanted is not None:
        return _strict(data, _known(wanted, name), name), wanted.lower()
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode(_WESTERN, errors="replace"), _WESTERN


def _known(wanted: str, name: str) -> str:
    """Only sets that hold text: Python knows codecs that are none."""
    try:
        found = codecs.lookup(wanted).name
    except LookupError:
        found = ""
    if found not in _TEXT_SETS:
        raise BadInput(f"{name}: the file says it is in {wanted!r}, which is not read here; save it as UTF-8.")
    return found


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{name}: byte {error.start + 1:,} is not {encoding}, as the file says it is; get it from the bank again."
        ) from None


def clean(text: str) -> str:
    """One line, without what no eye can see: a bank's fixed-width fields end in blanks, and break in the middle."""
    return " ".join(_CONTROLS.sub(" ", text).split())
