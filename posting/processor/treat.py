"""What a balance transaction is in the books: exactly one treatment each, or it waits and says for what. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledger.balance import NOT_CAPTURED, Treatment
from ledger.receipt import ReceiptStatus
from posting.processor.move import Move, Said
from posting.rules import Kind

SALE_DAYS = 5
"""So long a charge may still find its invoice before it counts as a sale on the spot."""
_HOLDS = ("dispute_reversal",)
_BOOKED = {"sales": Treatment.SALE_WITHOUT_INVOICE, "deposit": Treatment.CUSTOMER_DEPOSIT}
_PAYS = ("approved", "posting", "failed", "posted", "awaiting")
_BACK = ("failed", "canceled")
_UNDER_WAY = ("awaiting", "ready", "posting", "failed", "given_up", "undoing")
_NOTHING_OF_OURS = (Treatment.ALREADY_RECORDED, Treatment.NOT_OURS)
_NAMES = {
    Treatment.FINANCING: "It belongs to the processor's financing, which is booked by hand.",
    Treatment.NOT_OURS: "It is other people's money, or a product that is no receivable.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """One treatment of one balance transaction.

    kind: who books it is asked by this; None: nothing of ours books its gross. due: its gross can go into the outbox
    now. waits: for what, in one sentence, with the remedy; both empty where nothing is missing. choices: what its
    posting has to know beside (the credit that a refund settles).
    """

    move: Move
    treatment: Treatment
    words: str
    kind: Kind | None = None
    due: bool = False
    waits: str = ""
    remedy: str = ""
    choices: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What the decision hangs on beside the transaction. sales: a named person has mapped sales without an invoice.

    refunds_from: the first day whose refunds Tieout books; None where it books none.
    """

    today: date
    sales: bool = False
    refunds_from: date | None = None


def treat(move: Move, ways: Ways) -> Treated:
    """The treatment of one balance transaction."""
    stated = Treatment(move.row.treatment)
    if move.category == NOT_CAPTURED:
        return _not_captured(move)
    if move.said is not None and stated in _TO_BE_SAID:
        return _said(move, move.said)
    return _WAYS[stated](move, ways)


def _charge(move: Move, ways: Ways) -> Treated:
    charged = move.charged
    if charged is None:
        return _waits(
            move, Treatment.UNDECIDED, "It is a charge that has not become a receipt yet.", "Sync again.", Kind.CHARGE
        )
    if charged.match_state in _PAYS:
        return Treated(
            move=move, treatment=Treatment.PAYS_RECEIVABLE, kind=Kind.CHARGE,
            words="A match of its receipt says which invoices it pays.",
        )  # fmt: skip
    if move.booked_as in _BOOKED:
        return Treated(
            move=move,
            treatment=_BOOKED[move.booked_as],
            kind=Kind.CHARGE,
            words=charged.reason or "It is in the outbox.",
        )
    if charged.recorded or charged.status == ReceiptStatus.ALREADY_RECORDED.value:
        words = charged.reason or "The books hold it already."
        return Treated(move=move, treatment=Treatment.ALREADY_RECORDED, words=words, kind=Kind.CHARGE)
    if ways.sales and _is_sale(move, ways.today):
        words = f"No invoice was found for it in {SALE_DAYS} days: a sale on the spot, by the rule for those."
        return Treated(
            move=move, treatment=Treatment.SALE_WITHOUT_INVOICE, words=words, kind=Kind.CHARGE, due=True
        )  # fmt: skip
    sentence = "Nobody has said which invoice it pays." if not charged.asked else "A proposal waits to be judged."
    return _waits(
        move, Treatment.UNDECIDED, sentence, "Match its receipt in the queue, or say what it is.", Kind.CHARGE
    )  # fmt: skip


def _is_sale(move: Move, today: date) -> bool:
    charged = move.charged
    lonely = charged is not None and charged.status == ReceiptStatus.UNMATCHED.value and not charged.asked
    return lonely and (today - move.on).days >= SALE_DAYS


def _fee(move: Move, ways: Ways) -> Treated:
    return Treated(move=move, treatment=Treatment.FEE, words="A fee of its own.", kind=Kind.FEE)


def _refund(move: Move, ways: Ways) -> Treated:
    if move.category == "charge_failure":
        return _failed_charge(move)
    if move.gross.minor > 0:
        return _refund_back(move, ways)
    if move.row.refund_status in _BACK and "gross" not in move.covered:
        return Treated(move=move, treatment=Treatment.REFUND, kind=Kind.REFUND, words=_NOTHING)
    return Treated(
        move=move, treatment=Treatment.REFUND, words="Money given back to a payer.", kind=Kind.REFUND, due=True
    )


