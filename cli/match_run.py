"""The work of `tieout match`, and its plain command line read without the command framework.

Starting that framework takes a tenth of a second, which a small set of files would wait for longer than for its answers.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Self

import msgspec

from ledger.faults import BadInput
from reconcile.files import match_and_keep, read_inputs

BAD_INPUT: Final = 2
_NEEDED: Final = ("invoices", "receipts", "out")
_NAMES: Final = (*_NEEDED, "customers", "history", "rates")


class Files(msgspec.Struct, frozen=True, kw_only=True):
    """What is matched with what, and where the answers go."""

    invoices: Path
    receipts: Path
    out: Path
    customers: Path | None = None
    history: Path | None = None
    rates: Path | None = None

    @classmethod
    def plainly(cls, words: Sequence[str]) -> Self | None:
        """From `--name value` pairs, each once; None for any other command line, which is for the framework to judge."""
        names, values = words[::2], words[1::2]
        if len(names) != len(values) or len(set(names)) != len(names):
            return None
        if not all(name.startswith("--") and name[2:] in _NAMES for name in names):
            return None
        given = {name[2:]: Path(value) for name, value in zip(names, values, strict=True) if value}
        if len(given) != len(names) or not given.keys() >= set(_NEEDED):
            return None
        return cls(**given)


def run_match(files: Files, leave: Callable[[], None] | None = None) -> int:
    """Reads, matches and writes; says what came out. Gives the exit status.

    `leave`: called once all is written and said, while everything is still in memory.
    """
    gc.disable()  # a short process that makes many small values and no cycles: collecting costs a third of the run
    shown = sys.stderr.isatty()
    try:
        _say("Reading...", shown=shown)
        inputs = read_inputs(files.invoices, files.receipts, files.customers, files.history, files.rates)
        _say(f"Matching {len(inputs.receipts)} receipts with {len(inputs.invoices)} invoices...", shown=shown)
        counts, _matcher = match_and_keep(inputs, files.out)  # kept: taking it apart costs time
    except BadInput as fault:
        print(fault, file=sys.stderr)
        return BAD_INPUT
    except OSError as fault:
        sentence = f"{files.out}: cannot be written: {fault.strerror}. Choose a folder that can be."
        print(sentence, file=sys.stderr)
        return 1
    gc.freeze()  # nor does the interpreter need to look for cycles on its way out
    summary = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in counts.items())
    where = f"{files.out / 'matches.csv'} and {files.out / 'receipts.csv'}"
    print(f"{len(inputs.receipts)} receipts: {summary}. See {where}.")
    if leave is not None:
        leave()
    return 0


def _say(text: str, *, shown: bool) -> None:
    if shown:
        print(text, file=sys.stderr)
