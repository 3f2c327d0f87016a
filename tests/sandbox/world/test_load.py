"""Stripe's ids take their place in the ledger's texts."""

from datetime import date

from sandbox.world.load import with_stripe_ids
from sandbox.world.small import small_world


def test_every_place_of_a_stripe_id_is_filled() -> None:
    entity = small_world(1, date(2026, 6, 15))[0]
    asked: set[str] = set()

    def stripe_id(key: str) -> str:
        asked.add(key)
        return f"id_of_{key}"

    books = with_stripe_ids(entity.books, stripe_id)
    texts = [payment.reference for payment in books.payments]
    texts += [move.reference for move in books.moves]
    texts += [transfer.reference for transfer in books.transfers]
    texts += [invoice.reference for invoice in books.invoices]
    assert not any("{" in text for text in texts if text)
    assert {f"id_of_{key}" for key in asked} == {text for text in texts if text and text.startswith("id_of_")}
    stripe = entity.stripe
    known = {charge.key for charge in stripe.charges} | {payout.key for payout in stripe.payouts}
    known |= {invoice.key for invoice in stripe.invoices}
    assert asked <= known
    assert [invoice.total for invoice in books.invoices] == [invoice.total for invoice in entity.books.invoices]