_NOTHING = "The refund came back before it was booked; both together move nothing."
_MIRRORED = ("customer", "sale")


def _refund_back(move: Move, ways: Ways) -> Treated:
    """Money of a refund that came back: what we booked of it is mirrored on the day of its return, the refund stands."""
    gave = move.gave
    if gave is None:
        return _waits(
            move, Treatment.REFUND, "A refund came back that has not been read yet.",
            "Sync again; where it is older than the first sync, say what it is.", Kind.REFUND,
        )  # fmt: skip
    if gave.state == "posted":
        words = "A refund that was booked came back: it is the customer's again."
        chosen = {name: gave.choices[name] for name in _MIRRORED if name in gave.choices}
        return Treated(
            move=move, treatment=Treatment.REFUND, kind=Kind.REFUND, words=words, due=True, choices=chosen
        )  # fmt: skip
    if gave.state in _UNDER_WAY:
        words = "A refund came back that is on its way to the books; it is turned back once it stands there."
        return Treated(move=move, treatment=Treatment.REFUND, kind=Kind.REFUND, words=words)
    ours = ways.refunds_from is not None and gave.on >= ways.refunds_from
    by_another = gave.state == "found" or gave.said is Treatment.ALREADY_RECORDED or not ours
    if by_another and ways.refunds_from is not None:
        return _waits(
            move, Treatment.REFUND, "A refund that somebody else booked came back: the customer is owed it again.",
            "Void the refund in the books, or book what became of the money; then say that this is recorded.",
            Kind.REFUND,
        )  # fmt: skip
    return Treated(move=move, treatment=Treatment.REFUND, kind=Kind.REFUND, words=_NOTHING)


def _failed_charge(move: Move) -> Treated:
    """A debit that failed after it had succeeded: reversed where it was booked, of no account where it was not."""
    charged = move.charged
    if charged is None or charged.match_state not in _PAYS:
        words = "The debit failed before it was booked; charge and failure together move nothing."
        return Treated(move=move, treatment=Treatment.REFUND, words=words, kind=Kind.REFUND)
    words = "The payer's bank took the debit back: the invoice is owed again."
    return Treated(move=move, treatment=Treatment.REFUND, words=words, kind=Kind.REFUND, due=True)


def _not_captured(move: Move) -> Treated:
    """What was authorised and never taken: no money went back, for the payer paid the rest. It goes with its charge.

    A match pays with what was captured; a sale or a deposit takes both lines into one posting (posting.processor.wanted).
    """
    charged = move.charged
    if "gross" in move.covered:
        return _with(move, _BOOKED.get(move.booked_as, Treatment.REFUND), "It is in the outbox.")
    if charged is not None and charged.match_state in _PAYS:
        return _with(move, Treatment.PAYS_RECEIVABLE, "The match of its charge pays with what was captured.")
    if move.said is not None and move.said.treatment in _NOTHING_OF_OURS:
        return _with(move, move.said.treatment, f"Said by {move.said.by}.")
    if charged is None:
        return _waits(
            move, Treatment.UNDECIDED, "It takes back what was not captured of a charge that has not been read yet.",
            "Sync again.", Kind.CHARGE,
        )  # fmt: skip
    if move.whole_as in _BOOKED:
        return _waits(
            move, _BOOKED[move.whole_as], "Its charge is booked whole, and only a part of it was captured.",
            "Undo the posting of its charge and have it written again: the two are then booked together.", Kind.CHARGE,
        )  # fmt: skip
    if charged.recorded or charged.status == ReceiptStatus.ALREADY_RECORDED.value:
        return _with(move, Treatment.ALREADY_RECORDED, charged.reason or "The books hold what was captured already.")
    return _with(move, Treatment.UNDECIDED, "It was never captured, and is booked together with its charge.")


def _with(move: Move, treatment: Treatment, words: str) -> Treated:
    return Treated(move=move, treatment=treatment, words=words, kind=Kind.CHARGE)


def _dispute(move: Move, ways: Ways) -> Treated:
    if move.category in _HOLDS:
        words = "A dispute was won: the money comes back from disputed funds."
    else:
        words = "The payer's bank took the charge back: the money goes to disputed funds."
    return Treated(move=move, treatment=Treatment.DISPUTE, words=words, kind=Kind.DISPUTE, due=True)


