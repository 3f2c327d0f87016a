"""A hand-made set of a few receipts, and a matcher's output written line by line."""

import csv
from pathlib import Path

INVOICES = """
a1,invoice,INV-1,A,2026-01-05,EUR,100.00,100.00,open
a2,invoice,INV-2,A,2026-01-06,EUR,50.00,50.00,open
a3,credit_note,CN-1,A,2026-01-07,EUR,20.00,20.00,open
b1,invoice,INV-3,B,2026-01-05,EUR,70.00,70.00,open
b2,invoice,INV-4,B,2026-01-05,EUR,70.00,70.00,open
u1,invoice,INV-5,C,2026-01-05,USD,200.00,200.00,open
late,invoice,INV-6,C,2026-03-01,EUR,33.00,33.00,open
"""
RECEIPTS = """
r1,2026-02-01,EUR,100.00
r2,2026-02-02,EUR,30.00
r3,2026-02-03,EUR,70.00
r4,2026-02-04,EUR,100.00
r5,2026-02-05,EUR,900.00
r6,2026-02-06,EUR,184.00
r7,2026-02-07,EUR,33.00
r8,2026-02-08,EUR,-100.00
"""
TRUTH = """
r1,1,one,a1=100.00,
r2,26,one,a2=50.00;a3=-20.00,
r3,48,ambiguous,b1=70.00|b2=70.00,
r4,50,duplicate,,r1
r5,44,payout,,
r6,42,one,u1=200.00,
r7,52,none,late=33.00,
r8,54,reversal,a1=-100.00,r1
"""
PERFECT = """
r1,a1,100.00,auto,1,0.99
r2,a2,50.00,auto,1,0.97
r2,a3,-20.00,auto,1,0.97
r3,b1,70.00,suggest,1,0.5
r3,b2,70.00,suggest,2,0.5
r6,u1,200.00,auto,1,0.96
r7,late,33.00,suggest,1,0.9
"""
PERFECT_STATUS = """
r1,matched,0.00
r2,matched,0.00
r3,suggested,70.00
r4,duplicate,100.00
r5,payout,900.00
r6,matched,0.00
r7,suggested,33.00
r8,reversal,-100.00
"""


def _write(path: Path, header: str, rows: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header.split(","))
        out.writerows(line.split(",") for line in rows.strip().splitlines())


def write_set(folder: Path) -> Path:
    _write(
        folder / "invoices.csv",
        "invoice_id,kind,number,customer_id,issue_date,currency,total,open_amount,status",
        INVOICES,
    )
    _write(folder / "receipts.csv", "receipt_id,received_date,currency,amount", RECEIPTS)
    _write(folder / "truth.csv", "receipt_id,case,kind,answers,duplicate_of", TRUTH)
    _write(folder / "rates.csv", "date,from,to,rate", "2026-02-01,USD,EUR,0.92")
    return folder


def write_output(folder: Path, matches: str = PERFECT, status: str = PERFECT_STATUS) -> Path:
    _write(folder / "matches.csv", "receipt_id,invoice_id,applied_amount,decision,rank,confidence", matches)
    _write(folder / "receipts.csv", "receipt_id,status,unapplied_amount", status)
    return folder
