"""CAMT.053 (and 052): the statement of ISO 20022, versions 02 to 13, in a stream.

A file with a document type is refused before it is parsed, so that no entity is ever declared, let alone expanded. An
entry is one line whatever it gathers: the bank booked one sum, and the books have to show that sum. Where it tells of
several payments that add up to it, they are the line's parts, and each of them is a receipt of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from connectors.statement.decoded import clean, decode
from connectors.statement.figures import currency_code, iso_day, money
from ledger.faults import BadInput
from ledger.money import Money, total
from ledger.statement import Part, Statement, StatementFile, StatementLine

_MESSAGE = re.compile(r"camt\.(\d{3})\.001\.(\d{2})")
_CHUNK = 1 << 20
_READ = frozenset({"Acct", "Bal", "Ntry"})
_GROUPS = frozenset({"Stmt", "Rpt"})
_EMPTY_REFERENCES = frozenset({"", "NOTPROVIDED", "NONREF", "NOT PROVIDED", "NONE"})
VERSIONS = range(2, 14)
INTRADAY = "This is an intraday report (camt.052): the statement of the day (camt.053) will follow, and these lines are known then."


def is_camt(start: str) -> bool:
    return start.lstrip().startswith("<") and ("camt.05" in start or "BkToCstmr" in start)


@dataclass(slots=True)
class _Open:
    """The statement that is being read."""

    at: int
    account: str = ""
    account_name: str = ""
    currency: str = ""
    number: str = ""
    balances: list[tuple[str, Money, date | None]] = field(default_factory=list)
    lines: list[StatementLine] = field(default_factory=list)


def read(data: bytes, name: str, zone: str) -> StatementFile:
    """Raises BadInput with the entry and element that cannot be read. `zone`: the entity's, for moments in UTC."""
    text, _ = decode(data, name)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadInput(f"{name} declares a document type, which no bank statement has; it is not read.")
    message, version = _message(text[:4000], name)
    statements = tuple(_closed(open_, name) for open_ in _statements(text, name, zone))
    if not statements:
        raise BadInput(f"{name} is a camt.{message} file without a statement in it; ask the bank for another one.")
    notes: tuple[str, ...] = ()
    if message == "052":
        notes = (INTRADAY,)
    return StatementFile(
        format=f"camt.{message}", kind=f"CAMT.{message} version {version:02}", statements=statements, notes=notes
    )


def _message(start: str, name: str) -> tuple[str, int]:
    found = _MESSAGE.search(start)
    if found is not None:
        message, version = found[1], int(found[2])
    else:
        roots = {"BkToCstmrStmt": "053", "BkToCstmrAcctRpt": "052", "BkToCstmrDbtCdtNtfctn": "054"}
        message, version = next((code for root, code in roots.items() if root in start), ""), 2
    if message == "054":
        raise BadInput(
            f"{name} is a camt.054 notification: what it tells stands on the account's statement again. Import the "
            "camt.053 statement of those days."
        )
    if message not in {"052", "053"}:
        raise BadInput(f"{name} is an ISO 20022 message but no statement; download the camt.053 of the account.")
    if version not in VERSIONS:
        raise BadInput(
            f"{name} is camt.{message} version {version}, which is not known here; ask the bank for version 08."
        )
    return message, version


def _statements(text: str, name: str, zone: str) -> Iterator[_Open]:
    parser: XMLPullParser[Element] = XMLPullParser(events=("start", "end"))
    count, open_ = 0, None
    try:
        for at in range(0, len(text), _CHUNK):
            parser.feed(text[at : at + _CHUNK])
            happened: Any
            for happened in parser.read_events():
                event, element = happened
                tag = _local(element)
                if event == "start":
                    if tag in _GROUPS:
                        count += 1
                        open_ = _Open(count)
                elif open_ is not None:
                    if tag in _GROUPS:
                        yield open_
                        open_ = None
                        element.clear()
                    elif _take(open_, tag, element, name, zone):
                        element.clear()
        parser.close()
    except ParseError as error:
        line, column = error.position
        raise BadInput(
            f"{name}, line {line}, column {column + 1}: the XML breaks off or is not well formed; download the file again."
        ) from None
    if open_ is not None:
        raise BadInput(f"{name} ends in the middle of statement {open_.at}; download the file again.")


