"""What the rest of the sandbox may ask of a stand-in, whichever provider it plays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from flask import Flask

from sandbox.core.clock import SandboxClock
from sandbox.core.journal import Journal
from sandbox.core.limits import FixedWindows
from sandbox.core.mishaps import Mishaps
from sandbox.core.records import RecordStore
from sandbox.core.webhooks import Sender
from sandbox.world import plan


class Controlled(Protocol):
    """What /_control needs."""

    provider: str
    clock: SandboxClock
    journal: Journal
    mishaps: Mishaps
    webhooks: Sender
    limits: FixedWindows

    def counts(self, tenant: str) -> dict[str, int]: ...
    def truth(self, tenant: str, on: date) -> dict[str, Any]: ...
    def change(self, tenant: str, verb: str, fields: Mapping[str, Any]) -> dict[str, Any]: ...


class Stand(Controlled, Protocol):
    """A whole stand-in: `load` takes a BooksPlan in a ledger's and a StripePlan in Stripe's.

    `external_id` is the id that `load` gave to the record of a plan's key; LookupError for a key it never saw.
    """

    app: Flask
    records: dict[str, RecordStore]

    def add_company(self, company: plan.Company) -> str: ...
    def external_id(self, tenant: str, key: plan.Key) -> str: ...
    def config(self) -> dict[str, str]: ...
