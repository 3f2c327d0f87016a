"""The CSV files of a set: what the matcher reads, and the truth beside it."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from bench.matching.amounts import to_text
from bench.matching.cases import CASES
from bench.matching.world import Answer, Invoice, Plan, World

RECEIPT_COLUMNS = [
    "receipt_id",
    "received_date",
    "currency",
    "amount",
    "fee",
    "payer_name",
    "payer_account",
    "payer_email",
    "reference",
    "method",
    "source",
    "metadata",
    "payout_id",
]
_INVOICE_COLUMNS = "invoice_id kind number customer_id issue_date due_date currency total open_amount po_number payment_reference terms status"
_TRUTH_COLUMNS = "receipt_id case case_name kind answers customer_id duplicate_of name_damaged reference_damaged"


def _write(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _invoice(one: Invoice) -> list[str]:
    return [
        one.id,
        "credit_note" if one.is_credit else "invoice",
        one.number,
        one.customer.id,
        _day(one.issued),
        _day(one.due),
        one.currency,
        to_text(abs(one.total), one.currency),
        to_text(abs(one.opened), one.currency),
        one.order,
        one.reference,
        one.terms,
        one.status,
    ]


def _receipt(plan: Plan) -> list[str]:
    metadata = json.dumps(plan.metadata, ensure_ascii=False, sort_keys=True) if plan.metadata else ""
    return [
        plan.id,
        _day(plan.day),
        plan.currency,
        to_text(plan.amount, plan.currency),
        to_text(plan.fee, plan.currency) if plan.fee else "",
        plan.payer,
        plan.account,
        plan.email,
        plan.reference,
        plan.method,
        plan.source,
        metadata,
        plan.payout,
    ]


def _answer(answer: Answer) -> str:
    return ";".join(f"{one.id}={to_text(applied, one.currency)}" for one, applied in answer)


def _truth(plan: Plan) -> list[str]:
    return [
        plan.id,
        str(plan.case),
        CASES[plan.case].name,
        plan.kind.value,
        "|".join(_answer(answer) for answer in plan.answers),
        plan.customer.id if plan.customer else "",
        plan.base.id if plan.base else "",
        str(int(plan.damaged_name)),
        str(int(plan.damaged_reference)),
    ]


def _history(plan: Plan, number: int) -> list[str]:
    owner = plan.customer.id if plan.customer else ""
    return [*_receipt(plan), f"old-{number:06d}", to_text(plan.amount, plan.currency), owner]


def write(world: World, folder: Path) -> None:
    """Write the six files; rows of invoices and customers are in no telling order."""
    folder.mkdir(parents=True, exist_ok=True)
    by_id = sorted(world.invoices, key=lambda one: one.id)
    _write(folder / "invoices.csv", _INVOICE_COLUMNS.split(), (_invoice(one) for one in by_id))
    _write(folder / "receipts.csv", RECEIPT_COLUMNS, (_receipt(plan) for plan in world.plans))
    _write(
        folder / "customers.csv",
        ["customer_id", "name", "email", "parent_customer_id", "account"],
        (
            [
                one.id,
                one.name,
                one.email,
                one.parent.id if one.parent else "",
                one.account if one.listed_account else "",
            ]
            for one in world.customers
        ),
    )
    history = (_history(plan, number) for number, plan in enumerate(world.history))
    _write(folder / "history.csv", [*RECEIPT_COLUMNS, "invoice_id", "applied_amount", "customer_id"], history)
    _write(folder / "rates.csv", ["date", "from", "to", "rate"], world.rates.rows())
    _write(folder / "truth.csv", _TRUTH_COLUMNS.split(), (_truth(plan) for plan in world.plans))
