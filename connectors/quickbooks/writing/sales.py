"""A credit memo: the invoice's own tax mix, line by line, and its tax as it was planned."""

from __future__ import annotations

from connectors.quickbooks.writing.chart import Chart
from connectors.quickbooks.writing.parts import Body, money, note, ref
from connectors.quickbooks.writing.taxed import net, tax_of
from ledger.entry import Entry, EntryLine

_NUMBER_LETTERS_MAX = 21


def number_of(entry: Entry) -> str:
    """The memo's number: the one that was planned for it, else our marker, by which it is found again."""
    return entry.reference[:_NUMBER_LETTERS_MAX] or entry.write_id


def credit_memo(entry: Entry, chart: Chart) -> Body:
    return {
        "CustomerRef": ref(entry.customer or ""),
        "DocNumber": number_of(entry),
        "TxnDate": entry.on.isoformat(),
        **money(chart, entry.amount.currency, entry),
        **note(entry, marked=True),
        **tax_of(entry.lines, entry.amount.currency, chart),
        "Line": [_line(line) for line in entry.lines],
    }


def _line(line: EntryLine) -> Body:
    detail: Body = {"ItemRef": ref(line.item or "")}
    if line.tax_code:
        detail["TaxCodeRef"] = ref(line.tax_code)
    described = {"Description": line.text} if line.text else {}
    return {
        "Amount": net(line).decimal(),
        "DetailType": "SalesItemLineDetail",
        **described,
        "SalesItemLineDetail": detail,
    }
