"""Scores as Markdown: one line for each run, then one for each case."""

from bench.matching.cases import CASES, Kind
from bench.matching.score import Score, Tally


def percent(value: float | None, places: int = 1) -> str:
    return "-" if value is None else f"{100 * value:.{places}f}"


def _of(tally: Tally) -> str:
    return f"{tally.taken}/{tally.receipts}"


def summary(label: str, score: Score, speed: str = "") -> str:
    """One line of the table that HEADER starts."""
    kinds, ones = score.kinds, score.kinds[Kind.ONE]
    cells = [
        label,
        percent(score.total.precision, 2),
        percent(ones.recall),
        percent(ones.taken / ones.one_answer if ones.one_answer else None),
        percent(ones.best_right / ones.one_answer if ones.one_answer else None),
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


def by_case(score: Score) -> str:
    """One line for each case. Recall is blank where no answer is the only one; there `taken` should be 0."""
    lines = [
        "| case | | receipts | taken | right | precision % | recall % | best right % | top 3 right % | flagged % |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for number, tally in score.cases.items():
        ones = tally.one_answer
        flagged = CASES[number].kind in {Kind.DUPLICATE, Kind.PAYOUT, Kind.REVERSAL}
        cells = [
            str(number),
            CASES[number].name,
            str(tally.receipts),
            str(tally.taken),
            str(tally.right) if ones else "-",
            percent(tally.precision),
            percent(tally.recall),
            percent(tally.best_right / ones if ones else None),
            percent(tally.top3_right / ones if ones else None),
            percent(tally.flagged / tally.receipts if flagged and tally.receipts else None),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
