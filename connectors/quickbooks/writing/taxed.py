"""Tax on a record's lines: amounts go out without it, and its sum as it was planned. No code is ever guessed."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.quickbooks.writing.chart import Chart
from connectors.quickbooks.writing.parts import Body
from ledger.entry import EntryLine, LineRole
from ledger.money import Money, total


def net(line: EntryLine) -> Money:
    return line.amount - line.tax if line.tax is not None else line.amount


def tax_of(lines: Sequence[EntryLine], currency: str, chart: Chart) -> Body:
    """How the document reckons tax. Without any code it has none: the account's own default is not let in."""
    if not any(line.tax_code for line in lines):
        return {"GlobalTaxCalculation": "NotApplicable"} if chart.taxes_globally else {}
    signed = [-line.tax if line.role is LineRole.FEE and _in_deposit(lines) else line.tax for line in lines if line.tax]
    found: Body = {"TxnTaxDetail": {"TotalTax": total(signed, currency).decimal()}} if signed else {}
    return {"GlobalTaxCalculation": "TaxExcluded", **found} if chart.taxes_globally else found


def _in_deposit(lines: Sequence[EntryLine]) -> bool:
    """Fees lower a deposit and raise a purchase, which holds accounts alone."""
    return all(line.role is LineRole.FEE for line in lines)
