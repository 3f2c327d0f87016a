"""MT940: Swift's customer statement, with the structured :86: of German and of Dutch banks.

Read by the published form of its fields; several messages in one file are several statements. What stands before a
message (Swift's envelope) and what is not told of a line stays out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from connectors.statement.decoded import clean, decode
from connectors.statement.figures import currency_code, day, money, short_year
from connectors.statement.remittance import Remittance, read_remittance
from ledger.faults import BadInput
from ledger.money import Money
from ledger.statement import Statement, StatementFile, StatementLine

_TAG = re.compile(r":(\d{2}[A-Z]?):(.*)\Z", re.DOTALL)
_STARTS = re.compile(r"(?m)^:20:")
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})([\d,]+)\s*\Z")
_LINE = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4})?(?P<mark>R?[CD]|E[CD])(?P<funds>[A-Z])?(?P<amount>\d+,\d*)"
    r"(?P<kind>[A-Z][A-Z0-9]{3})?(?P<references>[^\n]*)(?:\n(?P<more>.*))?\Z",
    re.DOTALL,
)
_NO_REFERENCE = frozenset({"", "NONREF", "NOTPROVIDED", "NOREF", "STARTUMS"})


def is_mt940(start: str) -> bool:
    return bool(re.search(r"(?m)^:20:", start)) and bool(re.search(r"(?m)^:(25P?|28C?|60[FM]):", start))


@dataclass(slots=True)
class _Field:
    tag: str
    content: str
    line: int


@dataclass(slots=True)
class _Open:
    """The message that is being read."""

    at: int
    account: str = ""
    number: str = ""
    currency: str = ""
    opening: tuple[Money, date] | None = None
    closing: tuple[Money, date] | None = None
    lines: list[tuple[_Field, list[_Field]]] = field(default_factory=list)


def read(data: bytes, name: str) -> StatementFile:
    """Raises BadInput with the line of the file that cannot be read."""
    text, _ = decode(data, name)
    messages = _messages(_fields(text), name)
    if not messages:
        raise BadInput(f"{name} holds no statement (no field :20:); download it again.")
    return StatementFile(format="mt940", kind="MT940", statements=tuple(_closed(message, name) for message in messages))


def _fields(text: str) -> list[_Field]:
    """Tags with all their lines. Swift's envelope `{1:...}{4:` and the mark `-}` that ends a message are left out."""
    found: list[_Field] = []
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        line = raw  # a blank at the end of a full line may part two words
        if line.startswith("{"):
            line = line.rpartition("{4:")[2] if "{4:" in line else ""
        if line.rstrip() == "-" or line.startswith("-}"):
            continue
        tagged = _TAG.match(line)
        if tagged is not None:
            found.append(_Field(tagged[1], tagged[2], number))
        elif found and line.strip():
            found[-1].content += "\n" + line
    for item in found:
        if item.tag != "86":
            item.content = "\n".join(line.rstrip() for line in item.content.split("\n"))
    return found


def _messages(fields: list[_Field], name: str) -> list[_Open]:
    messages: list[_Open] = []
    for item in fields:
        if item.tag == "20":
            messages.append(_Open(item.line))
        elif messages:
            _take(messages[-1], item, name)
    return messages


def _take(message: _Open, item: _Field, name: str) -> None:
    where = f"{name}, line {item.line}"
    if item.tag in {"25", "25P"}:
        message.account = item.content.split("\n", 1)[0].strip()
    elif item.tag in {"28", "28C"}:
        message.number = item.content.strip()
    elif item.tag in {"60F", "60M"}:
        message.opening = _balance(item, where)
        message.currency = message.opening[0].currency
    elif item.tag in {"62F", "62M"}:
        message.closing = _balance(item, where)
        if message.currency and message.closing[0].currency != message.currency:
            raise BadInput(f"{where}: the closing balance is not in {message.currency}, as the opening one is.")
    elif item.tag == "61":
        message.lines.append((item, []))
    elif item.tag == "86" and message.lines and message.closing is None:
        message.lines[-1][1].append(item)


