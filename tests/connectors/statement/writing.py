"""Writes statements of our own in every format that is read, so that what comes back can be held against what went in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from xml.sax.saxutils import escape

from ledger.money import Money

IBAN = "DE89370400440532013000"


@dataclass(frozen=True)
class Row:
    """A booking to be written; minor is signed."""

    booked_on: date
    minor: int
    name: str = ""
    account: str = ""
    text: str = ""
    reference: str = ""
    bank_reference: str = ""


@dataclass(frozen=True)
class Sheet:
    rows: Sequence[Row]
    currency: str = "EUR"
    opening: int = 100_000
    account: str = IBAN
    number: str = "7"
    opening_on: date | None = None
    closing_on: date | None = None

    @property
    def closing(self) -> int:
        return self.opening + sum(row.minor for row in self.rows)

    @property
    def first(self) -> date:
        told = min((row.booked_on for row in self.rows), default=date(2026, 3, 2))
        return self.opening_on or told

    @property
    def last(self) -> date:
        told = max((row.booked_on for row in self.rows), default=date(2026, 3, 2))
        return self.closing_on or told


def figure(minor: int, currency: str, mark: str = ".") -> str:
    return f"{abs(Money(minor, currency).decimal()):f}".replace(".", mark)


def camt(*sheets: Sheet, version: int = 8, message: str = "053") -> bytes:
    root = {"053": "BkToCstmrStmt", "052": "BkToCstmrAcctRpt", "054": "BkToCstmrDbtCdtNtfctn"}[message]
    group = {"053": "Stmt", "052": "Rpt", "054": "Ntfctn"}[message]
    inner = "".join(f"<{group}>{_camt_sheet(sheet, version)}</{group}>" for sheet in sheets)
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.{version:02}"
    head = "<GrpHdr><MsgId>1</MsgId><CreDtTm>2026-03-31T20:00:00</CreDtTm></GrpHdr>"
    return f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{space}"><{root}>{head}{inner}</{root}></Document>'.encode()


def _camt_sheet(sheet: Sheet, version: int) -> str:
    account = f"<Acct><Id><IBAN>{sheet.account}</IBAN></Id><Ccy>{sheet.currency}</Ccy><Nm>Operating</Nm></Acct>"
    balances = _camt_balance("OPBD", sheet.opening, sheet.first, sheet.currency)
    balances += _camt_balance("CLBD", sheet.closing, sheet.last, sheet.currency)
    entries = "".join(camt_entry(row, sheet.currency, version) for row in sheet.rows)
    return f"<Id>S</Id><ElctrncSeqNb>{sheet.number}</ElctrncSeqNb>{account}{balances}{entries}"


def _camt_balance(code: str, minor: int, on: date, currency: str) -> str:
    side = "CRDT" if minor >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{figure(minor, currency)}</Amt><CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>'
    )


def camt_entry(row: Row, currency: str, version: int, more: str = "", details: str | None = None) -> str:
    side = "CRDT" if row.minor >= 0 else "DBIT"
    status = "<Sts>BOOK</Sts>" if version < 8 else "<Sts><Cd>BOOK</Cd></Sts>"
    reference = f"<AcctSvcrRef>{escape(row.bank_reference)}</AcctSvcrRef>" if row.bank_reference else ""
    inner = camt_details(row, version) if details is None else details
    return (
        f'<Ntry><Amt Ccy="{currency}">{figure(row.minor, currency)}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}{status}'
        f"<BookgDt><Dt>{row.booked_on}</Dt></BookgDt><ValDt><Dt>{row.booked_on}</Dt></ValDt>{reference}"
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls>{inner}</NtryDtls></Ntry>"
    )


def camt_details(row: Row, version: int, amount: str = "") -> str:
    who = "Dbtr" if row.minor >= 0 else "Cdtr"
    named = f"<Nm>{escape(row.name)}</Nm>" if version < 8 else f"<Pty><Nm>{escape(row.name)}</Nm></Pty>"
    party = f"<{who}>{named}</{who}>" if row.name else ""
    number = f"<{who}Acct><Id><IBAN>{row.account}</IBAN></Id></{who}Acct>" if row.account else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{escape(row.reference or 'NOTPROVIDED')}</EndToEndId></Refs>{amount}"
        f"<RltdPties>{party}{number}</RltdPties><RmtInf><Ustrd>{escape(row.text)}</Ustrd></RmtInf></TxDtls>"
    )


def mt940(*sheets: Sheet, envelope: bool = False, german: bool = True) -> bytes:
    told = []
    for sheet in sheets:
        lines = [":20:STARTUMS", f":25:{sheet.account}", f":28C:{sheet.number}/1"]
        lines.append(_mt940_balance("60F", sheet.opening, sheet.first, sheet.currency))
        for row in sheet.rows:
            mark = "C" if row.minor >= 0 else "D"
            amount = figure(row.minor, sheet.currency, ",")
            amount = amount if "," in amount else amount + ","
            day = row.booked_on
            bank = f"//{row.bank_reference}" if row.bank_reference else ""
            lines.append(f":61:{day:%y%m%d}{day:%m%d}{mark}{amount}NTRF{row.reference or 'NONREF'}{bank}")
            lines += _german(row) if german else [f":86:{row.text}"]
        lines.append(_mt940_balance("62F", sheet.closing, sheet.last, sheet.currency))
        body = "\r\n".join([*lines, "-"])
        told.append(f"{{1:F01BANKDEFFAXXX0000000000}}{{4:\r\n{body}}}" if envelope else body)
    return ("\r\n".join(told) + "\r\n").encode()


def _mt940_balance(tag: str, minor: int, on: date, currency: str) -> str:
    amount = figure(minor, currency, ",")
    return f":{tag}:{'C' if minor >= 0 else 'D'}{on:%y%m%d}{currency}{amount if ',' in amount else amount + ','}"


def _german(row: Row) -> list[str]:
    pieces = [f"SVWZ+{row.text}"[at : at + 27] for at in range(0, len(row.text) + 5, 27)] if row.text else []
    fields = "".join(f"?{20 + at}{piece}" for at, piece in enumerate(pieces))
    names = "".join(f"?{32 + at}{row.name[at * 27 : at * 27 + 27]}" for at in range(2) if row.name[at * 27 :])
    told = f"166?00GUTSCHRIFT?1099{fields}?31{row.account}{names}"
    return [f":86:{told[:65]}", *(told[at : at + 65] for at in range(65, len(told), 65))]


def ofx(*sheets: Sheet, version: int = 1) -> bytes:
    def leaf(tag: str, content: str) -> str:
        end = "" if version == 1 else f"</{tag}>"
        return f"<{tag}>{escape(content)}{end}\n" if content else ""

    told = []
    for sheet in sheets:
        lines = ""
        for row in sheet.rows:
            sign = "" if row.minor >= 0 else "-"
            lines += "<STMTTRN>\n" + leaf("TRNTYPE", "CREDIT" if row.minor >= 0 else "DEBIT")
            lines += leaf("DTPOSTED", f"{row.booked_on:%Y%m%d}120000[0:GMT]")
            lines += leaf("TRNAMT", sign + figure(row.minor, sheet.currency)) + leaf("FITID", row.bank_reference)
            lines += leaf("REFNUM", row.reference) + leaf("NAME", row.name)
            if row.account:
                lines += f"<BANKACCTTO>{leaf('BANKID', '1')}{leaf('ACCTID', row.account)}</BANKACCTTO>"
            lines += leaf("MEMO", row.text) + "</STMTTRN>\n"
        balance = ("-" if sheet.closing < 0 else "") + figure(sheet.closing, sheet.currency)
        told.append(
            f"<STMTTRNRS><STMTRS>{leaf('CURDEF', sheet.currency)}<BANKACCTFROM>{leaf('ACCTID', sheet.account)}"
            f"</BANKACCTFROM><BANKTRANLIST>{lines}</BANKTRANLIST><LEDGERBAL>{leaf('BALAMT', balance)}"
            f"{leaf('DTASOF', f'{sheet.last:%Y%m%d}')}</LEDGERBAL></STMTRS></STMTTRNRS>"
        )
    body = f"<OFX><BANKMSGSRSV1>{''.join(told)}</BANKMSGSRSV1></OFX>"
    if version == 1:
        head = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:UTF-8\r\nCHARSET:NONE\r\n\r\n"
        return (head + body).encode()
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n{body}'.encode()


def bai2(*sheets: Sheet) -> bytes:
    """One group for each day of each sheet, as banks send it."""
    lines = ["01,BANK,ME,260331,0600,1,,,2/"]
    for sheet in sheets:
        days = sorted({row.booked_on for row in sheet.rows}) or [sheet.first]
        balances = list(
            accumulate((sum(r.minor for r in sheet.rows if r.booked_on == day) for day in days), initial=sheet.opening)
        )
        for at, day in enumerate(days):
            lines.append(f"02,ME,BANK,1,{day:%y%m%d},,{sheet.currency},2/")
            lines.append(f"03,{sheet.account},{sheet.currency},010,{balances[at]},,,015,{balances[at + 1]},,/")
            for row in sheet.rows:
                if row.booked_on == day:
                    code = "165" if row.minor >= 0 else "455"
                    text = f"{row.name} {row.text}".strip().replace("/", " ")
                    lines.append(f"16,{code},{abs(row.minor)},,{row.bank_reference},{row.reference},{text}/")
            lines += ["49,0,2/", "98,0,1,3/"]
    return ("\n".join([*lines, "99,0,1,9/"]) + "\n").encode()


def csv(sheet: Sheet, *, mark: str = ".", newest_first: bool = False, balances: bool = True) -> bytes:
    delimiter = ";" if mark == "," else ","
    heads = ["Date", "Amount", "Payee", "Payee account", "Description", "Reference", "Transaction ID"]
    heads = [*heads, "Balance"] if balances else heads
    running = sheet.opening
    rows = []
    for row in sheet.rows:
        running += row.minor
        cells = [
            row.booked_on.isoformat(), ("-" if row.minor < 0 else "") + figure(row.minor, sheet.currency, mark), row.name,
            row.account, row.text, row.reference, row.bank_reference,
        ]  # fmt: skip
        if balances:
            cells.append(("-" if running < 0 else "") + figure(running, sheet.currency, mark))
        rows.append(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells))
    if newest_first:
        rows.reverse()
    return ("\n".join([delimiter.join(heads), *rows]) + "\n").encode()


def days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=at) for at in range(count)]
