"""What the free field of an MT940 line says: who paid, from which account, with what text; German, Dutch, or plain."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connectors.statement.decoded import clean

_GERMAN = re.compile(r"\A(\d{3})(\D)(?=\d{2})")
_FULL_FIELD = 27  # a subfield of German banks that is full goes on in the next one without a blank
_SEPA_KEYS = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|PURP|COAM|OAMT|SQTP|ORCR|DDAT|IBAN|BIC)[+:]")
_DUTCH = re.compile(
    r"/(EREF|ORDP|BENM|REMI|NAME|IBAN|BIC|CSID|MARF|RTRN|TRTP|TRCD|CNTP|ULTD|ULTB|ULTC|PREF|NRTX|ID|ADDR|PURP|SVCL|EXCH|"
    r"CHGS\d?|OCMT|ISDT|ACCW|RREF|TID|CURR|SWIFT)/"
)
_STRUCTURED = re.compile(r"\A/?(USTD|STRD|CUR|ISO)//?")
_RETURN_CODES = frozenset(
    {"108", "109", "112", "159", "181", "184"}
)  # German codes of debits and transfers that came back
_EMPTY = frozenset({"", "NOTPROVIDED", "NONREF"})
_NAME_LINES = ("32", "33")
_TEXT_LINES = tuple(str(number) for number in (*range(20, 30), *range(60, 64)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """code: the bank's own for the kind of booking. is_return: it takes an earlier booking back."""

    name: str = ""
    account: str = ""
    text: str = ""
    reference: str = ""
    code: str = ""
    is_return: bool = False


def read_remittance(told: str) -> Remittance:
    german = _GERMAN.match(told)
    if german is not None:
        return _german(told.replace("\n", ""), german[1], german[2])
    joined = told.replace("\n", "")
    if _DUTCH.search(joined) and joined.lstrip().startswith("/"):
        return _dutch(joined.lstrip())
    return Remittance(text=clean(told))


def _german(told: str, code: str, mark: str) -> Remittance:
    fields: dict[str, str] = {}
    for piece in re.split(re.escape(mark) + r"(?=\d{2})", told[3:]):
        if len(piece) >= 2 and piece[:2].isdigit():
            fields[piece[:2]] = fields.get(piece[:2], "") + piece[2:]
    text = _joined([fields[key] for key in _TEXT_LINES if key in fields])
    said = _sepa(text)
    name = clean("".join(_padded(fields.get(key, "")) for key in _NAME_LINES))
    reference = clean(said.get("EREF", ""))
    return Remittance(
        name=name or clean(said.get("ABWA", "")),
        account=clean(fields.get("31", "") or said.get("IBAN", "")).replace(" ", ""),
        text=clean(said.get("SVWZ", said.get("", ""))),
        reference="" if reference.upper() in _EMPTY else reference,
        code=code,
        is_return=code in _RETURN_CODES,
    )


def _joined(pieces: list[str]) -> str:
    text = ""
    for piece in pieces:
        starts_anew = _SEPA_KEYS.match(piece)
        text += ("\x1f" if starts_anew else "") + _padded(piece)
    return text


def _padded(piece: str) -> str:
    """A full field breaks a word; a shorter one has lost the blank at its end."""
    return piece if len(piece) >= _FULL_FIELD else piece + " "


def _sepa(text: str) -> dict[str, str]:
    """Keys like EREF+ stand at the start of a subfield; what stands before the first of them has no key."""
    found: dict[str, str] = {}
    for piece in text.split("\x1f"):
        key = _SEPA_KEYS.match(piece)
        name, content = (key[1], piece[key.end() :]) if key is not None else ("", piece)
        found[name] = found.get(name, "") + content
    if set(found) == {""} and _SEPA_KEYS.search(text):  # all of them in one field
        pieces = re.split(r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE)\+", text)
        return {"": pieces[0], **dict(zip(pieces[1::2], pieces[2::2], strict=False))}
    return found


def _dutch(told: str) -> Remittance:
    marks = list(_DUTCH.finditer(told))
    found: dict[str, str] = {}
    for at, mark in enumerate(marks):
        end = marks[at + 1].start() if at + 1 < len(marks) else len(told)
        found.setdefault(mark[1], told[mark.end() : end].strip("/ "))
    name, account = found.get("NAME", ""), found.get("IBAN", "")
    if "CNTP" in found:  # account/BIC/name/city
        number, _, rest = told[told.index("/CNTP/") + 6 :].partition("/")
        account = account or number
        name = name or [*rest.split("/"), "", ""][1]
    text = _STRUCTURED.sub("", found.get("REMI", "")).strip("/ ")
    reference = clean(found.get("EREF", ""))
    return Remittance(
        name=clean(name),
        account=clean(account).replace(" ", ""),
        text=clean(text),
        reference="" if reference.upper() in _EMPTY else reference,
        code=clean(found.get("TRTP", found.get("TRCD", ""))),
        is_return="RTRN" in found,
    )
