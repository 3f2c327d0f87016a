"""Scores as Markdown: one line for each run, then one for each case."""

from bench.matching.cases import Kind
from bench.matching.score import Score
from bench.matching.tally import Tally, share


def percent(value: float | None, places: int = 1) -> str:
    return "-" if value is None else f"{100 * value:.{places}f}"


def _of(tally: Tally) -> str:
    return f"{tally.taken}/{tally.receipts}"


def summary(label: str, score: Score, speed: str = "") -> str:
    """One line of the table that HEADER starts."""
    kinds, ones = score.kinds, score.kinds[Kind.ONE]
    cells = [
        label,
        percent(score.total.precision, 3),
        percent(ones.recall),
        percent(share(ones.taken, ones.one_answer)),
        percent(share(ones.best_right, ones.one_answer)),
        _of(kinds[Kind.AMBIGUOUS]),
        _of(kinds[Kind.DUPLICATE]),
        _of(kinds[Kind.PAYOUT]),
        _of(kinds[Kind.NONE]),
        _of(kinds[Kind.REVERSAL]),
        *(
            percent(kinds[kind].flagged / max(1, kinds[kind].receipts))
            for kind in (Kind.DUPLICATE, Kind.PAYOUT, Kind.REVERSAL)
        ),
        f"{score.wrong_cash / 100:,.0f}",
        "-" if score.ece is None else f"{score.ece:.3f}",
        str(len(score.broken)),
    ]
    return f"| {' | '.join(cells)} |{speed}"


_COLUMNS = (
    "run",
    "precision %",
    "recall %",
    "automatic %",
    "best right %",
    "ambiguous taken",
    "duplicates taken",
    "payouts taken",
    "none taken",
    "reversals taken",
    "duplicates flagged %",
    "payouts flagged %",
    "reversals flagged %",
    "wrong cash EUR",
    "ECE",
    "invariants broken",
)
HEADER = f"| {' | '.join(_COLUMNS)} |\n|{' --- |' * len(_COLUMNS)}"


_CASE_COLUMNS = (
    "receipts", "taken", "right", "precision %", "recall %", "suggested first %", "in three %", "other %", "nothing %",
    "flagged %", "wrong cash EUR",
)  # fmt: skip


def _decisions(tally: Tally, *, flagged: bool) -> list[str]:
    """What became of the receipts: the five shares add up to all of them."""
    return [
        f"{tally.receipts:,}",
        f"{tally.taken:,}",
        f"{tally.right:,}" if tally.one_answer else "-",
        percent(tally.precision, 3),
        percent(tally.recall),
        *(
            percent(share(part, tally.receipts))
            for part in (tally.suggested_first, tally.suggested_three, tally.suggested_other, tally.nothing)
        ),
        percent(share(tally.flagged, tally.receipts)) if flagged else "-",
        f"{tally.wrong_cash / 100:,.0f}",
    ]


def by_case(score: Score) -> str:
    """One line for each case. Recall is blank where no answer is the only one; there `taken` should be 0."""
    rule = "| ---: | --- |" + " ---: |" * len(_CASE_COLUMNS)
    lines = [f"| case | | {' | '.join(_CASE_COLUMNS)} |", rule]
    for number, tally in score.in_order():
        cells = [str(number), score.labels[number].name, *_decisions(tally, flagged=tally.flagged > 0)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def by_group(score: Score) -> str:
    """One line for each family of cases, and one for all, with how far confidence is from what is right."""
    rule = "| --- |" + " ---: |" * (len(_CASE_COLUMNS) + 1)
    lines = [f"| cases | {' | '.join(_CASE_COLUMNS)} | ECE |", rule]
    for name, tally in [*sorted(score.groups.items()), ("all", score.total)]:
        ece = tally.calibration.error
        cells = [name or "-", *_decisions(tally, flagged=tally.flagged > 0), "-" if ece is None else f"{ece:.4f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
