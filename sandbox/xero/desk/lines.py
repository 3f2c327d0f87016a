"""The lines of a document."""

from __future__ import annotations

from decimal import Decimal

from sandbox.xero.desk.wire import ZERO, Record


def line(line_id: str, description: str, amount: Decimal, tax: Decimal, account: str, *, sale: bool = True) -> Record:
    """One line of quantity one."""
    taxed = "OUTPUT2" if sale else "INPUT2"
    return {
        "LineItemID": line_id,
        "Description": description,
        "Quantity": Decimal("1.0000"),
        "UnitAmount": amount,
        "TaxType": taxed if tax else "NONE",
        "TaxAmount": tax or ZERO,
        "LineAmount": amount,
        "AccountCode": account,
        "Tracking": [],
    }
