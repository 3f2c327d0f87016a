"""Which format a file is, told from its content, and its reading."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from connectors.statement import bai2, camt, csv_guess, csv_read, mt940, ofx
from connectors.statement.decoded import decode
from connectors.statement.layout import Guess, Layout
from connectors.statement.unpacked import Member
from ledger.faults import BadInput
from ledger.statement import StatementFile

_START = 4000
WORDS = {
    "camt.053": "CAMT.053", "camt.052": "CAMT.052", "mt940": "MT940", "ofx": "OFX", "bai2": "BAI2", "csv": "CSV",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What of an entity a reader has to know: its zone, the currency where a file names none, and its country."""

    time_zone: str
    currency: str
    country: str | None = None


def format_of(member: Member) -> str:
    """A key of WORDS (camt for all of them), or csv where nothing else fits. Raises BadInput for other XML."""
    text = _begin(member)
    if ofx.is_ofx(text):
        return "ofx"
    if camt.is_camt(text):
        return "camt"
    if bai2.is_bai2(text):
        return "bai2"
    if mt940.is_mt940(text):
        return "mt940"
    if text.lstrip("\ufeff \r\n\t").startswith("<"):
        what = "a web page" if "<html" in text.lower() else "XML"
        raise BadInput(
            f"{member.name} is {what} but no bank statement that is known here; download CAMT.053, MT940, OFX or CSV."
        )
    return "csv"


def _begin(member: Member) -> str:
    start = member.data[:_START]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start[: len(start) // 2 * 2].decode("utf-16", errors="replace")
    return start.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def read(member: Member, books: Books, layout: Layout | None = None) -> StatementFile:
    """Raises BadInput with the place that cannot be read. `layout`: of a CSV; guessed where none is given."""
    form = format_of(member)
    if form == "camt":
        return camt.read(member.data, member.name, books.time_zone)
    if form == "ofx":
        return ofx.read(member.data, member.name)
    if form == "bai2":
        return bai2.read(member.data, member.name, books.currency)
    if form == "mt940":
        return mt940.read(member.data, member.name)
    text, _ = decode(member.data, member.name)
    chosen = layout or csv_guess.guess(text, member.name, books.country).layout
    return csv_read.read(text, member.name, chosen, books.currency)


def guess_layout(member: Member, books: Books) -> Guess | None:
    """How a CSV reads, as far as it can be told; None for the other formats, which say it themselves."""
    if format_of(member) != "csv":
        return None
    text, _ = decode(member.data, member.name)
    return csv_guess.guess(text, member.name, books.country)
