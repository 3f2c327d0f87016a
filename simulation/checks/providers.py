"""After a quiet time: our figures are the providers' own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.money import Money, to_minor
from receivables.load import load_ledger
from receivables.tie import Position, differences, position_on
from runtime.wiring import provider_module
from simulation.outcome import Broken
from simulation.steps.kinds import Scene
from store.queries.exports.parts import Reader

EQUAL = "after a quiet time our exports equal the providers' truth"
HEALTHY = "after a quiet time every connection is healthy"
_OBJECTS = {
    "charges": ("status", "amount", "amount_refunded", "disputed"),
    "refunds": ("status", "amount"),
    "payouts": ("status", "amount"),
    "disputes": ("status", "amount"),
}
"""What of each object of the processor is compared, by its own names."""
_HERE = {"amount": "amount_minor", "amount_refunded": "refunded_minor"}


def check(scene: Scene) -> None:
    for row in scene.office.rows():
        if row.provider != "statement" and row.state != "healthy":
            raise Broken(HEALTHY, f"{row.provider} is {row.state}: {row.state_reason}")
    day = scene.world.clock.now().date()
    there = _told(scene.world.books.truth(scene.world.tenant, day))
    for found in differences(_own(scene, there.home), there):
        raise Broken(EQUAL, f"{scene.world.provider} {found.what}: here {found.here}, there {found.there}")
    _check_processor(scene)


def _own(scene: Scene, home: str) -> Position:
    app = scene.office.app
    with app.database.read() as connection:
        ledger = load_ledger(Reader(connection, scene.own, scene.entity_id))
    day = scene.world.clock.now().date()
    basis = provider_module(scene.world.provider).RATE_BASIS
    return position_on(ledger.items, ledger.applications, day, home, basis=basis, rates=ledger.rates_on(day))


def _told(truth: Any) -> Position:
    home = truth["home_currency"]
    return Position(
        home=home,
        customers={key: Money(to_minor(text, home), home) for key, text in truth["customers"].items()},
        documents={
            key: Money(to_minor(row["open"], row["currency"]), row["currency"])
            for key, row in truth["documents"].items()
            if to_minor(row["open"], row["currency"])
        },
    )


def _check_processor(scene: Scene) -> None:
    """Each object of the processor by its state and its sums, and what is open of its invoices."""
    for kind, names in _OBJECTS.items():
        there = {
            row["id"]: tuple(str(row[name]) for name in names)
            for row in scene.world.stripe.records[scene.world.account].all(kind)
        }
        columns = ", ".join(_HERE.get(name, name) for name in names)
        here = {
            row["external_id"]: tuple(_said(value, name) for value, name in zip(row[1:], names, strict=True))
            for row in scene.looks.rows(f"SELECT external_id, {columns} FROM {kind} WHERE gone_at IS NULL")
        }
        _compare(kind, here, there)
    told = scene.world.stripe.truth(scene.world.account, scene.world.clock.now().date())["documents"]
    owed = "SELECT external_id, open_amount_minor FROM invoices WHERE connection_id = ? AND gone_at IS NULL"
    rows = scene.looks.rows(f"{owed} AND open_amount_minor <> 0 AND status <> 'draft'", scene.stripe_row.hex)
    _compare(
        "invoices", dict(map(tuple, rows)), {key: to_minor(row["open"], row["currency"]) for key, row in told.items()}
    )


def _said(value: Any, name: str) -> str:
    return str(bool(value)) if name == "disputed" else str(value)


def _compare(kind: str, here: Mapping[str, Any], there: Mapping[str, Any]) -> None:
    for own in sorted(here.keys() | there.keys()):
        if here.get(own) != there.get(own):
            raise Broken(EQUAL, f"{kind} {own}: {here.get(own, 'nothing')} here, {there.get(own, 'nothing')} there")
