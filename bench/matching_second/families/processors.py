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
    charges = rng.randint(3, 12)
    for _ in range(charges):
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
    if rng.random() < 0.4:
        gone = world.amount(500, 1_500)
        net -= gone
        world.receipt("a processor's refund of a charge", "reversal", day - timedelta(days=1), -gone, method="card",
                      source=name.split(" ")[0].lower(), payout_id=key, reference="refund")  # fmt: skip
    text = PROCESSORS[name].format(world.digits(9))
    world.receipt("a processor's transfer of charges", "payout", day, net, payer_name=name, reference=text)


def equal_payouts(world: World, payers: list[Customer]) -> None:
    """Two transfers of one day that come to the same sum: neither is the other's duplicate."""
    day = world.day() + timedelta(days=30)
    amount, fee = world.amount(2_000, 90_000), 100
    for _ in range(2):
        key = f"po_{world.rng.getrandbits(60):015x}"
        bill = world.invoice(
            world.rng.choice(payers), amount, world.fresh_number("INV-######"), day - timedelta(days=20)
        )
        world.pays("a processor's charge, number", day - timedelta(days=2), [bill], fee=fee, method="card", source="stripe", payout_id=key,
                   reference=f"Payment for {bill.number}")  # fmt: skip
        text = f"STRIPE TRANSFER ST-{world.digits(9)}"
        world.receipt(
            "two transfers of one sum on one day", "payout", day, amount - fee, payer_name="STRIPE", reference=text
        )


def by_card_and_by_bank(world: World, payer: Customer) -> None:
    """Paid by card, and again by bank some days later."""
    bill = world.invoice(payer, world.amount(), world.fresh_number("INV-######"))
    day = world.later(bill.issued)
    world.pays("a processor's charge, number", day, [bill], fee=bill.total * 29 // 1000, method="card", source="stripe", payer_name=payer.name,
               reference=f"Payment for {bill.number}")  # fmt: skip
    world.receipt("paid by card and again by bank", "duplicate", day + timedelta(days=5), bill.total, payer_name=payer.latin.upper(),
                  payer_account=payer.account, reference=f"INV {bill.number}")  # fmt: skip


def customer_by_paypal(world: World, payer: Customer) -> None:
    """A wallet carries one customer's money with his name and number: no transfer of charges."""
    bill = world.invoice(payer, world.amount(), world.fresh_number("INV-######"))
    text = f"PAYPAL INST XFER {payer.latin.upper()} {bill.number}"
    world.pays(
        "one customer's money by a wallet, number",
        world.later(bill.issued),
        [bill],
        payer_name="PAYPAL EUROPE SARL",
        reference=text,
    )
