"""Splink 5 on DuckDB: a Fellegi-Sunter model trained without labels. Runs where Splink is installed, in a venv of its own.

Pairs are drawn by amount, by a word of the text and by account. Amount, name, account and quoted words are compared, with term
frequencies where Splink offers them; u is estimated from random pairs, m by expectation maximisation.
"""

import dataclasses
import importlib
import logging
import sys
from pathlib import Path

from bench.matching.baselines import book
from bench.matching.baselines.book import Book
from bench.matching.baselines.linkage import Table, invoices_table, receipts_table, take

REASON = "Splink match probability"
_LEAST = 0.01
_SEED = 1
_RANDOM_PAIRS = 1_000_000


def pairs(loaded: Book) -> list[tuple[float, str, str]]:
    """Every pair that Splink gives at least one in a hundred."""
    # Not a dependency of this project, so its names are looked up as the program runs.
    splink, library = importlib.import_module("splink"), importlib.import_module("splink.comparison_library")
    api = importlib.import_module("splink.backends.duckdb").DuckDBAPI()
    frame = importlib.import_module("pandas").DataFrame

    def registered(table: Table, name: str) -> object:
        columns = dataclasses.asdict(table)
        return api.register(frame(columns | {"unique_id": columns.pop("id")}), dataset_display_name=name)

    left, right = registered(receipts_table(loaded), "a_receipts"), registered(invoices_table(loaded), "b_invoices")
    block = splink.block_on
    by_amount, by_account = block("amount"), block("account")
    by_word = block("words", arrays_to_explode=["words"])
    settings = splink.SettingsCreator(
        link_type="link_only",
        comparisons=[
            library.ExactMatch("amount").configure(term_frequency_adjustments=True),
            library.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.75]).configure(term_frequency_adjustments=True),
            library.ExactMatch("account"),
            library.ArrayIntersectAtSizes("words", [1]),
        ],
        blocking_rules_to_generate_predictions=[by_amount, by_word, by_account],
        retain_matching_columns=False,
    )
    linker = splink.Linker([left, right], settings, log_level=logging.ERROR)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block("amount", "name"), block("amount", "account")], recall=0.5
    )
    training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=_SEED)
    training.estimate_parameters_using_expectation_maximisation(by_amount, record_sample_proportion=1.0)
    training.estimate_parameters_using_expectation_maximisation(block("name"), record_sample_proportion=1.0)
    found = linker.inference.predict(threshold_match_probability=_LEAST).as_pandas_dataframe()
    return list(zip(found["match_probability"], found["unique_id_l"], found["unique_id_r"], strict=True))


def main() -> None:
    folder, out, threshold = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    loaded = book.read(folder)
    take(loaded, pairs(loaded), threshold)
    book.write(loaded, out, REASON)


if __name__ == "__main__":
    main()
