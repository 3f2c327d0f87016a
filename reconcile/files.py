"""`tieout match` without its command line: files in, files out, the same matcher as the service's."""

from collections import Counter
from pathlib import Path

import msgspec

from reconcile.engine import Matcher
from reconcile.index import Index
from reconcile.policy import DEFAULT, Policy
from reconcile.rates import Rates
from reconcile.read import read_customers, read_history, read_invoices, read_rates, read_receipts
from reconcile.values import HistoryRow, OpenItem, Payer, Rate, Receipt
from reconcile.write import write_answers


class Inputs(msgspec.Struct, frozen=True):
    """Everything that the files hold."""

    invoices: list[OpenItem]
    receipts: list[Receipt]
    customers: list[Payer]
    history: list[HistoryRow]
    rates: list[Rate]


def read_inputs(
    invoices: Path,
    receipts: Path,
    customers: Path | None = None,
    history: Path | None = None,
    rates: Path | None = None,
) -> Inputs:
    """Read and check every file. Raises BadRow for the first row that cannot be used."""
    return Inputs(
        invoices=read_invoices(invoices),
        receipts=read_receipts(receipts),
        customers=read_customers(customers) if customers else [],
        history=read_history(history) if history else [],
        rates=read_rates(rates) if rates else [],
    )


def match_files(inputs: Inputs, out: Path, policy: Policy = DEFAULT) -> dict[str, int]:
    """Match, write DIR/matches.csv and DIR/receipts.csv, and count the receipts by status."""
    counts, _ = match_and_keep(inputs, out, policy)
    return counts


def match_and_keep(inputs: Inputs, out: Path, policy: Policy = DEFAULT) -> tuple[dict[str, int], Matcher]:
    """The same, and the matcher with all that it knows."""
    index = Index.build(inputs.invoices, inputs.customers, inputs.history)
    matcher = Matcher(index, Rates(inputs.rates, policy.rate_days), policy, inputs.history)
    result = matcher.run(inputs.receipts)
    write_answers(out, result, {receipt.id: receipt for receipt in inputs.receipts})
    return dict(sorted(Counter([outcome.status for outcome in result.outcomes]).items())), matcher
