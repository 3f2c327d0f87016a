"""BAI2: the cash management statement of American banks; comma-separated records that `88` goes on with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from connectors.statement.decoded import clean, decode
from connectors.statement.figures import currency_code, day, short_year
from ledger.currency import exponent
from ledger.faults import BadInput
from ledger.money import DIGITS_MAX, Money
from ledger.statement import Statement, StatementFile, StatementLine

_OPENING, _CLOSING = "010", "015"
_CREDITS, _DEBITS = range(100, 400), range(400, 700)
_LOAN_CREDITS, _LOAN_DEBITS = range(720, 760), range(760, 800)
_RETURNED = frozenset({"552", "555", "557", "559"})  # deposited items and ACH receipts that were sent back
_KNOWN = frozenset({"01", "02", "03", "16", "88", "49", "98", "99"})


def is_bai2(start: str) -> bool:
    return start.lstrip("\ufeff \r\n").startswith("01,")


@dataclass(slots=True)
class _Record:
    """A record with its continuations; line is where it begins."""

    line: int
    text: str

    @property
    def code(self) -> str:
        return self.text[:2]


@dataclass(slots=True)
class _Account:
    line: int
    number: str
    currency: str
    on: date
    opening: Money | None = None
    closing: Money | None = None
    lines: list[StatementLine] = field(default_factory=list)


def read(data: bytes, name: str, home_currency: str) -> StatementFile:
    """`home_currency` counts where neither the group nor the account names one. Raises BadInput with the record."""
    text, _ = decode(data, name)
    records = _records(text, name)
    if not records or records[-1].code != "99":
        raise BadInput(f"{name} ends without its trailer (record 99), so it is cut off; download it again.")
    accounts = _accounts(records, name, home_currency)
    if not accounts:
        raise BadInput(f"{name} is a BAI2 file without an account in it; ask the bank for another one.")
    statements = tuple(
        Statement(
            account=one.number,
            currency=one.currency,
            lines=tuple(one.lines),
            opening=one.opening,
            opening_on=one.on if one.opening is not None else None,
            closing=one.closing,
            closing_on=one.on,
        )
        for one in accounts
    )
    return StatementFile(format="bai2", kind="BAI2", statements=statements)


def _records(text: str, name: str) -> list[_Record]:
    found: list[_Record] = []
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        line = raw.strip("\ufeff").rstrip()
        if not line:
            continue
        code = line[:2]
        if code not in _KNOWN or line[2:3] not in {",", "/"}:
            raise BadInput(
                f"{name}, line {number}: {line[:20]!r} is not a BAI2 record; get the file from the bank again."
            )
        if code != "88":
            found.append(_Record(number, line))
        elif found:
            before = found[-1].text
            # a record that was ended goes on with the next field; one that was not goes on in its text
            found[-1].text = f"{before[:-1]},{line[3:]}" if before.endswith("/") else f"{before} {line[3:]}"
    return found


def _accounts(records: list[_Record], name: str, home: str) -> list[_Account]:
    accounts: list[_Account] = []
    on: date | None = None
    currency = home
    for record in records:
        where = f"{name}, line {record.line}"
        fields = record.text.rstrip("/").split(",")
        if record.code == "02":
            on = _day(_at(fields, 4), where)
            currency = currency_code(_at(fields, 6), where) if _at(fields, 6) else home
        elif record.code == "03":
            if on is None:
                raise BadInput(
                    f"{where}: the account stands in no group (record 02); get the file from the bank again."
                )
            accounts.append(_account(record, fields, on, currency, where))
        elif record.code == "16":
            if not accounts:
                raise BadInput(f"{where}: the transaction stands in no account (record 03).")
            line = _line(record, accounts[-1], where)
            if line is not None:
                accounts[-1].lines.append(line)
    return accounts


def _at(fields: list[str], place: int) -> str:
    return fields[place].strip() if place < len(fields) else ""


def _account(record: _Record, fields: list[str], on: date, currency: str, where: str) -> _Account:
    number = _at(fields, 1)
    if not number:
        raise BadInput(f"{where}: record 03 names no account; get the file from the bank again.")
    told = currency_code(_at(fields, 2), where) if _at(fields, 2) else currency
    account = _Account(record.line, number, told, on)
    place = 3
    while place < len(fields):
        code, amount = _at(fields, place), _at(fields, place + 1)
        place = _behind_funds(fields, place + 3, where)
        if amount and code == _OPENING:
            account.opening = _amount(amount, told, where)
        elif amount and code == _CLOSING:
            account.closing = _amount(amount, told, where)
    return account


def _behind_funds(fields: list[str], place: int, where: str) -> int:
    """The place behind the funds type that stands before `place`: some types bring fields of their own."""
    kind = _at(fields, place)
    if kind == "V":
        return place + 3
    if kind == "S":
        return place + 4
    if kind == "D":
        pairs = _at(fields, place + 1)
        if not pairs.isdigit():
            raise BadInput(f"{where}: funds type D names no number of days; get the file from the bank again.")
        return place + 2 + 2 * int(pairs)
    return place + 1


def _line(record: _Record, account: _Account, where: str) -> StatementLine | None:
    fields = record.text.split(",")
    code = _at(fields, 1)
    if not code.isdigit():
        raise BadInput(f"{where}: {code!r} is not a type code; get the file from the bank again.")
    number = int(code)
    is_in = number in _CREDITS or number in _LOAN_CREDITS
    if not is_in and number not in _DEBITS and number not in _LOAN_DEBITS:
        return None  # 890 and the like tell something and move nothing
    amount = _amount(_at(fields, 2).rstrip("/"), account.currency, where)
    kind = _at(fields, 3).rstrip("/")
    value_on = _day(_at(fields, 4), where) if kind == "V" and _at(fields, 4) else None
    rest = fields[_behind_funds(fields, 3, where) :]
    text = ",".join(rest[2:])
    return StatementLine(
        booked_on=account.on,
        value_on=value_on,
        amount=amount if is_in else -amount,
        text=clean(text.removesuffix("/")),
        reference=clean(_at(rest, 1).rstrip("/")),
        bank_reference=clean(_at(rest, 0).rstrip("/")),
        code=code,
        reversal=code in _RETURNED,
        place=f"line {record.line}",
    )


def _amount(text: str, currency: str, where: str) -> Money:
    """Whole minor units; the sign may stand in front."""
    digits = text.lstrip("+-")
    if not digits.isdigit() or not digits.isascii() or len(digits) > DIGITS_MAX:
        raise BadInput(f"{where}: {text!r} is not an amount in minor units; get the file from the bank again.")
    exponent(currency)
    return Money(-int(digits) if text.startswith("-") else int(digits), currency)


def _day(text: str, where: str) -> date:
    if len(text) != 6 or not text.isdigit():
        raise BadInput(f"{where}: {text!r} is not a date like 260314; get the file from the bank again.")
    return day(short_year(int(text[:2])), int(text[2:4]), int(text[4:]), where)
