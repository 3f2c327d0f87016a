"""When a worker that posts is killed: drawn so that the kills fall over the whole work, and all of them while some is left."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

CALL_HOLDS = {"quickbooks": 30, "xero": 50}
"""Entries of one call; it stands as a whole, or not at all."""
READS_MOST = {"quickbooks": 4, "xero": 7}
"""Calls that a worker makes before its first write: what stands is read back, the next documents are read."""
SPREAD = 3.0
"""A kill falls so many places before or after its own, at the most: so some workers write several calls, and some none."""
LEFT_CALLS = 2
"""What is left when the last kill falls: a worker is seen to write a moment after it has written more."""
START_SHARE, START_SECONDS = 0.25, 2.5
"""Of those that write nothing, how many are killed while their process starts."""
MOMENT_SECONDS = 0.15
WRITING_SECONDS = 0.02
"""A call of Xero's is done in less than a tenth of a second: later the next ones would have gone, too."""
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Life:
    """A worker is killed `moment` seconds after it wrote so many entries, or after so many calls; both 0: after its start."""

    entries: int
    calls: int
    moment: float


def drawn(provider: str, chance: random.Random, *, stood: int, matches: int, number: int, count: int) -> Life:
    """The life that ends with kill `number` of `count`, from 0. stood: entries that stand already, of `matches`."""
    holds = CALL_HOLDS[provider]
    place = (number + 1 + chance.uniform(-SPREAD, SPREAD)) / count
    wanted = math.ceil(min(place, 1) * max(holds, matches - LEFT_CALLS * holds)) - stood
    moment = chance.uniform(0, MOMENT_SECONDS)
    if wanted > 0:
        return Life(entries=wanted, calls=0, moment=chance.uniform(0, WRITING_SECONDS))
    if chance.random() < START_SHARE:
        return Life(entries=0, calls=0, moment=chance.uniform(0, START_SECONDS))
    return Life(entries=0, calls=chance.randint(1, READS_MOST[provider]), moment=moment)


@dataclass(frozen=True, slots=True)
class Fall:
    """One kill. stood: entries at the provider by then; wrote: this worker's own; closed: postings that are done here;
    calls: how many this worker made.
    """

    stood: int
    wrote: int
    closed: int
    calls: int

    @property
    def while_(self) -> str:
        if self.wrote:
            return "writing"
        return "reading" if self.calls else "starting"


def table(falls: Sequence[Fall], matches: int) -> str:
    """How many kills fell in which tenth of the work, and what the worker was at."""
    rows = [f"{'standing at the kill':22}{'kills':>6}{'writing':>9}{'reading':>9}{'starting':>9}"]
    for tenth in range(TENTHS):
        low, high = tenth * matches // TENTHS, (tenth + 1) * matches // TENTHS
        here = Counter(fall.while_ for fall in falls if low <= fall.stood < high or fall.stood == high == matches)
        counts = f"{here['writing']:9}{here['reading']:9}{here['starting']:9}"
        rows.append(f"{f'{low} to {high - 1}':22}{here.total():6}{counts}")
    return "\n".join(rows)
