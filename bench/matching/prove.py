"""How often each class of evidence is wrong, counted over many sets, with a bound that holds for every true rate.

The matcher runs in this process, through the same values as the service's, because its files do not carry all that it decides on.
"""

import gc
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from bench.matching import digest, wanted
from bench.matching.generate import generate
from bench.matching.results import Output, Proposal, Verdict
from bench.matching.score import Scorer
from reconcile.bounds import interval, trials_needed, upper_bound
from reconcile.classes import SENTENCES, EvidenceClass
from reconcile.engine import match
from reconcile.files import Inputs, read_inputs
from reconcile.policy import DEFAULT
from reconcile.proofs import PROVED_UNDER, Proof, ProofFile
from reconcile.values import Result

_BOUND_DIGITS = 9


@dataclass(slots=True)
class Counts:
    """Automatic answers by class; `cases` tells where the wrong ones were."""

    taken: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    cases: list[str] = field(default_factory=list)


def inputs_of(folder: Path) -> Inputs:
    paths = [folder / f"{name}.csv" for name in ("invoices", "receipts", "customers", "history", "rates")]
    return read_inputs(*paths)


def output_of(result: Result) -> Output:
    """The matcher's values as the scorer reads a matcher's files."""
    proposals, verdicts = {}, {}
    for outcome in result.outcomes:
        verdicts[outcome.receipt_id] = Verdict(outcome.status, outcome.unapplied_minor)
        if outcome.proposals:
            proposals[outcome.receipt_id] = [
                Proposal(
                    one.rank,
                    one.decision == "auto",
                    one.confidence,
                    {line.item_id: line.applied_minor for line in one.lines},
                )
                for one in outcome.proposals
            ]
    return Output(proposals, verdicts, [])


def count(folder: Path, counts: Counts, seed: int) -> None:
    """Match one set and add what was decided."""
    given = inputs_of(folder)
    result = match(given.invoices, given.receipts, given.customers, given.history, given.rates, DEFAULT)
    score = Scorer(folder).judge(output_of(result))
    wrong = set(score.wrong)
    for outcome in result.outcomes:
        best = outcome.proposals[0] if outcome.proposals else None
        if best is None or best.decision != "auto":
            continue
        counts.taken[best.evidence] += 1
        if outcome.receipt_id in wrong:
            counts.wrong[best.evidence] += 1
            counts.cases.append(f"seed {seed}, {outcome.receipt_id}: {best.evidence}")


def prove(seeds: tuple[int, ...], receipts: int, invoices: int) -> Iterator[tuple[ProofFile, Counts]]:
    """Make every set, match it, and bound the rate of wrong answers of each class; what is known after each set."""
    counts = Counts()
    for place, seed in enumerate(seeds, 1):
        started, known = time.perf_counter(), len(counts.cases)
        with tempfile.TemporaryDirectory(prefix="matching-") as name:
            generate(seed, receipts, invoices, Path(name))
            count(Path(name), counts, seed)
        gc.collect()
        seconds = time.perf_counter() - started
        for sentence in counts.cases[known:]:
            print(f"wrong: {sentence}", file=sys.stderr)
        text = f"seed {seed}: {counts.taken.total():,} automatic so far, {counts.wrong.total()} wrong, {seconds:.1f} s"
        print(text, file=sys.stderr)
        yield _file(counts, seeds[:place], receipts, invoices), counts


def _file(counts: Counts, seeds: tuple[int, ...], receipts: int, invoices: int) -> ProofFile:
    classes = {one.value: _proof(counts.taken[one.value], counts.wrong[one.value]) for one in EvidenceClass}
    digests = digest.generator(), digest.engine(), digest.policy(DEFAULT)
    return ProofFile(classes, wanted.spelt(seeds), receipts, invoices, *digests)


def _proof(taken: int, wrong: int) -> Proof:
    upper, two_sided = upper_bound(wrong, taken), interval(wrong, taken)[1]
    return Proof(taken, wrong, round(upper, _BOUND_DIGITS), round(two_sided, _BOUND_DIGITS))


def write(file: ProofFile, path: Path) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n")


def markdown(file: ProofFile, counts: Counts) -> str:
    """The table, what it was measured with, and every wrong answer."""
    needed, needed_two = trials_needed(PROVED_UNDER), trials_needed(PROVED_UNDER, 0.975)
    about = (
        f"Seeds {file.seeds}, {file.receipts:,} receipts and {file.invoices:,} invoices each; generator `{file.generator}`, "
        f"matcher `{file.engine}`, policy `{file.policy}`. The bound that decides is one-sided: it takes {needed:,} answers "
        f"without an error to be under {PROVED_UNDER:.1%}; the two-sided one takes {needed_two:,}."
    )
    lines = [
        about,
        "",
        "| class | what it rests on | automatic | wrong | upper 95 % | two-sided 95 % | proved |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for code, proof in file.classes.items():
        verdict = "yes" if proof.proved else "not taken" if not proof.n else "no" if proof.wrong else "not yet"
        lines.append(
            f"| {code} | {SENTENCES[EvidenceClass(code)]} | {proof.n:,} | {proof.wrong} | {proof.upper:.4%} | "
            f"{proof.upper_two_sided:.4%} | {verdict} |"
        )
    if counts.cases:
        lines += ["", "Wrong:", "", *(f"- {sentence}" for sentence in counts.cases)]
    return "\n".join(lines) + "\n"
