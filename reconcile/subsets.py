"""Which sets of open amounts add up to a payment: all of them, not just one.

A set is only an answer when it is the only one, so the search counts. Exact integers, meet in the middle.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, compress

FULL_SEARCH_MAX = 26
"""Up to this many amounts every subset is seen (2 x 8,192 sums)."""
_POOL_MAX = 120
_FOURS_MAX = 60
_FAR_MAX, _FAR_POOL_MAX = 300, 60
"""Among so many amounts sets of three or four come about by chance: only the oldest and newest are tried, to suggest."""


class Solutions:
    """Sets found, as index tuples, smallest first. `more` says that the cap cut the list."""

    __slots__ = ("more", "sets")

    def __init__(self, sets: list[tuple[int, ...]], *, more: bool) -> None:
        """Sorted so that the answer does not depend on how it was found."""
        self.sets = sorted(sets, key=lambda found: (len(found), found))
        self.more = more


def subsets_with_sum(amounts: Sequence[int], target: int, cap: int = 24) -> Solutions:
    """Every set of two or more amounts whose sum is the target; credit notes are negative amounts."""
    places, values = list(range(len(amounts))), list(amounts)
    if min(amounts, default=0) > 0:
        below = list(map(target.__gt__, amounts))
        places, values = list(compress(places, below)), list(compress(amounts, below))
        if sum(values) < target:
            return Solutions([], more=False)
    found = _halves(values, target, cap) if len(values) <= FULL_SEARCH_MAX else _small_sets(values, target, cap)
    sets = [tuple(places[at] for at in one) for one in found if len(one) > 1]
    return Solutions(sets[:cap], more=len(found) >= cap)


def _sums(values: list[int]) -> list[int]:
    """All subset sums; the list index is the bit mask."""
    sums = [0]
    for value in values:
        sums += [total + value for total in sums]
    return sums


def _halves(values: list[int], target: int, cap: int) -> list[tuple[int, ...]]:
    middle = len(values) // 2
    left, right = _sums(values[:middle]), _sums(values[middle:])
    by_sum: dict[int, list[int]] = defaultdict(list)
    wanted = {target - total for total in left}
    for mask, total in enumerate(right):
        if total in wanted:
            by_sum[total].append(mask)
    found: list[tuple[int, ...]] = []
    if not by_sum:
        return found
    for mask, total in enumerate(left):
        for other in by_sum.get(target - total, ()):
            whole = mask | other << middle
            found.append(tuple(place for place in range(len(values)) if whole >> place & 1))
            if len(found) >= cap:
                return found
    return found


def _small_sets(values: list[int], target: int, cap: int) -> list[tuple[int, ...]]:
    """Sets of up to four, and all but up to three, where there are too many amounts for a full search."""
    places = list(range(len(values)))
    most = _POOL_MAX if len(places) <= _FAR_MAX else _FAR_POOL_MAX
    pool = places if len(places) <= most else [*places[: most // 2], *places[-most // 2 :]]
    drawn = [values[place] for place in pool]
    sums = {one + two for one, two in combinations(drawn, 2)}
    found = _pairs(values, target, cap)
    if not sums.isdisjoint([target - value for value in drawn]):
        found += _triples(values, pool, target, cap)
    if len(pool) <= _FOURS_MAX and not sums.isdisjoint([target - total for total in sums]):
        found += _fours(values, pool, target, cap)
    over = sum(values) - target
    if over > 0 and over in values:
        found += [tuple(other for other in places if other != place) for place in places if values[place] == over]
    return found[:cap]


def _pairs(values: list[int], target: int, cap: int) -> list[tuple[int, ...]]:
    """Pairs of everything, however long the list: the oldest debt may be paid with the newest."""
    known = set(values)
    halves = known.intersection(map(target.__sub__, known))
    if not halves:
        return []
    seen: dict[int, list[int]] = defaultdict(list)
    found: list[tuple[int, ...]] = []
    for place, value in enumerate(values):
        if value not in halves:
            continue
        found += [(other, place) for other in seen.get(target - value, ())]
        if len(found) >= cap:
            return found[:cap]
        seen[value].append(place)
    return found


def _triples(values: list[int], pool: list[int], target: int, cap: int) -> list[tuple[int, ...]]:
    places: dict[int, list[int]] = defaultdict(list)
    for place in pool:
        places[values[place]].append(place)
    found: list[tuple[int, ...]] = []
    for at, one in enumerate(pool):
        rest = target - values[one]
        for two in pool[at + 1 :]:
            thirds = places.get(rest - values[two])
            if thirds is not None:
                found += [(one, two, three) for three in thirds if three > two]
                if len(found) >= cap:
                    return found[:cap]
    return found


def _fours(values: list[int], pool: list[int], target: int, cap: int) -> list[tuple[int, ...]]:
    pairs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one, two in combinations(pool, 2):
        pairs[values[one] + values[two]].append((one, two))
    found: set[tuple[int, ...]] = set()
    for total, firsts in pairs.items():
        seconds = pairs.get(target - total)
        if seconds is None or total > target - total:
            continue
        for first in firsts:
            found.update(tuple(sorted((*first, *second))) for second in seconds if not set(first) & set(second))
            if len(found) >= cap:
                return sorted(found)
    return sorted(found)
