"""Charges of processors that are receipts themselves, and the bank line that brings them net of fees."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bench.matching_second.book import Customer
from bench.matching_second.world import World

PROCESSORS: Final = {
    "STRIPE": "STRIPE TRANSFER ST-{}", "PAYPAL": "PAYPAL TRANSFER {}", "ADYEN N.V.": "TX{}XT BATCH 0142 MERCHANT",
    "GOCARDLESS LTD": "GOCARDLESS NORTHW-{}", "SUMUP": "SUMUP PID{} PAYOUT",
}  # fmt: skip


def payout(world: World, payers: list[Customer]) -> None:
    rng = world.rng
    name = rng.choice(sorted(PROCESSORS))
    day, key, net = world.day() + timedelta(days=30), f"po_{rng.getrandbits(60):015x}", 0
    for _ in range(rng.randint(3, 12)):
        payer = rng.choice(payers)
        bill = world.invoice(
            payer, world.amount(2_000, 90_000), world.fresh_number("INV-######"), day - timedelta(days=20)
        )
        fee = bill.total * 29 // 1000 + 30
        net += bill.total - fee
        world.pays(
            "a processor's charge, number", day - timedelta(days=2), [bill], fee=fee, payer_name=payer.latin, method="card",
            source=name.split(" ")[0].lower(), payout_id=key, reference=f"Payment for {bill.number}",
        )  # fmt: skip
    text = PROCESSORS[name].format(world.digits(9))
    world.receipt("a processor's transfer of charges", "payout", day, net, payer_name=name, reference=text)
