"""The result as text: one line a family, and below it what went wrong by case."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Final

from bench.matching_second.score import Score, Tally

HEAD: Final = (
    "| family | receipts | auto precision | wrong sets | explained away | auto rate | best right | traps taken | flags found | ECE | broken | unsure | rcpt/s |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)
EXAMPLES: Final = 3


def _of(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "-"


def _row(name: str, tally: Tally, rest: str, receipts: int) -> str:
    wrong = tally.automatic - tally.right - tally.explained_away - tally.taken
    precision = f"{_of(tally.right, tally.automatic)} | {wrong} | {tally.explained_away}"
    traps, flags = f"{tally.taken} of {tally.traps}", f"{tally.found} of {tally.flags}"
    rates = f"{_of(tally.right, tally.unique)} | {_of(tally.best_right, tally.unique)}"
    return f"| {name} | {receipts} | {precision} | {rates} | {traps} | {flags} | {rest}"


def table(results: list[Score]) -> str:
    lines = [HEAD]
    for each in results:
        speed = f"{each.receipts / each.seconds:.0f}" if each.seconds else "-"
        rest = f"{each.calibration_error:.3f} | {len(each.broken)} | {each.unsure} | {speed} |"
        lines.append(_row(each.family, each.whole, rest, each.receipts))
    total = Tally()
    for each in results:
        for name, value in vars(each.whole).items():
            setattr(total, name, getattr(total, name) + value)
    lines.append(_row("all", total, " | | | |", sum(each.receipts for each in results)))
    return "\n".join(lines)


def worst(result: Score) -> str:
    """Each case with its counts, its faults and a few receipts to look at."""
    faults: dict[str, Counter[str]] = defaultdict(Counter)
    samples: dict[tuple[str, str], list[str]] = defaultdict(list)
    for receipt, case, fault in result.faults:
        faults[case][fault] += 1
        samples[case, fault].append(receipt)
    lines = [f"\n## {result.family}"]
    for case, tally in sorted(result.cases.items()):
        lines.append(_row(case, tally, "", tally.unique + tally.traps))
        for fault, count in faults[case].most_common():
            lines.append(f"    {count} {fault}: {' '.join(samples[case, fault][:EXAMPLES])}")
    return "\n".join([*lines, *(f"    broken: {each}" for each in result.broken[:20])])
