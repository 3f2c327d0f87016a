"""After a quiet time: our figures are the providers' own."""

from __future__ import annotations

from collections import Counter
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
_PROCESSOR = {
    "charges": "charges",
    "refunds": "refunds",
    "payouts": "payouts",
    "disputes": "disputes",
    "invoices": "invoices",
}


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
    """Each object of the processor, by its state and its sum."""
    for kind, columns in (
        ("charges", ("status", "amount")), ("refunds", ("status", "amount")), ("payouts", ("status", "amount")),
        ("disputes", ("status", "amount")),
    ):  # fmt: skip
        there = {row["id"]: str(row["amount"]) for row in scene.world.stripe.records[scene.world.account].all(kind)}
        del columns
        here = {
            row["external_id"]: str(row["amount_minor"])
            for row in scene.looks.rows(f"SELECT external_id, amount_minor FROM {kind} WHERE gone_at IS NULL")
        }
        odd = Counter(there.items()) - Counter(here.items())
        for own, amount in odd:
            raise Broken(EQUAL, f"{kind} {own} over {amount} there, {here.get(own, 'nothing')} here")
        for own in here.keys() - there.keys():
            raise Broken(EQUAL, f"{kind} {own} stands here and not there")
