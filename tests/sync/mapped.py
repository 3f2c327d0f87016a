"""A mapping that another process can find by its name, and that does what a record's bytes ask for."""

from __future__ import annotations

import os
import signal
import sys

from connectors.port import Context, Mapped, Record
from ledger.customer import Customer
from ledger.money import Money


def map_record(record: Record, context: Context) -> Mapped:
    if record.raw == b"two currencies":
        raise ValueError(f"{record.external_id} is in two currencies.")
    if record.raw == b"die" and "sync.prepare" not in sys.modules:  # beside
        os.kill(os.getpid(), signal.SIGKILL)
    balance = Money(2**63, "GBP") if record.raw == b"beyond" else None
    own = Customer(external_id=record.external_id, name=context.company_id, currency="GBP", balance=balance)
    return Mapped(values=(own,))
