"""The shapes in which a payer writes a document's number.

`INV-2024-0012` comes back as `INV20240012`, `inv 2024/12`, `24-0012`, `INV-12` or `0012`. Each shape has a strength: how little it
could be chance.
"""

from collections.abc import Iterator

from reconcile.fold import runs

SHORT = 1
"""Fewer than five digits and nothing else."""
HINTED = 2
"""Such digits after a word like 'invoice' or beside a full number of the same pattern."""
BARE = 3
"""Five or more digits without their prefix."""
LOOSE = 4
"""Prefix and digits, zeros or the year left out; a purchase order."""
FULL = 5
"""Every letter and digit of the number."""
STRUCTURED = 6
"""A reference with check digits, or a long id that a machine made."""

_BARE_DIGITS_MIN = 5
_LETTERS_ONE_MAX = 12
_YEAR_GLUED_MIN = 7


def stripped(run: str) -> str:
    """A run of digits without leading zeros; letters as they are."""
    return run.lstrip("0") or "0" if run[0] == "0" else run


def dotted(parts: list[str]) -> str:
    """Parts joined so that lost zeros and separators do not matter."""
    return ".".join([part.lstrip("0") or "0" if part[0] == "0" else part for part in parts])


def split_year(parts: list[str]) -> list[str]:
    """`INV20240012` as prefix, year and counter."""
    out: list[str] = []
    for part in parts:
        if len(part) >= _YEAR_GLUED_MIN and part.startswith(("202", "203", "201")) and part.isdigit():
            out += [part[:4], part[4:]]
        else:
            out.append(part)
    return out


def _year_at(parts: list[str]) -> int:
    for place, part in enumerate(parts):
        if len(part) == 4 and part.startswith(("201", "202", "203")) and place < len(parts) - 1:
            return place
    return -1


def digits_strength(digits: str) -> int:
    """How much a run of digits alone proves."""
    return BARE if len(digits) >= _BARE_DIGITS_MIN and len(stripped(digits)) > 3 else SHORT


def number_forms(folded: str) -> list[tuple[str, int]]:
    """Every key under which a number may be found, strongest first; a key may come twice."""
    plain = runs(folded)
    digits = [part for part in plain if part.isdigit()]
    if not digits:
        return []
    joined, loose = "".join(plain), dotted(plain)
    if len(digits) == len(plain):
        found = [(joined, digits_strength(joined)), (loose, digits_strength(loose.replace(".", "")))]
    else:
        whole = len(joined) >= _BARE_DIGITS_MIN
        bare = digits[0] if len(digits) == 1 else "".join(digits)
        strength = digits_strength(bare)
        found = [(joined, FULL if whole else HINTED), (loose, LOOSE if whole else HINTED), (bare, strength)]
        if len(digits) > 1:
            found.append((dotted(digits), SHORT))
        elif bare[0] == "0":
            found.append((stripped(bare), digits_strength(stripped(bare))))
    if "20" in joined and (len(plain) > 1 or len(joined) >= _YEAR_GLUED_MIN):
        found += _year_forms(split_year(plain))
    return found


def _year_forms(parts: list[str]) -> Iterator[tuple[str, int]]:
    at = _year_at(parts)
    if at < 0:
        return
    prefix, year, rest = parts[:at], parts[at], parts[at + 1 :]
    strength = LOOSE if prefix else SHORT
    tail = "".join(rest)
    yield dotted([*prefix, year, *rest]), strength
    yield dotted([year, *rest]), BARE if len(stripped(tail)) >= 3 else SHORT
    yield dotted([*prefix, year[2:], *rest]), strength
    yield "".join([*prefix, year[2:], *rest]), strength if prefix else digits_strength(year[2:] + tail)
    yield year[2:] + tail, digits_strength(year[2:] + tail)
    yield dotted([year[2:], *rest]), SHORT
    yield dotted([*prefix, *rest, year]), strength
    yield dotted([*rest, year]), SHORT
    if prefix:
        short = len(stripped(tail)) < 3
        yield dotted([*prefix, *rest]), HINTED if short else LOOSE
        yield "".join([*prefix, *rest]), HINTED if short else LOOSE
    yield tail, digits_strength(tail)
    yield dotted(rest), digits_strength(stripped(tail))


def pattern_of(folded: str) -> tuple[str, int] | None:
    """Prefix letters and the width of the last run of digits: what one series of numbers has in common."""
    parts = runs(folded)
    if not parts or not parts[-1].isdigit():
        return None
    return "".join(parts[:-1]), len(parts[-1])