def _balance(item: _Field, where: str) -> tuple[Money, date]:
    found = _BALANCE.match(item.content)
    if found is None:
        raise BadInput(f"{where}: :{item.tag}:{item.content} is not a balance; get the file from the bank again.")
    currency = currency_code(found[3], where)
    amount = money(found[4], currency, where, comma=True)
    return (amount if found[1] == "C" else -amount), _day(found[2], where)


def _day(text: str, where: str) -> date:
    return day(short_year(int(text[:2])), int(text[2:4]), int(text[4:6]), where)


def _closed(message: _Open, name: str) -> Statement:
    where = f"{name}, line {message.at}"
    if not message.account:
        raise BadInput(f"{where}: the statement names no account (:25:); get the file from the bank again.")
    if message.opening is None or message.closing is None:
        missing = "opening balance (:60F:)" if message.opening is None else "closing balance (:62F:)"
        raise BadInput(
            f"{where}: the statement has no {missing}, so it may be cut off; get the file from the bank again."
        )
    account, currency = _account(message.account, message.currency)
    return Statement(
        account=account,
        currency=currency,
        number=message.number,
        lines=tuple(_line(item, said, currency, name) for item, said in message.lines),
        opening=message.opening[0],
        opening_on=message.opening[1],
        closing=message.closing[0],
        closing_on=message.closing[1],
    )


def _account(told: str, currency: str) -> tuple[str, str]:
    """Some banks write the currency behind the number."""
    number = told.replace(" ", "").strip("/")
    return (number.removesuffix(currency) if len(number) > len(currency) + 4 else number), currency


def _line(item: _Field, said: list[_Field], currency: str, name: str) -> StatementLine:
    where = f"{name}, line {item.line}"
    found = _LINE.match(item.content)
    if found is None:
        shown = item.content.split("\n", 1)[0]
        raise BadInput(f"{where}: :61:{shown} is not a statement line; get the file from the bank again.")
    value_on = _day(found["value"], where)
    booked_on = _entry_day(found["entry"], value_on, where) if found["entry"] else value_on
    amount = money(found["amount"], currency, where, comma=True)
    mark = found["mark"]
    is_in = mark in {"C", "EC", "RD"}
    own, _, bank = found["references"].partition("//")
    told = read_remittance("\n".join(one.content for one in said))
    pending = mark.startswith("E")
    return StatementLine(
        booked_on=None if pending else booked_on,
        value_on=value_on,
        amount=amount if is_in else -amount,
        counterparty=told.name,
        counterparty_account=told.account,
        text=_text(told, found["more"] or ""),
        reference=told.reference or _reference(own),
        bank_reference=_reference(bank),
        code=told.code or found["kind"] or "",
        reversal=mark.startswith("R") or told.is_return,
        pending=pending,
        place=f"line {item.line}",
    )


def _text(told: Remittance, more: str) -> str:
    """The supplement of :61: is said where :86: says nothing; /OCMT/ and the like in it are about rates."""
    extra = clean(more)
    return told.text or ("" if extra.startswith("/") else extra)


def _reference(text: str) -> str:
    told = clean(text)
    return "" if told.upper() in _NO_REFERENCE else told


def _entry_day(text: str, value_on: date, where: str) -> date:
    """Month and day alone; its year is the one that brings it nearest to the value date."""
    month, number = int(text[:2]), int(text[2:])
    found = []
    for year in (value_on.year - 1, value_on.year, value_on.year + 1):
        try:
            found.append(day(year, month, number, where))
        except BadInput:
            continue  # the 29th of February has a day in some of the years
    if not found:
        raise BadInput(f"{where}: {text} is not a month and a day; get the file from the bank again.")
    return min(found, key=lambda one: abs((one - value_on).days))
