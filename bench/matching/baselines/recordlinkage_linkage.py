"""recordlinkage: blocks by amount or by a quoted word, agreement of name, account, amount and words, and its unsupervised ECM classifier.

Runs where recordlinkage is installed, in a venv of its own.
"""

import importlib
import sys
import warnings
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench.matching.baselines import book
from bench.matching.baselines.book import Book
from bench.matching.baselines.linkage import Table, invoices_table, receipts_table, take

REASON = "recordlinkage ECM"
_LIKE = 0.88
_THRESHOLD = 0.5


def _blocked(one: Table, two: Table) -> set[tuple[int, int]]:
    """Pairs of rows that share the amount or a word."""
    found: set[tuple[int, int]] = set()
    keys: list[tuple[list[list[str]], list[list[str]]]] = [
        ([[value] for value in one.amount], [[value] for value in two.amount]),
        (one.words, two.words),
    ]
    for left, right in keys:
        rows: dict[str, list[int]] = defaultdict(list)
        for row, values in enumerate(right):
            for value in values:
                rows[value].append(row)
        found |= {(row, other) for row, values in enumerate(left) for value in values for other in rows.get(value, ())}
    return found


def _frame(table: Table, pandas: Any) -> Any:
    return pandas.DataFrame(
        {
            "amount": table.amount,
            "name": table.name,
            "account": table.account,
            "words": [set(one) for one in table.words],
        }
    )


def pairs(loaded: Book) -> list[tuple[float, str, str]]:
    """Every pair with its probability."""
    # Not a dependency of this project, so its names are looked up as the program runs.
    library, pandas = importlib.import_module("recordlinkage"), importlib.import_module("pandas")
    receipts, invoices = receipts_table(loaded), invoices_table(loaded)
    index = pandas.MultiIndex.from_tuples(sorted(_blocked(receipts, invoices)))
    compare = library.Compare()
    compare.exact("amount", "amount", label="amount")
    compare.string("name", "name", method="jarowinkler", threshold=_LIKE, label="name")
    compare.exact("account", "account", label="account")
    compare.compare_vectorized(
        lambda left, right: pandas.Series([float(bool(one & two)) for one, two in zip(left, right, strict=True)]),
        "words",
        "words",
        label="words",
    )
    features = compare.compute(index, _frame(receipts, pandas), _frame(invoices, pandas)).fillna(0)
    classifier = library.ECMClassifier()
    classifier.fit(features)
    chances = classifier.prob(features)
    return [
        (float(chance), receipts.id[row], invoices.id[other])
        for (row, other), chance in zip(features.index, chances, strict=True)
    ]


def main() -> None:
    warnings.simplefilter("ignore")  # the library's own, about newer versions of what it builds on
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    loaded = book.read(folder)
    take(loaded, pairs(loaded), _THRESHOLD)
    book.write(loaded, out, REASON)


if __name__ == "__main__":
    main()
