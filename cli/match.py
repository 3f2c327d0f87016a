"""`tieout match`: the matcher over plain CSV files, with no database and no provider."""

from pathlib import Path
from typing import Annotated

import typer

from cli.match_run import Files, run_match


def match(
    *,
    invoices: Annotated[Path, typer.Option(help="CSV of invoices and credit notes.")],
    receipts: Annotated[Path, typer.Option(help="CSV of receipts.")],
    out: Annotated[Path, typer.Option(help="Folder for matches.csv and receipts.csv.")],
    customers: Annotated[Path | None, typer.Option(help="CSV of customers.")] = None,
    history: Annotated[Path | None, typer.Option(help="CSV of receipts that a person matched before.")] = None,
    rates: Annotated[Path | None, typer.Option(help="CSV of exchange rates by day.")] = None,
) -> None:
    """Match receipts to invoices from files: what is certain, what a person should look at, and why.

    UTF-8 with a header row; columns in any order; dates like 2026-03-14; amounts like 1250.00.

    invoices.csv: invoice_id*, customer_id*, currency, total, open_amount, kind (invoice, credit_note), number, issue_date,
    due_date, po_number, payment_reference, terms, status (open, paid, void, draft, uncollectible, disputed).

    receipts.csv: receipt_id*, received_date*, currency, amount, fee, payer_name, payer_account, payer_email, reference,
    method, source, metadata, payout_id.

    customers.csv: customer_id*, name, email, parent_customer_id, account.  history.csv: the columns of receipts.csv, and
    invoice_id, applied_amount, customer_id.  rates.csv: date, from, to, rate.  (* must be there.)
    """
    files = Files(invoices=invoices, receipts=receipts, out=out, customers=customers, history=history, rates=rates)
    status = run_match(files)
    if status:
        raise typer.Exit(status)


if __name__ == "__main__":
    typer.run(match)
