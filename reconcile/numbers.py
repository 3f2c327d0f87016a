"""The shapes in which a payer writes a document's number.

`INV-2024-0012` comes back as `INV20240012`, `inv 2024/12`, `24-0012`, `INV-12` or `0012`. Each shape has a strength: how little it
could be chance.
"""

import re

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

_SIMPLE = re.compile(r"([A-Z]+)[ ./_-]?([0-9]+)")
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
    if len(digits) < _BARE_DIGITS_MIN:
        return SHORT
    return BARE if digits[0] != "0" or len(digits.lstrip("0")) > 3 else SHORT


def _simple_forms(prefix: str, digits: str) -> list[tuple[str, int]]:
    """Those of letters and one run of digits, as most numbers are: nothing more than `number_forms` finds, and sooner."""
    whole = len(prefix) + len(digits) >= _BARE_DIGITS_MIN
    bare = digits.lstrip("0") or "0"
    return [
        (prefix + digits, FULL if whole else HINTED),
        (f"{prefix}.{bare}", LOOSE if whole else HINTED),
        (digits, digits_strength(digits)),
        *([(bare, digits_strength(bare))] if digits[0] == "0" else ()),
    ]


def number_forms(folded: str) -> list[tuple[str, int]]:
    """Every key under which a number may be found, strongest first; a key may come twice."""
    simple = _SIMPLE.fullmatch(folded)
    if simple is not None and "20" not in simple[2]:
        return _simple_forms(simple[1], simple[2])
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


def _year_forms(parts: list[str]) -> list[tuple[str, int]]:
    at = _year_at(parts)
    if at < 0:
        return []
    prefix, year, tail = "".join(parts[:at]), parts[at], "".join(parts[at + 1 :])
    lead = f"{dotted(parts[:at])}." if prefix else ""
    loose, short = dotted(parts[at + 1 :]), year[2:]
    strength = LOOSE if prefix else SHORT
    few = len(stripped(tail)) < 3
    bare = digits_strength(short + tail)
    found = [
        (f"{lead}{year}.{loose}", strength),
        (f"{year}.{loose}", SHORT if few else BARE),
        (f"{lead}{short}.{loose}", strength),
        (f"{prefix}{short}{tail}", strength if prefix else bare),
        (short + tail, bare),
        (f"{short}.{loose}", SHORT),
        (f"{lead}{loose}.{year}", strength),
        (f"{loose}.{year}", SHORT),
    ]
    if prefix:
        found += [(lead + loose, HINTED if few else LOOSE), (prefix + tail, HINTED if few else LOOSE)]
    found += [(tail, digits_strength(tail)), (loose, digits_strength(stripped(tail)))]
    return found


def pattern_of(folded: str) -> tuple[str, int] | None:
    """Prefix letters and the width of the last run of digits: what one series of numbers has in common."""
    parts = runs(folded)
    if not parts or not parts[-1].isdigit():
        return None
    return "".join(parts[:-1]), len(parts[-1])