def _take(open_: _Open, tag: str, element: Element, name: str, zone: str) -> bool:
    """Reads what stands directly in a statement. True where it was one of its parts, which may be forgotten then."""
    where = f"{name}, statement {open_.at}"
    if tag in _READ:
        _without_spaces(element)
    if tag == "Acct" and not open_.account:
        open_.account = _account(element)
        open_.account_name = _text(element, "Nm") or _text(element, "Ownr/Nm")
        told = _text(element, "Ccy")
        open_.currency = currency_code(told, f"{where}, Acct/Ccy") if told else ""
    elif tag == "Bal":
        open_.balances.append(_balance(element, f"{where}, Bal", zone))
        open_.currency = open_.currency or open_.balances[-1][1].currency
    elif tag == "Ntry":
        place = f"statement {open_.at}, entry {len(open_.lines) + 1}"
        line = _entry(element, place, f"{name}, {place}", zone)
        open_.currency = open_.currency or line.amount.currency
        if line.amount.currency != open_.currency:
            raise BadInput(
                f"{name}, {place}: Amt is in {line.amount.currency}, but the account is in {open_.currency}."
            )
        open_.lines.append(line)
    elif tag == "ElctrncSeqNb" or (tag == "LglSeqNb" and not open_.number):
        open_.number = clean(element.text or "")
    else:
        return False
    return True


def _closed(open_: _Open, name: str) -> Statement:
    if not open_.account:
        raise BadInput(f"{name}, statement {open_.at}: Acct names no account; get the file from the bank again.")
    if not open_.currency:
        raise BadInput(f"{name}, statement {open_.at}: nothing names its currency; get the file from the bank again.")
    opening = _first(open_.balances, ("OPBD", "PRCD")) or _first(open_.balances, ("ITBD",))
    closing = _first(open_.balances, ("CLBD",)) or _first(open_.balances[::-1], ("ITBD",))
    for balance in (opening, closing):
        if balance is not None and balance[1].currency != open_.currency:
            raise BadInput(f"{name}, statement {open_.at}: Bal is in {balance[1].currency}, not in {open_.currency}.")
    return Statement(
        account=open_.account,
        account_name=open_.account_name,
        currency=open_.currency,
        number=open_.number,
        lines=tuple(open_.lines),
        opening=opening[1] if opening else None,
        opening_on=opening[2] if opening and opening[0] != "PRCD" else None,
        closing=closing[1] if closing else None,
        closing_on=closing[2] if closing else None,
    )


def _first(
    balances: list[tuple[str, Money, date | None]], codes: tuple[str, ...]
) -> tuple[str, Money, date | None] | None:
    return next((balance for balance in balances if balance[0] in codes), None)


def _balance(element: Element, where: str, zone: str) -> tuple[str, Money, date | None]:
    amount = _amount(element, where)
    stated = _date(element, "Dt", where, zone)
    return _text(element, "Tp/CdOrPrtry/Cd"), _signed(element, amount, where), stated


def _entry(element: Element, place: str, where: str, zone: str) -> StatementLine:
    whole = _signed(element, _amount(element, where), where)
    status = _text(element, "Sts/Cd") or _text(element, "Sts")
    pending = status in {"PDNG", "FUTR"}
    booked_on = _date(element, "BookgDt", where, zone)
    value_on = _date(element, "ValDt", where, zone)
    if booked_on is None and not pending:
        booked_on = value_on
    if booked_on is None and not pending:
        raise BadInput(f"{where}: neither BookgDt nor ValDt says when it was booked; get the file from the bank again.")
    details = _each(element, "NtryDtls/TxDtls")
    parts = _parts(details, whole, where)
    said = [_said(one, whole.minor >= 0) for one in details]
    alone = said[0] if len(said) == 1 else None
    more = _text(element, "AddtlNtryInf")
    text = alone.text if alone is not None else " ".join(dict.fromkeys(one.text for one in said if one.text))
    return StatementLine(
        booked_on=None if pending else booked_on,
        value_on=value_on or (booked_on if pending else None),
        amount=whole,
        counterparty=alone.counterparty if alone is not None else "",
        counterparty_account=alone.counterparty_account if alone is not None else "",
        text=text or more,
        reference=alone.reference if alone is not None else "",
        bank_reference=_reference(_text(element, "AcctSvcrRef"))
        or (_reference(_text(details[0], "Refs/AcctSvcrRef")) if len(details) == 1 else ""),
        code=_code(element),
        reversal=_text(element, "RvslInd").lower() in {"true", "1"} or _is_return(details, whole),
        pending=pending,
        parts=parts,
        place=place,
    )


def _is_return(details: list[Element], whole: Money) -> bool:
    """A debit that carries the reason of a return gives money back that had come."""
    return whole.minor < 0 and bool(details) and all(_at(one, "RtrInf") is not None for one in details)


