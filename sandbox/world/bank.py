"""What the entity's bank would say of the last weeks: a CAMT.053 statement that agrees with its Stripe account and books.

Payouts arrive in one sum each, payments and deposits of the ledger stand as the bank booked them, and a few customers
have paid invoices by transfer that nobody has entered yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from sandbox.world import plan

DAYS = 45
FRESH = 6  # transfers that the books do not know yet
_OPENING = 2_418_055
_FEE = -1_850


@dataclass(frozen=True)
class Line:
    on: date
    amount: int
    name: str
    text: str
    reference: str = ""


def statement(entity: plan.EntityPlan, payouts: Sequence[Mapping[str, Any]], today: date) -> bytes:
    """Of the account in home currency, up to yesterday. `payouts`: as the Stripe account holds them."""
    home = entity.books.company.home_currency
    first, last = today - timedelta(days=DAYS), today - timedelta(days=1)
    told = [*_payouts(payouts, home), *_booked(entity.books, home), *_fresh(entity, today), *_fees(first, last)]
    lines = sorted(
        (line for line in told if first <= line.on <= last), key=lambda line: (line.on, line.name, line.amount)
    )
    return _camt(entity.books.company, lines, first, last).encode()


def account_number(company: plan.Company) -> str:
    """A British one has an IBAN; its check digits are right, so that nobody has to doubt the file."""
    if company.country == "GB":
        return _iban("GB", f"TIEO4000{sum(map(ord, company.name)):010}"[:18])
    return f"4000{sum(map(ord, company.name)):08}"


def _iban(country: str, rest: str) -> str:
    digits = "".join(str(int(sign, 36)) for sign in f"{rest}{country}00")
    return f"{country}{98 - int(digits) % 97:02}{rest}"


def _payouts(payouts: Sequence[Mapping[str, Any]], home: str) -> Iterator[Line]:
    for payout in payouts:
        if payout["status"] == "paid" and payout["currency"].upper() == home:
            on = datetime.fromtimestamp(payout["arrival_date"], UTC).date()
            yield Line(on, payout["amount"], "STRIPE", "STRIPE PAYOUT")


def _booked(books: plan.BooksPlan, home: str) -> Iterator[Line]:
    names = {customer.key: customer.name for customer in books.customers}
    numbers = {invoice.key: invoice.number for invoice in books.invoices}
    for payment in books.payments:
        if payment.account == "bank" and payment.state == "open" and payment.currency == home and payment.amount:
            paid = " ".join(numbers[one.target] for one in payment.applied if one.target in numbers)
            told = payment.reference or paid
            if "{" not in told:
                yield Line(payment.paid_on, payment.amount, names[payment.customer], told)
    amounts = {payment.key: payment.amount for payment in books.payments}
    for deposit in books.deposits:
        if deposit.currency == home:
            gathered = sum(amounts[key] for key in deposit.payments)
            yield Line(deposit.on, gathered + deposit.other + deposit.ar_amount - deposit.fee, "", "DEPOSIT")
    for move in books.moves:
        if move.account == "bank" and move.currency == home:
            comes = move.kind in {"sale", "receive"}
            name = names.get(move.customer or "", "")
            yield Line(
                move.on, move.amount if comes else -move.amount, name, move.reference or move.kind.replace("_", " ")
            )


def _fresh(entity: plan.EntityPlan, today: date) -> Iterator[Line]:
    """Open invoices of customers who are in the ledger alone, paid in the last week; one names no number."""
    books = entity.books
    at_stripe = {customer.key for customer in entity.stripe.customers}
    touched = {one.target for payment in books.payments for one in payment.applied}
    touched |= {one.target for note in books.credit_notes for one in note.applied}
    names = {customer.key: customer.name for customer in books.customers}
    open_ = [
        invoice
        for invoice in books.invoices
        if invoice.state == "open" and invoice.currency == books.company.home_currency and invoice.key not in touched
        and invoice.customer not in at_stripe and invoice.mirror_of is None and not invoice.deposit
    ]  # fmt: skip
    for at, invoice in enumerate(sorted(open_, key=lambda one: (one.issued_on, one.number))[:FRESH]):
        total = sum(line.amount + line.tax for line in invoice.lines)
        text = f"Invoice {invoice.number}" if at % 3 != 2 else "our account with you"
        yield Line(
            today - timedelta(days=1 + at),
            total,
            names[invoice.customer],
            text,
            f"E2E-{invoice.number}" if at % 3 != 2 else "",
        )


def _fees(first: date, last: date) -> Iterator[Line]:
    for number in range((last - first).days + 1):
        on = first + timedelta(days=number)
        if on.day == 1:
            yield Line(on, _FEE, "", "Account fee")


def _camt(company: plan.Company, lines: Sequence[Line], first: date, last: date) -> str:
    number = account_number(company)
    own = f"<IBAN>{number}</IBAN>" if number[:2].isalpha() else f"<Othr><Id>{number}</Id></Othr>"
    currency = company.home_currency
    closing = _OPENING + sum(line.amount for line in lines)
    entries = "\n".join(_entry(line, at, currency) for at, line in enumerate(lines, start=1))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>STATEMENT-{last:%Y%m%d}</MsgId><CreDtTm>{last}T23:30:00</CreDtTm></GrpHdr>
<Stmt><Id>{last:%Y%m%d}</Id><ElctrncSeqNb>{last:%j}</ElctrncSeqNb>
<Acct><Id>{own}</Id><Ccy>{currency}</Ccy><Nm>{escape(company.name)} operating</Nm></Acct>
{_balance("OPBD", _OPENING, first, currency)}
{_balance("CLBD", closing, last, currency)}
{entries}
</Stmt></BkToCstmrStmt></Document>
"""


def _balance(code: str, amount: int, on: date, currency: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(amount, currency)}<Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def _amount(amount: int, currency: str) -> str:
    side = "CRDT" if amount >= 0 else "DBIT"
    return f'<Amt Ccy="{currency}">{abs(amount) // 100}.{abs(amount) % 100:02}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def _entry(line: Line, number: int, currency: str) -> str:
    who = "Dbtr" if line.amount >= 0 else "Cdtr"
    party = f"<RltdPties><{who}><Pty><Nm>{escape(line.name)}</Nm></Pty></{who}></RltdPties>" if line.name else ""
    return (
        f"<Ntry>{_amount(line.amount, currency)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{line.on}</Dt></BookgDt>"
        f"<ValDt><Dt>{line.on}</Dt></ValDt><AcctSvcrRef>{line.on:%Y%m%d}{number:05}</AcctSvcrRef><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>{escape(line.reference or 'NOTPROVIDED')}</EndToEndId></Refs>{party}"
        f"<RmtInf><Ustrd>{escape(line.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )
