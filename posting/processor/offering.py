"""What a person may say of a transaction: only what is true to its kind, and nothing that would book it twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.balance import NOT_CAPTURED, Treatment
from ledger.faults import Conflict, Refused
from posting.processor.move import GROSS
from posting.processor.treat import Treated

NAMES: Final = {
    Treatment.PAYS_RECEIVABLE: "Pays invoices", Treatment.ALREADY_RECORDED: "Recorded in the books already",
    Treatment.CUSTOMER_DEPOSIT: "A customer's deposit", Treatment.SALE_WITHOUT_INVOICE: "A sale without an invoice",
    Treatment.FEE: "A fee, or one given back", Treatment.REFUND: "A refund", Treatment.DISPUTE: "A dispute",
    Treatment.RESERVE: "Held back, or let go again", Treatment.PAYOUT: "A payout", Treatment.FINANCING: "Financing",
    Treatment.NOT_OURS: "Not ours", Treatment.UNDECIDED: "Not decided", Treatment.PARKED: "Not known",
}  # fmt: skip
_WORDS: Final = {
    Treatment.ALREADY_RECORDED: "Somebody entered it in the books. Tieout writes nothing for it.",
    Treatment.CUSTOMER_DEPOSIT: "Money for something not yet invoiced: it stands as this customer's credit.",
    Treatment.SALE_WITHOUT_INVOICE: "It joins the day's sales without an invoice.",
    Treatment.FEE: "It goes to the processor's fees with the others of its payout or day.",
    Treatment.REFUND: "It settles the open credit that you choose.",
    Treatment.RESERVE: "It goes from clearing to the reserve account, or comes back from there.",
    Treatment.FINANCING: "A loan of the processor's or its repayment. It is booked by hand.",
    Treatment.NOT_OURS: "Other people's money, or nothing of these books. Tieout writes nothing for it.",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """refused: why it cannot be said now; empty where it can."""

    treatment: Treatment
    refused: str = ""

    @property
    def name(self) -> str:
        return NAMES[self.treatment]

    @property
    def words(self) -> str:
        return _WORDS[self.treatment]


def offers(one: Treated, *, sales: bool, credits_open: bool) -> list[Offer]:
    """sales: account and tax code of sales without an invoice are chosen. credits_open: the payer has some."""
    if one.move.said is not None or not one.waits or GROSS in one.move.covered:
        return []
    refused = {}
    if not sales:
        refused[Treatment.SALE_WITHOUT_INVOICE] = (
            "First an owner chooses account and tax code of sales without an invoice."
        )
    if not credits_open:
        refused[Treatment.REFUND] = "The payer has no open credit in the books; issue it there with its tax."
    return [Offer(treatment=own, refused=refused.get(own, "")) for own in _sayable(one)]


def _sayable(one: Treated) -> Iterator[Treatment]:
    """In the order in which they are shown."""
    stated, gross = Treatment(one.move.row.treatment), one.move.gross.minor
    if (stated is Treatment.UNDECIDED and one.move.charged is None) or stated is Treatment.PAYOUT:
        return  # what is missing is a sync, not a word
    if stated in (Treatment.UNDECIDED, Treatment.PARKED) and gross > 0:
        yield from (Treatment.CUSTOMER_DEPOSIT, Treatment.SALE_WITHOUT_INVOICE)
    if stated is Treatment.REFUND and gross < 0 and one.move.category != NOT_CAPTURED:
        yield Treatment.REFUND
    if stated is Treatment.PARKED:
        yield from (Treatment.FEE, Treatment.RESERVE, Treatment.FINANCING)
    yield from (Treatment.ALREADY_RECORDED, Treatment.NOT_OURS)


def may_take_back(one: Treated) -> bool:
    """A person's word that nothing was written for yet."""
    return one.move.said is not None and GROSS not in one.move.covered


def refuse_unless_offered(one: Treated, treatment: Treatment, *, sales: bool, credits_open: bool) -> None:
    """Raises Conflict where a word or a posting stands already, Refused for what is not to be said of it."""
    if treatment is Treatment.UNDECIDED:
        if not may_take_back(one):
            raise Conflict("There is no word to take back, or its posting is in the outbox: undo that under Posting.")
        return
    if GROSS in one.move.covered:
        raise Conflict("This is in the outbox or in the books already; undo that posting first.")
    if one.move.said is not None:
        raise Conflict(f"{one.move.said.by} has said what it is; take that word back first.")
    if not one.waits:
        raise Refused(f"It needs no word: {one.words}")
    offer = next(
        (own for own in offers(one, sales=sales, credits_open=credits_open) if own.treatment is treatment), None
    )
    if offer is None or offer.refused:
        raise Refused(offer.refused if offer else "That cannot be said of this transaction.")
