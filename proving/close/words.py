"""Words that paper, workbook and page of a pack have in common."""

from __future__ import annotations

from typing import Final

PAID_OUT: Final = "Paid out, not in the books yet"
"""Of a clearing account; a payout in transit is one that the bank does not have yet."""
