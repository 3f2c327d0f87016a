"""The figures of a run as Markdown and as JSON: matchers side by side, each seed, families, cases, and what is learnt."""

from dataclasses import dataclass
from typing import Any

from bench.matching import table, wanted
from bench.matching.run import Measured, Order, Results
from bench.matching.score import Score
from bench.matching.tally import Tally, share

_MUST_KNOW_THE_PAYER = (7, 17, 18, 19, 20)
"""Cases in which the payer's habits tell more than the text."""


@dataclass(frozen=True, slots=True)
class Together:
    """One matcher over all seeds."""

    label: str
    score: Score
    receipts: int
    best: float
    median: float
    busy: float
    peak_mb: float


def together(measured: list[Measured]) -> list[Together]:
    """The sums of each matcher, in the order of the run."""
    by_label: dict[str, list[Measured]] = {}
    for one in measured:
        by_label.setdefault(one.label, []).append(one)
    out = []
    for label, ones in by_label.items():
        total = Score()
        for one in ones:
            total.merge(one.score)
        receipts, peak = sum(one.receipts for one in ones), max(one.peak_mb for one in ones)
        best, middle = sum(one.best for one in ones), sum(one.median for one in ones)
        out.append(Together(label, total, receipts, best, middle, sum(one.busy for one in ones), peak))
    return out


PARTS = ("matchers", "seeds", "learning", "families", "cases")


def markdown(order: Order, results: Results, parts: tuple[str, ...] = PARTS) -> str:
    """Everything about one size, or only some parts of it."""
    sums = together(results.measured)
    first = sums[0]
    about = (
        f"{order.receipts:,} receipts, {order.invoices:,} invoices; seeds {wanted.spelt(order.seeds)} together; "
        f"each timed {order.repeats} times in turn."
    )
    texts = {
        "matchers": _side_by_side(sums, results.missing),
        "seeds": _each_seed(results.measured),
        "learning": _learning(sums),
        "families": [f"By family of cases, {first.label}:", "", table.by_group(first.score)],
        "cases": [f"By case, {first.label}:", "", table.by_case(first.score)],
    }
    blocks = [about, *("\n".join(texts[part]) for part in PARTS if part in parts and texts[part])]
    if first.score.broken:
        blocks.append("\n".join(["Invariants broken:", "", *(f"- {one}" for one in first.score.broken[:20])]))
    return "\n\n".join(blocks) + "\n"


_SIZE_COLUMNS = (
    "receipts", "invoices", "matcher", "precision %", "recall %", "automatic", "wrong", "wrong cash EUR", "receipts/s",
    "s best", "s median", "CPU s", "peak MB",
)  # fmt: skip


def by_size(done: list[tuple[Order, Results]]) -> str:
    """One line for each matcher at each size."""
    order = done[0][0]
    about = f"Seeds {wanted.spelt(order.seeds)} together; each timed {order.repeats} times in turn."
    lines = [about, "", f"| {' | '.join(_SIZE_COLUMNS)} |", "| ---: | ---: | --- |" + " ---: |" * 10]
    for given, results in done:
        for one in together(results.measured):
            total = one.score.total
            cells = [
                f"{given.receipts:,}",
                f"{given.invoices:,}",
                one.label,
                table.percent(total.precision, 3),
                table.percent(one.score.kinds["one"].recall),
                f"{total.taken:,}",
                f"{total.taken - total.right:,}",
                f"{total.wrong_cash / 100:,.0f}",
                f"{one.receipts / one.best:,.0f}",
                f"{one.best:.1f}",
                f"{one.median:.1f}",
                f"{one.busy:.1f}",
                f"{one.peak_mb:,.0f}",
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _side_by_side(sums: list[Together], missing: dict[str, str]) -> list[str]:
    head, rule = table.HEADER.split("\n")
    extra = ("receipts/s", "s best", "s median", "CPU s", "peak MB", "time to ours")
    lines = [f"{head} {' | '.join(extra)} |", rule + " ---: |" * len(extra)]
    for one in sums:
        cells = [
            f"{one.receipts / one.best:,.0f}",
            f"{one.best:.1f}",
            f"{one.median:.1f}",
            f"{one.busy:.1f}",
            f"{one.peak_mb:,.0f}",
            f"{one.median / sums[0].median:.2f}",
        ]
        lines.append(table.summary(one.label, one.score, f" {' | '.join(cells)} |"))
    return lines + [f"| {name} | {fault} |" for name, fault in missing.items()]


def _each_seed(measured: list[Measured]) -> list[str]:
    own = [one for one in measured if one.label == measured[0].label]
    if len(own) < 2:
        return []
    lines = [
        f"{own[0].label}, seed by seed:",
        "",
        "| seed | automatic | wrong | precision % | recall % | wrong cash EUR | ECE |",
    ]
    lines.append("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for one in own:
        total, ones = one.score.total, one.score.kinds["one"]
        ece = "-" if one.score.ece is None else f"{one.score.ece:.4f}"
        lines.append(
            f"| {one.seed} | {total.taken:,} | {total.taken - total.right} | {table.percent(total.precision, 2)} | "
            f"{table.percent(ones.recall)} | {total.wrong_cash / 100:,.0f} | {ece} |"
        )
    return lines


def _learning(sums: list[Together]) -> list[str]:
    """What a person's confirmations are worth: decisions over all receipts, and recall where the payer must be known."""
    rows = [one for one in sums if one.label == sums[0].label or one.label.startswith(f"{sums[0].label}, ")]
    if len(rows) < 2:
        return []
    head = (
        "confirmed before", "precision %", "recall %", "automatic %", "suggested first %", "in three %", "other %", "nothing %",
        "wrong cash EUR", "ECE", "recall %, payer must be known",
    )  # fmt: skip
    lines = ["Learning:", "", f"| {' | '.join(head)} |", "|" + " ---: |" * len(head)]
    for one in [*rows[1:], rows[0]]:
        total, known = one.score.total, Tally()
        for case in _MUST_KNOW_THE_PAYER:
            known.merge(one.score.cases[case])
        shares = (total.taken, total.suggested_first, total.suggested_three, total.suggested_other, total.nothing)
        cells = [
            "all of history" if one is rows[0] else one.label.split(", ")[1].split(" ")[0],
            table.percent(total.precision, 2),
            table.percent(one.score.kinds["one"].recall),
            *(table.percent(share(part, total.receipts)) for part in shares),
            f"{total.wrong_cash / 100:,.0f}",
            "-" if one.score.ece is None else f"{one.score.ece:.4f}",
            table.percent(known.recall),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def figures(order: Order, results: Results) -> dict[str, Any]:
    """For JSON: what was asked for, each matcher on each seed, and what is missing."""
    return {
        "receipts": order.receipts,
        "invoices": order.invoices,
        "seeds": list(order.seeds),
        "repeats": order.repeats,
        "missing": results.missing,
        "runs": [
            {
                "run": one.label,
                "seed": one.seed,
                "seconds": [timing.seconds for timing in one.timings],
                "seconds_best": one.best,
                "seconds_median": one.median,
                "cpu_seconds": one.busy,
                "peak_mb": one.peak_mb,
            }
            | one.score.as_dict()
            for one in results.measured
        ],
    }
