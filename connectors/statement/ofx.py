"""OFX and QFX: the tagged text of version 1, where most tags are never closed, and the XML of version 2, by one reader.

A tag with text behind it is a field, any other that is known opens a group; closing tags end groups alone. So both
versions read alike, and nothing is declared or expanded.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import date

from connectors.statement.decoded import clean, decode
from connectors.statement.figures import currency_code, day, money
from ledger.faults import BadInput
from ledger.money import Money
from ledger.statement import Statement, StatementFile, StatementLine

_TOKEN = re.compile(r"<(/?)([A-Za-z0-9.]+)\s*/?>([^<]*)")
_GROUPS = frozenset({
    "OFX", "BANKMSGSRSV1", "STMTTRNRS", "STMTRS", "BANKACCTFROM", "BANKTRANLIST", "BANKTRANLISTP", "STMTTRN", "STMTTRNP",
    "PAYEE", "BANKACCTTO", "CCACCTTO", "LEDGERBAL", "AVAILBAL", "CREDITCARDMSGSRSV1", "CCSTMTTRNRS", "CCSTMTRS",
    "CCACCTFROM", "CURRENCY", "ORIGCURRENCY", "STATUS", "SIGNONMSGSRSV1", "SONRS", "FI", "BALLIST", "BAL",
})  # fmt: skip
_STATEMENTS = frozenset({"STMTRS", "CCSTMTRS"})
_LINES = frozenset({"STMTTRN", "STMTTRNP"})
_CHARSET = re.compile(r"(?m)^\s*(ENCODING|CHARSET)\s*:\s*([A-Za-z0-9-]+)\s*$")


def is_ofx(start: str) -> bool:
    told = start.lstrip()
    return told.startswith("OFXHEADER") or (told.startswith("<") and ("<OFX>" in told or "<?OFX" in told))


@dataclass(slots=True)
class _Open:
    """The statement that is being read, and the line in it."""

    at: int
    fields: dict[str, str] = field(default_factory=dict)
    lines: list[StatementLine] = field(default_factory=list)


def read(data: bytes, name: str) -> StatementFile:
    """Raises BadInput with the transaction and field that cannot be read."""
    text, _ = decode(data, name, told=_encoding(data))
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadInput(f"{name} declares a document type, which no bank statement has; it is not read.")
    version = 2 if text.lstrip("\ufeff \r\n\t").startswith("<?") else 1
    statements = tuple(_closed(open_, name) for open_ in _statements(text, name))
    if not statements:
        raise BadInput(f"{name} is an OFX file without a bank or card statement in it; download the statement again.")
    return StatementFile(format="ofx", kind=f"OFX {version}.x", statements=statements)


def _encoding(data: bytes) -> str | None:
    """Version 1 says it in its header; most banks that say USASCII write Windows' Western set."""
    told = {key: value.upper() for key, value in _CHARSET.findall(data[:600].decode("ascii", errors="replace"))}
    if told.get("ENCODING") == "UTF-8":
        return "utf-8"
    charset = told.get("CHARSET", "")
    return f"cp{charset}" if charset in {"1252", "1250"} and not _is_utf8(data) else None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _statements(text: str, name: str) -> list[_Open]:
    found: list[_Open] = []
    open_: _Open | None = None
    line: dict[str, str] | None = None
    groups: list[str] = []
    for token in _TOKEN.finditer(text, max(0, text.find("<OFX>"))):
        closes, tag, content = token[1] == "/", token[2].upper(), token[3].strip()
        if closes:
            if tag in groups:
                del groups[len(groups) - 1 - groups[::-1].index(tag) :]
            if tag in _LINES and open_ is not None and line is not None:
                open_.lines.append(_line(open_, line, name, pending=tag == "STMTTRNP"))
                line = None
            elif tag in _STATEMENTS and open_ is not None:
                found.append(open_)
                open_ = None
        elif tag in _GROUPS:
            groups.append(tag)
            if tag in _STATEMENTS:
                open_ = _Open(len(found) + 1)
            elif tag in _LINES:
                line = {}
        elif line is not None:
            line.setdefault(_path(groups, tag, _LINES), content)
        elif open_ is not None:
            open_.fields.setdefault(_path(groups, tag, _STATEMENTS), content)
    if open_ is not None or (groups and groups[0] == "OFX"):
        raise BadInput(f"{name} breaks off before its end (</OFX>); download the file again.")
    return found


