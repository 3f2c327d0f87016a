"""How high a rate of wrong answers may still be after so many were looked at: Clopper and Pearson's exact bounds.

Exact means that the promise holds for every true rate: of all samples that could have been drawn, at most one in twenty leads to
a 95 % bound on the wrong side of the truth. Nothing is assumed but that each answer is right or wrong by itself.
"""

from math import ceil, exp, log, log1p

_HALVINGS = 100
"""Enough that the ends of the search are neighbouring floats, or nearly."""


def upper_bound(wrong: int, trials: int, confidence: float = 0.95) -> float:
    """One-sided: the true rate is at most this. 1 where nothing was looked at."""
    _check(wrong, trials, confidence)
    if wrong >= trials:
        return 1.0
    return _rate_where(wrong, trials, 1 - confidence)


def lower_bound(wrong: int, trials: int, confidence: float = 0.95) -> float:
    """One-sided: the true rate is at least this."""
    _check(wrong, trials, confidence)
    return 0.0 if wrong == 0 else _rate_where(wrong - 1, trials, confidence)


def interval(wrong: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Two-sided: the true rate is between these, each end with half of the doubt."""
    side = (1 + confidence) / 2
    return lower_bound(wrong, trials, side), upper_bound(wrong, trials, side)


def trials_needed(rate: float, confidence: float = 0.95) -> int:
    """How many answers, all right, bring the one-sided bound under `rate`."""
    _check(0, 0, confidence)
    if not 0 < rate < 1:
        raise ValueError(f"rate {rate}: give one between 0 and 1.")
    return ceil(log(1 - confidence) / log1p(-rate))


def _check(wrong: int, trials: int, confidence: float) -> None:
    if not 0 <= wrong <= trials:
        raise ValueError(f"{wrong} wrong of {trials}: give a count between 0 and the trials.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence}: give one between 0 and 1.")


def _rate_where(hits: int, trials: int, tail: float) -> float:
    """The rate at which `hits` or fewer come with probability `tail`; that probability falls as the rate rises."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        if _at_most(hits, trials, middle) > tail:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(hits: int, trials: int, rate: float) -> float:
    """The binomial's lower tail, in logarithms, so that a million trials do not underflow."""
    odds = log(rate) - log1p(-rate)
    term = trials * log1p(-rate)
    total = exp(term)
    for place in range(hits):
        term += log((trials - place) / (place + 1)) + odds
        total += exp(term)
    return total