def _reserve(move: Move, ways: Ways) -> Treated:
    words = "Held back by the processor." if move.gross.minor < 0 else "Let go by the processor."
    return Treated(move=move, treatment=Treatment.RESERVE, words=words, kind=Kind.RESERVE, due=True)


def _payout(move: Move, ways: Ways) -> Treated:
    if move.category.startswith("topup"):
        words = "Money brought from the bank to the processor." if move.gross.minor > 0 else "A top-up taken back."
        return Treated(move=move, treatment=Treatment.PAYOUT, words=words, kind=Kind.PAYOUT, due=True)
    payout = move.payout
    if payout is None:
        return _waits(move, Treatment.PAYOUT, "Its payout has not been read yet.", "Sync again.", Kind.PAYOUT)
    came_back = payout.status in _BACK
    if move.category == "payout_reversal":
        words = "A payout came back." if move.sent else "A payout came back before it was booked."
        return Treated(move=move, treatment=Treatment.PAYOUT, words=words, kind=Kind.PAYOUT, due=move.sent)
    if came_back:
        words = "A payout that came back; what is booked of it is reversed on the day of its return."
        return Treated(move=move, treatment=Treatment.PAYOUT, words=words, kind=Kind.PAYOUT)
    if payout.status != "paid" or payout.arrives_on is None or payout.arrives_on > ways.today:
        words = "It is on its way to the bank."
        return Treated(move=move, treatment=Treatment.PAYOUT, words=words, kind=Kind.PAYOUT)
    return Treated(
        move=move, treatment=Treatment.PAYOUT, words="It has arrived.", kind=Kind.PAYOUT, due=True
    )  # fmt: skip


def _not_booked(move: Move, ways: Ways) -> Treated:
    treatment = Treatment(move.row.treatment)
    return Treated(move=move, treatment=treatment, words=_NAMES[treatment])


def _parked(move: Move, ways: Ways) -> Treated:
    sentence = f"Its category, {move.category!r}, is not known here." if move.category else "It has no category."
    return _waits(move, Treatment.PARKED, sentence, "Say what it is; until then it is booked nowhere.", None)


_TO_BE_SAID = frozenset(
    {Treatment.UNDECIDED, Treatment.PARKED, Treatment.NOT_OURS, Treatment.FINANCING, Treatment.REFUND}
)
_SAID_KINDS = {
    Treatment.CUSTOMER_DEPOSIT: Kind.CHARGE, Treatment.SALE_WITHOUT_INVOICE: Kind.CHARGE,
    Treatment.PAYS_RECEIVABLE: Kind.CHARGE, Treatment.ALREADY_RECORDED: Kind.CHARGE, Treatment.FEE: Kind.FEE,
    Treatment.REFUND: Kind.REFUND, Treatment.DISPUTE: Kind.DISPUTE, Treatment.RESERVE: Kind.RESERVE,
}  # fmt: skip
_GOES_OUT = frozenset(
    {
        Treatment.CUSTOMER_DEPOSIT, Treatment.SALE_WITHOUT_INVOICE, Treatment.REFUND, Treatment.DISPUTE,
        Treatment.RESERVE,
    }
)  # fmt: skip


def _said(move: Move, said: Said) -> Treated:
    """A person's word stands, but never against a match that pays a receivable."""
    charged = move.charged
    if move.row.treatment == Treatment.UNDECIDED.value and charged is not None and charged.match_state in _PAYS:
        return Treated(
            move=move, treatment=Treatment.PAYS_RECEIVABLE, kind=Kind.CHARGE,
            words="A match of its receipt says which invoices it pays.",
        )  # fmt: skip
    return Treated(
        move=move, treatment=said.treatment, words=f"Said by {said.by}.", kind=_SAID_KINDS.get(said.treatment),
        due=said.treatment in _GOES_OUT,
    )  # fmt: skip


def _waits(move: Move, treatment: Treatment, sentence: str, remedy: str, kind: Kind | None) -> Treated:
    return Treated(move=move, treatment=treatment, words=sentence, kind=kind, waits=sentence, remedy=remedy)


_WAYS: dict[Treatment, Callable[[Move, Ways], Treated]] = {
    Treatment.UNDECIDED: _charge,
    Treatment.FEE: _fee,
    Treatment.REFUND: _refund,
    Treatment.DISPUTE: _dispute,
    Treatment.RESERVE: _reserve,
    Treatment.PAYOUT: _payout,
    Treatment.FINANCING: _not_booked,
    Treatment.NOT_OURS: _not_booked,
    Treatment.PARKED: _parked,
}
