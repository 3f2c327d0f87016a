"""The pack as a workbook: a sheet each for the summary, the sub-ledger, what is open, the processors, the differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from proving.close.words import PAID_OUT

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOLD = Font(bold=True)


class Figure(Decimal):
    """An amount that a workbook adds up."""


def workbook(pack: Mapping[str, Any]) -> bytes:
    book = Workbook(write_only=True)
    _sheet(book, "Summary", ("What", "Currency", "Amount", "Note"), _summary(pack))
    ledger = pack["receivables"]
    if ledger is not None:
        heads = ("Customer", "Name", "Currency", *ledger["buckets"], "Unapplied", "Total")
        _sheet(book, "Sub-ledger", heads, (_customer(line) for line in ledger["customers"]))
        _sheet(
            book, "Unapplied and credits", ("Kind", "Number", "Customer", "Day", "Currency", "Left"), _credits(ledger)
        )
    heads = ("Day", "Payer", "Reference", "Source", "State", "Currency", "Amount", "Open")
    _sheet(book, "Receipts", heads, _receipts(pack["receipts"]))
    _sheet(
        book,
        "Processors",
        ("Account", "Currency", "What", "Count", "Gross", "Fees", "Net"),
        _processors(pack["processors"]),
    )
    _sheet(
        book,
        "Clearing",
        ("Account", "Currency", "Section", "Day", "Subject", "Amount", "Words", "To do"),
        _clearing(pack["processors"]),
    )
    heads = ("Connection", "Check", "What", "Currency", "Here", "There", "Cause", "Why", "To do")
    _sheet(book, "Differences", heads, _differences(pack["differences"]))
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _sheet(book: Workbook, name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(name)
    top: list[Any] = [WriteOnlyCell(sheet, head) for head in heads]
    for cell in top:
        cell.font = _BOLD
    sheet.append(top)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any) -> Any:
    """Amounts are numbers; a text is never a formula."""
    if isinstance(value, Figure):
        cell: Any = WriteOnlyCell(sheet, value)  # type: ignore[arg-type] # decimals are numbers to it
        cell.number_format = "#,##0" + (
            "." + "0" * -exponent if (exponent := int(value.as_tuple().exponent)) < 0 else ""
        )
        return cell
    if not isinstance(value, str):
        return value
    plain = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain


def figure(text: Any) -> Figure | None:
    return None if text is None else Figure(text)


def _summary(pack: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    entity, period = pack["entity"], pack["period"]
    rows: list[tuple[Any, ...]] = [
        ("Entity", None, None, entity["name"]), ("From", None, None, period["from"]), ("Through", None, None, period["through"]),
        ("Prepared by", None, None, pack["prepared"]["by"]), ("Prepared at", None, None, pack["prepared"]["at"]),
    ]  # fmt: skip
    ledger = pack["receivables"]
    if ledger is not None:
        rows += [
            (f"Receivables in {one['currency']}", one["currency"], figure(one["total"]), None)
            for one in ledger["currencies"]
        ]
        rows.append(
            ("Sub-ledger", ledger["sub_ledger"]["currency"], figure(ledger["sub_ledger"]["amount"]), ledger["rates"])
        )
        control = ledger["control_account"]
        if control is not None:
            rows.append(("Control account", control["currency"], figure(control["amount"]), control["source"]))
            rows.append(("Difference", ledger["difference"]["currency"], figure(ledger["difference"]["amount"]), None))
    for one in pack["processors"]:
        rows.append((f"{one['company']}, closing", one["currency"], figure(one["closing"]), None))
        rows.append((f"{one['company']}, payouts in transit", one["currency"], figure(one["in_transit"]), None))
    rows.append(("Differences", None, None, str(len(pack["differences"]))))
    rows += [("Not compared", None, None, words) for words in pack.get("not_compared", ())]
    anchor = pack.get("audit", {}).get("anchor")
    if anchor is not None:
        rows.append(("Audit log, entries", None, None, str(anchor["entries"])))
        rows.append(("Audit log, last hash", None, None, anchor["head"]))
    return rows


def _customer(line: Mapping[str, Any]) -> tuple[Any, ...]:
    buckets = [figure(own) for own in line["buckets"]]
    return (
        line["customer"],
        line["name"],
        line["currency"],
        *buckets,
        figure(line["unapplied"]),
        figure(line["total"]),
    )


def _credits(ledger: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (one["kind"], one["number"], one["name"], one["on"], one["currency"], figure(one["amount"]))
        for part in ("unapplied_cash", "customer_deposits", "open_credits")
        for one in ledger[part]
    ]


def _receipts(receipts: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (one["on"], one["payer"], one["reference"], one["source"], one["status"], one["currency"], figure(one["amount"]), figure(one["open"]))
        for part in ("unmatched", "decided_not_posted")
        for one in receipts[part]
    ]  # fmt: skip


def _processors(parts: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for one in parts:
        head = (one["company"], one["currency"])
        rows.append((*head, "Opening", None, None, None, figure(one["opening"])))
        rows += [
            (*head, line["kind"], line["count"], figure(line["gross"]), figure(line["fees"]), figure(line["net"]))
            for line in one["movements"]
        ]
        rows.append((*head, "Closing", None, None, None, figure(one["closing"])))
        rows += [
            (
                *head,
                f"In transit: {line['payout']}, arrives {line['arrives_on']}",
                None,
                None,
                None,
                figure(line["amount"]),
            )
            for line in one["payouts_in_transit"]
        ]
    return rows


def _clearing(parts: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for one in parts:
        proof = one["clearing"]
        if proof is None:
            continue
        head = (proof["account_name"], one["currency"])
        for label, key in (
            ("Books", "books"),
            ("Not posted", "not_posted"),
            ("Elsewhere", "elsewhere"),
            (PAID_OUT, "in_transit"),
            ("Unexplained", "unexplained"),
            ("Processor", "processor"),
        ):
            rows.append((*head, label, None, None, figure(proof[key]), None, None))
        rows += [
            (*head, line["section"], line["on"], line["subject"], figure(line["amount"]), line["words"], line["remedy"])
            for line in proof["rows"]
        ]
    return rows


def _differences(rows: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (one["connection"], one["check"], one["name"], one["currency"], figure(one["ours"]), figure(one["theirs"]), one["cause_words"], one["words"], one["remedy"])
        for one in rows
    ]  # fmt: skip
