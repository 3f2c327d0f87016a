"""A search text read as an amount."""

from __future__ import annotations

import re
from typing import Final

from ledger.currency import EXPONENTS
from ledger.faults import BadInput
from ledger.money import to_minor

_AMOUNT: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_EXAMPLES: Final = {places: code for code, places in sorted(EXPONENTS.items())}


def minor_units(text: str) -> tuple[int, ...]:
    """What "1,250.00" would be in minor units, for each number of decimals that a currency may have."""
    if not _AMOUNT.fullmatch(text.strip()) or len(text) > 20:
        return ()
    plain = text.strip().replace(",", "")
    found = set()
    for code in _EXAMPLES.values():
        try:
            found.add(to_minor(plain, code))
        except BadInput:
            continue
    return tuple(sorted(found))
