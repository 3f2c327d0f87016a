"""The body of each new record in QuickBooks. Pure: what entries refer to comes in as what stands."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from connectors.quickbooks.writing.chart import Chart
from connectors.quickbooks.writing.parts import Body, linked, money, note, ref, stands
from connectors.quickbooks.writing.sales import credit_memo
from connectors.quickbooks.writing.shares import currency_of
from connectors.quickbooks.writing.taxed import net, tax_of
from connectors.writing import Standing
from ledger.entry import Entry, EntryKind, EntryLine, LineRole
from ledger.faults import BadInput, Refused
from ledger.money import total

_OF_PAYMENTS = (LineRole.PAYS, LineRole.UNAPPLIED)


def body_of(entry: Entry, standing: Mapping[str, Standing], chart: Chart) -> tuple[str, Body]:
    """(QuickBooks' kind, body) of a shaped entry. Raises BadInput where what it refers to does not stand."""
    match entry.kind:
        case EntryKind.RECEIPT:
            return "Payment", _payment(entry, standing, chart)
        case EntryKind.ALLOCATION:
            return "Payment", _application(entry, standing, chart)
        case EntryKind.SPEND | EntryKind.REFUND:
            return "Purchase", _purchase(entry, chart)
        case EntryKind.RECEIVE | EntryKind.DEPOSIT:
            return "Deposit", _deposit(entry, standing, chart)
        case EntryKind.TRANSFER:
            return "Transfer", _transfer(entry, chart)
        case EntryKind.CREDIT_NOTE:
            return "CreditMemo", credit_memo(entry, chart)
        case EntryKind.JOURNAL:
            return "JournalEntry", _journal(entry, chart)
        case EntryKind.INVOICE:
            raise Refused("An invoice is never written to QuickBooks.")


def _dated(entry: Entry) -> Body:
    return {"TxnDate": entry.on.isoformat()}


def _payment(entry: Entry, standing: Mapping[str, Standing], chart: Chart) -> Body:
    currency = currency_of(entry)
    lines = [line for line in entry.lines if line.role in _OF_PAYMENTS]
    amount = total((line.amount for line in lines), currency) if lines else entry.amount
    account = {"DepositToAccountRef": ref(entry.account)} if entry.account else {}  # none: Undeposited Funds
    return {
        "CustomerRef": ref(_needed(entry.customer, "customer")),
        "TotalAmt": amount.decimal(),
        **_dated(entry),
        **money(chart, currency, entry),
        "PaymentRefNum": entry.write_id,
        **account,
        **note(entry, marked=False),
        "Line": [_pays(line, standing) for line in lines if line.role is LineRole.PAYS],
    }


def _pays(line: EntryLine, standing: Mapping[str, Standing]) -> Body:
    if line.document is None:
        raise BadInput("A line that pays names its document.")
    return {"Amount": line.amount.decimal(), "LinkedTxn": [linked(line.document, standing)]}


def _application(entry: Entry, standing: Mapping[str, Standing], chart: Chart) -> Body:
    """A Payment of 0: the credit on one side, what it is put to on the other."""
    if entry.source is None:
        raise BadInput("An allocation names the credit that it comes from.")
    used = total((line.amount for line in entry.lines), currency_of(entry))
    credit = {"Amount": used.decimal(), "LinkedTxn": [linked(entry.source, standing)]}
    return {
        "CustomerRef": ref(_needed(entry.customer, "customer")),
        "TotalAmt": Decimal(0),
        **_dated(entry),
        **money(chart, used.currency, entry),
        "PaymentRefNum": entry.write_id,
        **note(entry, marked=False),
        "Line": [*(_pays(line, standing) for line in entry.lines), credit],
    }


def _purchase(entry: Entry, chart: Chart) -> Body:
    card = chart.accounts.get(entry.account or "")
    kind = "CreditCard" if card is not None and card.provider_type == "Credit Card" else "Cash"
    who = {"EntityRef": {"value": entry.customer, "type": "Customer"}} if entry.customer else {}
    return {
        "AccountRef": ref(_needed(entry.account, "account")),
        "PaymentType": kind,
        **who,
        **_dated(entry),
        **money(chart, entry.amount.currency, entry),
        "DocNumber": entry.write_id,
        **note(entry, marked=True),
        **tax_of(entry.lines, entry.amount.currency, chart),
        "Line": [_expense(line) for line in entry.lines],
    }


def _expense(line: EntryLine) -> Body:
    detail: Body = {"AccountRef": ref(_needed(line.account, "account of a line"))}
    if line.customer:
        detail["CustomerRef"] = ref(line.customer)
    if line.tax_code:
        detail["TaxCodeRef"] = ref(line.tax_code)
    return {
        "Amount": net(line).decimal(),
        "DetailType": "AccountBasedExpenseLineDetail",
        **_described(line),
        "AccountBasedExpenseLineDetail": detail,
    }


def _deposit(entry: Entry, standing: Mapping[str, Standing], chart: Chart) -> Body:
    currency = currency_of(entry)
    gathered = [line for line in entry.lines if line.role is LineRole.ENTRY]
    own = [line for line in entry.lines if line.role is not LineRole.ENTRY]
    return {
        "DepositToAccountRef": ref(_needed(entry.account, "account")),
        **_dated(entry),
        **money(chart, currency, entry),
        **note(entry, marked=True),
        **tax_of(own, currency, chart),
        "Line": [*(_gathered(line, standing) for line in gathered), *(_banked(entry, line) for line in own)],
    }


def _gathered(line: EntryLine, standing: Mapping[str, Standing]) -> Body:
    payment = stands(line.entry or "", standing).external_id
    linked_txn = {"TxnId": payment, "TxnType": "Payment", "TxnLineId": "0"}
    return {"Amount": line.amount.decimal(), "LinkedTxn": [linked_txn]}


def _banked(entry: Entry, line: EntryLine) -> Body:
    """A fee lowers what arrives; any other line is where the money came from."""
    detail: Body = {"AccountRef": ref(_needed(line.account, "account of a line"))}
    customer = line.customer or (entry.customer if line.role is LineRole.ACCOUNT else None)
    if customer:
        detail["Entity"] = {"value": customer, "type": "CUSTOMER"}
    if line.tax_code:
        detail["TaxCodeRef"] = ref(line.tax_code)
        detail["TaxApplicableOn"] = "Purchase" if line.role is LineRole.FEE else "Sales"
    amount = net(line).decimal()
    return {
        "Amount": -amount if line.role is LineRole.FEE else amount,
        "DetailType": "DepositLineDetail",
        **_described(line),
        "DepositLineDetail": detail,
    }


def _transfer(entry: Entry, chart: Chart) -> Body:
    return {
        "FromAccountRef": ref(_needed(entry.account, "account")),
        "ToAccountRef": ref(_needed(entry.to_account, "account that it goes to")),
        "Amount": entry.amount.decimal(),
        **_dated(entry),
        **money(chart, entry.amount.currency, entry),
        **note(entry, marked=True),
    }


def _journal(entry: Entry, chart: Chart) -> Body:
    return {
        **_dated(entry),
        **money(chart, currency_of(entry), entry),
        "DocNumber": entry.write_id,
        **note(entry, marked=True),
        "Line": [_side(line) for line in entry.lines],
    }


def _side(line: EntryLine) -> Body:
    detail: Body = {
        "PostingType": "Debit" if line.amount.minor >= 0 else "Credit",
        "AccountRef": ref(_needed(line.account, "account of a line")),
    }
    if line.customer:
        detail["Entity"] = {"Type": "Customer", "EntityRef": ref(line.customer)}
    return {
        "Amount": abs(line.amount).decimal(),
        "DetailType": "JournalEntryLineDetail",
        **_described(line),
        "JournalEntryLineDetail": detail,
    }


def _described(line: EntryLine) -> Body:
    return {"Description": line.text} if line.text else {}


def _needed(value: str | None, what: str) -> str:
    if value is None:
        raise BadInput(f"This entry names no {what}; plan it again.")
    return value
