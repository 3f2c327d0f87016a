"""The pack on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from proving.close.words import PAID_OUT
from proving.paper import Paper

CUSTOMERS_MAX = 400
"""Beyond it the paper says that the workbook has the rest: nobody reads a hundred pages of names."""


def printed(pack: Mapping[str, Any], digest: str) -> bytes:
    period, entity = pack["period"], pack["entity"]
    paper = Paper(
        f"{entity['name']}: period end {period['through']}",
        f"Tieout period-end pack, {period['from']} to {period['through']}. SHA-256 of the JSON: {digest}",
    )
    paper.say(
        f"Prepared by {pack['prepared']['by']} at {pack['prepared']['at']}. Home currency {entity['home_currency']}, days of {entity['time_zone']}.",
        quiet=True,
    )
    if pack["ties_out"]:
        paper.say("Everything that was compared ties out.")
    else:
        paper.say(f"{len(pack['differences'])} differences are named at the end; nothing was plugged.")
    for words in pack.get("not_compared", ()):
        paper.say(words, quiet=True)
    _receivables(paper, pack)
    _receipts(paper, pack["receipts"])
    for one in pack["processors"]:
        _processor(paper, one)
    _differences(paper, pack["differences"])
    _log(paper, pack)
    paper.heading("Signatures")
    paper.say("Signed in Tieout; names and times stand in its audit log, and below if this copy was signed by hand.")
    paper.table(("", "Name", "Date", "Signature"), [("Prepared", "", "", ""), ("Reviewed", "", "", "")], (2, 4, 2, 4))
    return paper.bytes()


def _log(paper: Paper, pack: Mapping[str, Any]) -> None:
    anchor = pack.get("audit", {}).get("anchor")
    if anchor is not None:
        paper.heading("Audit log")
        paper.say(
            f"It had {anchor['entries']:,} entries when this was prepared; the hash of the last is {anchor['head']}. The digest "
            "of every file of this pack stands in it: `tieout audit verify --pack FILE` says whether a file is the one.",
            quiet=True,
        )


def grouped(text: str | int | None) -> str:
    """1234.50 as 1,234.50; nothing as a dash."""
    return "\u2013" if text is None else f"{Decimal(text):,f}"


def dashed(text: str) -> str:
    """In a table nothing is a dash; where it is the result it stands as 0.00."""
    return grouped(text) if Decimal(text) else "\u2013"


def _receivables(paper: Paper, pack: Mapping[str, Any]) -> None:
    ledger = pack["receivables"]
    if ledger is None:
        return
    paper.heading("Receivables against the control account")
    rows = [(f"Open in {one['currency']}", grouped(one["total"]), grouped(one["home"])) for one in ledger["currencies"]]
    rows.append(("Sub-ledger", "", grouped(ledger["sub_ledger"]["amount"])))
    paper.table(("", "Own currency", f"In {pack['entity']['home_currency']}"), rows, (5, 2, 2), right=(1, 2), totals=1)
    if ledger["control_account"] is not None:
        control = ledger["control_account"]
        paper.table(
            ("", f"In {control['currency']}"),
            [(f"Control account ({control['source']})", grouped(control["amount"])), ("Difference", grouped(ledger["difference"]["amount"]))],
            (7, 2), right=(1,), totals=1,
        )  # fmt: skip
    paper.say(ledger["rates"], quiet=True)
    _customers(paper, ledger)
    for title, key in (
        ("Unapplied cash", "unapplied_cash"),
        ("Customer deposits", "customer_deposits"),
        ("Open credits", "open_credits"),
    ):
        _credits(paper, title, ledger[key])


def _customers(paper: Paper, ledger: Mapping[str, Any]) -> None:
    paper.heading("Sub-ledger by customer")
    rows = [
        (f"{line['name']}", line["currency"], *(dashed(own) for own in line["buckets"]), dashed(line["unapplied"]), grouped(line["total"]))
        for line in ledger["customers"][:CUSTOMERS_MAX]
    ]  # fmt: skip
    heads = ("Customer", "", *ledger["buckets"], "Unapplied", "Total")
    width = len(heads)
    paper.table(heads, rows, (3.4, 0.8, *([1.3] * (width - 2))), right=tuple(range(2, width)))
    if len(ledger["customers"]) > CUSTOMERS_MAX:
        paper.say(
            f"The first {CUSTOMERS_MAX} of {len(ledger['customers'])}; the workbook and the JSON have all of them.",
            quiet=True,
        )


def _credits(paper: Paper, title: str, credits_: Sequence[Mapping[str, Any]]) -> None:
    paper.heading(title)
    if not credits_:
        paper.say("None.", quiet=True)
        return
    rows = [
        (
            one["on"] or "",
            one["kind"].replace("_", " "),
            one["number"],
            one["name"],
            one["currency"],
            grouped(one["amount"]),
        )
        for one in credits_
    ]
    paper.table(("Day", "Kind", "Number", "Customer", "", "Left"), rows, (1.5, 1.6, 2, 4, 0.8, 1.6), right=(5,))


def _receipts(paper: Paper, receipts: Mapping[str, Any]) -> None:
    for title, key in (
        ("Receipts that nobody has matched", "unmatched"),
        ("Decided and not in the books yet", "decided_not_posted"),
    ):
        paper.heading(title)
        rows = [
            (one["on"], one["payer"] or "", one["reference"] or "", one["status"].replace("_", " "), one["currency"], grouped(one["amount"]))
            for one in receipts[key]
        ]  # fmt: skip
        if rows:
            paper.table(
                ("Day", "Payer", "Reference", "State", "", "Amount"), rows, (1.5, 3, 3.4, 1.8, 0.8, 1.6), right=(5,)
            )
        else:
            paper.say("None.", quiet=True)


def _processor(paper: Paper, one: Mapping[str, Any]) -> None:
    paper.heading(f"{one['company']}, {one['currency']}: from opening to closing")
    rows = [("Opening", "", "", "", grouped(one["opening"]))]
    rows += [
        (
            line["kind"].replace("_", " "),
            str(line["count"]),
            grouped(line["gross"]),
            dashed(line["fees"]),
            grouped(line["net"]),
        )
        for line in one["movements"]
    ]
    rows.append(("Closing", "", "", "", grouped(one["closing"])))
    paper.table(("", "Count", "Gross", "Fees", "Net"), rows, (4, 1, 2, 2, 2), right=(1, 2, 3, 4), totals=1)
    if one["payouts_in_transit"]:
        rows = [
            (line["payout"], line["left_on"], line["arrives_on"], line["trace_id"] or "", grouped(line["amount"]))
            for line in one["payouts_in_transit"]
        ]
        rows.append(("In transit", "", "", "", grouped(one["in_transit"])))
        paper.table(
            ("Payout in transit", "Left", "Arrives", "Trace", "Amount"), rows, (4, 1.5, 1.5, 2, 2), right=(4,), totals=1
        )
    proof = one["clearing"]
    if proof is None:
        paper.say("No clearing account is chosen for it, so that nothing is proved against the books.", quiet=True)
        return
    sums = [
        (f"Books, {proof['account_name']}", grouped(proof["books"])), ("Not posted yet", grouped(proof["not_posted"])),
        ("Recorded elsewhere", grouped(proof["elsewhere"])), (PAID_OUT, grouped(proof["in_transit"])),
        ("Unexplained", grouped(proof["unexplained"])), ("Balance at the processor", grouped(proof["processor"])),
    ]  # fmt: skip
    paper.table(("Clearing", one["currency"]), sums, (7, 2), right=(1,), totals=1)


def _differences(paper: Paper, rows: Sequence[Mapping[str, Any]]) -> None:
    paper.heading("Differences")
    if not rows:
        paper.say("None.", quiet=True)
        return
    paper.table(
        ("What", "Here", "There", "Cause", "Why and what to do"),
        [
            (one["name"], f"{grouped(one['ours'])} {one['currency'] or ''}", f"{grouped(one['theirs'])} {one['currency'] or ''}", one["cause_words"], f"{one['words']} {one['remedy']}")
            for one in rows
        ],
        (2.4, 1.7, 1.7, 1.6, 5), right=(1, 2),
    )  # fmt: skip
