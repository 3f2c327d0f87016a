"""`tieout match`: the matcher over plain CSV files, with no database and no provider."""

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from ledger.faults import BadInput
from reconcile.files import match_files, read_inputs

_BAD_INPUT = 2


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
    gc.disable()  # a short process that makes many small values and no cycles: collecting costs a third of the run
    shown = sys.stderr.isatty()
    try:
        _say("Reading...", shown=shown)
        inputs = read_inputs(invoices, receipts, customers, history, rates)
        _say(f"Matching {len(inputs.receipts)} receipts with {len(inputs.invoices)} invoices...", shown=shown)
        counts = match_files(inputs, out)
    except BadInput as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(_BAD_INPUT) from fault
    except OSError as fault:
        typer.echo(f"{out}: cannot be written: {fault.strerror}. Choose a folder that can be.", err=True)
        raise typer.Exit(1) from fault
    gc.freeze()  # nor does the interpreter need to look for cycles on its way out
    summary = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in counts.items())
    typer.echo(f"{len(inputs.receipts)} receipts: {summary}. See {out / 'matches.csv'} and {out / 'receipts.csv'}.")


def _say(text: str, *, shown: bool) -> None:
    if shown:
        typer.echo(text, err=True)


if __name__ == "__main__":
    typer.run(match)
