"""A credit memo: the invoice's own tax mix, line by line, and its tax as it was planned. Its number is our marker."""

from __future__ import annotations

from connectors.quickbooks.writing.chart import Chart
from connectors.quickbooks.writing.parts import Body, money, note, ref
from connectors.quickbooks.writing.taxed import net, tax_of
from ledger.entry import Entry, EntryLine


def credit_memo(entry: Entry, chart: Chart) -> Body:
    return {
        "CustomerRef": ref(entry.customer or ""),
        "DocNumber": entry.write_id,
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