@dataclass(frozen=True, slots=True)
class _Said:
    counterparty: str
    counterparty_account: str
    text: str
    reference: str


def _said(details: Element, is_credit: bool) -> _Said:  # noqa: FBT001
    side = "Dbtr" if is_credit else "Cdtr"
    name = ""
    for who in (f"Ultmt{side}", side):
        path = f"RltdPties/{who}"
        name = name or _text(details, f"{path}/Pty/Nm") or _text(details, f"{path}/Nm")
    name = name or _text(details, f"RltdPties/{side}/Agt/FinInstnId/Nm")
    number = _account(_at(details, f"RltdPties/{side}Acct"))
    words = [clean(one.text or "") for one in _each(details, "RmtInf/Ustrd")]
    given = [clean(one.text or "") for one in _each(details, "RmtInf/Strd/CdtrRefInf/Ref")]
    numbers = [clean(one.text or "") for one in _each(details, "RmtInf/Strd/RfrdDocInf/Nb")]
    extra = [clean(one.text or "") for one in _each(details, "RmtInf/Strd/AddtlRmtInf")]
    told = [*words, *given, *numbers, *extra]
    reference = given[0] if given else _reference(_text(details, "Refs/EndToEndId"))
    text = " ".join(dict.fromkeys(one for one in told if one)) or _text(details, "AddtlTxInf")
    return _Said(name, number, text, reference)


def _parts(details: list[Element], whole: Money, where: str) -> tuple[Part, ...]:
    """The payments of a batch, where all say their amounts in the line's currency and these add up to it."""
    if len(details) < 2:
        return ()
    found = []
    for one in details:
        told = _at(one, "Amt") if _at(one, "Amt") is not None else _at(one, "AmtDtls/TxAmt/Amt")
        if told is None or (told.get("Ccy") or "").strip().upper() != whole.currency:
            return ()
        amount = money(told.text or "", whole.currency, f"{where}, TxDtls amount")
        is_credit = (_text(one, "CdtDbtInd") or ("CRDT" if whole.minor >= 0 else "DBIT")) == "CRDT"
        said = _said(one, is_credit)
        found.append(
            Part(
                amount=amount if is_credit else -amount,
                counterparty=said.counterparty,
                counterparty_account=said.counterparty_account,
                text=said.text,
                reference=said.reference,
            )
        )
    return tuple(found) if total((part.amount for part in found), whole.currency) == whole else ()


def _amount(element: Element, where: str) -> Money:
    told = _at(element, "Amt")
    if told is None:
        raise BadInput(f"{where}: Amt is missing; get the file from the bank again.")
    return money(told.text or "", currency_code(told.get("Ccy") or "", f"{where}, Amt/@Ccy"), f"{where}, Amt")


def _signed(element: Element, amount: Money, where: str) -> Money:
    side = _text(element, "CdtDbtInd")
    if side not in {"CRDT", "DBIT"}:
        raise BadInput(f"{where}: CdtDbtInd is {side!r} and not CRDT or DBIT; get the file from the bank again.")
    return amount if side == "CRDT" else -amount


def _date(element: Element, tag: str, where: str, zone: str) -> date | None:
    told = _text(element, f"{tag}/Dt") or _text(element, f"{tag}/DtTm")
    return iso_day(told, f"{where}, {tag}", zone) if told else None


def _account(element: Element | None) -> str:
    if element is None:
        return ""
    return (_text(element, "Id/IBAN") or _text(element, "Id/Othr/Id")).replace(" ", "")


def _code(element: Element) -> str:
    codes = (_text(element, f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd"))
    return "/".join(code for code in codes if code) or _text(element, "BkTxCd/Prtry/Cd")


def _reference(text: str) -> str:
    return "" if text.upper() in _EMPTY_REFERENCES else text


def _text(element: Element, path: str) -> str:
    """The trimmed text behind a path of local names; "" where there is none."""
    found = _at(element, path)
    return clean(found.text or "") if found is not None else ""


def _at(element: Element | None, path: str) -> Element | None:
    """The first element behind a path. A step at a time, which is many times faster than a search by a whole path."""
    for step in _steps(path):
        if element is None:
            return None
        element = element.find(step)
    return element


@cache
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


def _each(element: Element, path: str) -> list[Element]:
    """All elements behind a path of two or more steps."""
    found = [element]
    for step in _steps(path):
        found = [child for one in found for child in one.findall(step)]
    return found


def _without_spaces(element: Element) -> None:
    """Local names alone: versions differ in their namespace, and nothing else is in it."""
    for one in element.iter():
        one.tag = _local(one)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