def _path(groups: list[str], tag: str, above: frozenset[str]) -> str:
    """Where a field stands below its line or statement: `PAYEE/NAME`."""
    inner: list[str] = []
    for group in reversed(groups):
        if group in above:
            break
        inner.insert(0, group)
    return "/".join((*inner, tag))


def _line(open_: _Open, told: dict[str, str], name: str, *, pending: bool) -> StatementLine:
    place = f"statement {open_.at}, transaction {len(open_.lines) + 1}"
    where = f"{name}, {place}"
    currency = currency_code(open_.fields.get("CURDEF", ""), f"{name}, statement {open_.at}, CURDEF")
    other = told.get("CURRENCY/CURSYM", currency).upper()
    if other != currency:
        raise BadInput(f"{where}: TRNAMT is in {other}, but the account is in {currency}; ask the bank for CAMT.053.")
    posted = _day(told.get("DTTRAN" if pending else "DTPOSTED", ""), f"{where}, DTPOSTED")
    value = told.get("DTAVAIL", "")
    payee = told.get("NAME") or told.get("PAYEE/NAME", "")
    account = told.get("BANKACCTTO/ACCTID") or told.get("CCACCTTO/ACCTID", "")
    return StatementLine(
        booked_on=None if pending else posted,
        value_on=_day(value, f"{where}, DTAVAIL") if value else (posted if pending else None),
        amount=_amount(told.get("TRNAMT", ""), currency, f"{where}, TRNAMT"),
        counterparty=_plain(payee),
        counterparty_account=_plain(account).replace(" ", ""),
        text=_plain(told.get("MEMO", "")),
        reference=_plain(told.get("CHECKNUM") or told.get("REFNUM", "")),
        bank_reference=_plain(told.get("FITID", "")),
        code=_plain(told.get("TRNTYPE", "")).upper(),
        reversal=bool(told.get("CORRECTACTION")),
        pending=pending,
        place=place,
    )


def _closed(open_: _Open, name: str) -> Statement:
    where = f"{name}, statement {open_.at}"
    told = open_.fields
    currency = currency_code(told.get("CURDEF", ""), f"{where}, CURDEF")
    account = told.get("BANKACCTFROM/ACCTID") or told.get("CCACCTFROM/ACCTID", "")
    if not account:
        raise BadInput(f"{where}: ACCTID names no account; download the file again.")
    bank = told.get("BANKACCTFROM/BANKID", "")
    closing = told.get("LEDGERBAL/BALAMT", "")
    closing_on = told.get("LEDGERBAL/DTASOF", "")
    return Statement(
        account=_plain(f"{bank}/{account}" if bank and not account.startswith(bank) else account).replace(" ", ""),
        currency=currency,
        lines=tuple(open_.lines),
        closing=_amount(closing, currency, f"{where}, BALAMT") if closing else None,
        closing_on=_day(closing_on, f"{where}, DTASOF") if closing_on else None,
    )


def _amount(text: str, currency: str, where: str) -> Money:
    told = text.replace(",", ".") if "," in text and "." not in text else text
    if told.startswith("."):
        told = f"0{told}"
    return money(re.sub(r"^([+-])\.", r"\g<1>0.", told), currency, where)


def _day(text: str, where: str) -> date:
    """The day as it is written: the moment and zone behind it are the bank's, and often made up."""
    digits = text.strip()[:8]
    if len(digits) < 8 or not digits.isdigit():
        raise BadInput(f"{where}: {text!r} is not a date like 20260314; download the file again.")
    return day(int(digits[:4]), int(digits[4:6]), int(digits[6:]), where)


def _plain(text: str) -> str:
    return clean(html.unescape(text))
