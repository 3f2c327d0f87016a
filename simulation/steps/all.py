"""Every kind of step."""

from __future__ import annotations

from simulation.steps import bank, bookkeeping, closing, machine, mail, people, posting, selling, taking, time
from simulation.steps.kinds import Kind

KINDS: tuple[Kind, ...] = (
    *selling.KINDS, *taking.KINDS, *bookkeeping.KINDS, *bank.KINDS, *mail.KINDS, *machine.KINDS, *people.KINDS, *posting.KINDS, *closing.KINDS,
    *time.KINDS,
)  # fmt: skip
OURS: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind.ours)
