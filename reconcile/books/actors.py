"""Who acts without being a person, as the states of matches and the audit log name them."""

from __future__ import annotations

from typing import Final

ENGINE: Final = "the matcher"
"""Proposes and withdraws."""
POLICY: Final = "policy"
"""Accepts with nobody looking, and switches itself off."""
MACHINES: Final = frozenset({ENGINE, POLICY})
