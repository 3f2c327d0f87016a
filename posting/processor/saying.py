"""A person's word on a processor's money: what a transaction is, what a refund settles, how a lost dispute ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from ledger.balance import Treatment
from ledger.faults import BadInput, Conflict, NotFound, Refused
from ledger.money import Money
from ledger.posting import Cause, PostingState
from posting import ruling
from posting.processor.bookings import since
from posting.processor.credits import open_credits
from posting.processor.due import let_go
from posting.processor.offering import refuse_unless_offered
from posting.processor.waiting import Source, treated_now
from posting.processor.wanted import What
from posting.rules import Role
from store import outbox
from store import processor as writing
from store.audit import Act, lock, record
from store.database import Connection
from store.queries import processor as queries
from store.queries.planning import books_row, customers_of
from store.queries.processor_charges import charge_receipts

SAYABLE: Final = frozenset(
    {
        Treatment.CUSTOMER_DEPOSIT, Treatment.SALE_WITHOUT_INVOICE, Treatment.ALREADY_RECORDED, Treatment.FEE,
        Treatment.REFUND, Treatment.DISPUTE, Treatment.RESERVE, Treatment.NOT_OURS, Treatment.FINANCING,
        Treatment.UNDECIDED,
    }
)  # fmt: skip
"""undecided: takes an earlier word back."""
ENDS: Final = ("receivable", "bad_debt", "credit")


def say(
    connection: Connection, organisation_id: UUID, transaction_id: UUID, treatment: Treatment,
    *, by: str, now: datetime, choices: Mapping[str, Any] | None = None, note: str = "",
) -> None:  # fmt: skip
    """choices: customer (of a deposit), credit (that a refund settles). Alone in the organisation (store.audit.lock).

    Raises NotFound, BadInput for what nobody can say, Refused for what is not offered of it (posting/processor/offering.py:
    what the books hold already needs no word), Conflict where it is in the outbox or another word stands.
    """
    lock(connection, organisation_id)
    row = queries.find_transaction(connection, organisation_id, transaction_id)
    if row is None:
        raise NotFound("This balance transaction does not exist here.")
    chosen = dict(choices or {})
    if treatment not in SAYABLE or (row.reporting_category == "payout"):
        raise BadInput("That cannot be said of this transaction: what it is follows from the processor's own records.")
    _refuse_unfit(connection, organisation_id, row, treatment, chosen, now)
    writing.add_word(
        connection, organisation_id, transaction_id,
        {"treatment": treatment.value, "choices": chosen, "note": note, "said_by": by, "said_at": now},
    )  # fmt: skip
    act = Act(
        actor=by, verb="processor.say", object_kind="balance_transaction", object_id=row.external_id,
        summary=f"{row.external_id} is {treatment.value.replace('_', ' ')}{': ' + note if note else '.'}",
        detail={"treatment": treatment.value, **chosen},
    )  # fmt: skip
    record(connection, organisation_id, act, now)


def _refuse_unfit(
    connection: Connection, organisation_id: UUID, row: Any, treatment: Treatment, chosen: Mapping[str, Any],
    now: datetime,
) -> None:  # fmt: skip
    """By the same rule as the page offers by, over what stands at this moment."""
    whose = books_row(connection, organisation_id, row.connection_id)
    rules, _ = ruling.load(connection, organisation_id, whose.entity_id)
    source = Source(
        organisation_id=organisation_id, entity_id=whose.entity_id, connection_id=row.connection_id, rules=rules,
        first=since(rules, row.connection_id) or date.min, today=now.astimezone(ZoneInfo(whose.time_zone)).date(),
    )  # fmt: skip
    one = treated_now(connection, source, row)
    found = (
        open_credits(connection, organisation_id, whose.entity_id, one.move) if treatment is Treatment.REFUND else []
    )
    sales = rules.place(Role.SALES, str(row.connection_id), row.currency) is not None
    refuse_unless_offered(one, treatment, sales=sales, credits_open=bool(found))
    if treatment is Treatment.REFUND and chosen.get("credit") not in {credit.external_id for credit in found}:
        raise BadInput("Choose the open credit that it settles.")
    if treatment is Treatment.CUSTOMER_DEPOSIT:
        books = queries.books_connection(connection, organisation_id, whose.entity_id)
        own = str(chosen.get("customer") or "")
        if not own or books is None or not customers_of(connection, organisation_id, books, [own]):
            raise BadInput("Choose the customer of the books whose deposit this is: look for the name, then tick it.")


def again(connection: Connection, organisation_id: UUID, posting_id: UUID, *, by: str, now: datetime) -> None:
    """Has a posting that a person took back written again with the next look; its receipts wait until then.

    Raises NotFound, Conflict where it stands.
    """
    lock(connection, organisation_id)
    row = outbox.find(connection, organisation_id, posting_id)
    if row.state not in (PostingState.WITHDRAWN.value, PostingState.UNDONE.value):
        raise Conflict("This posting stands; there is nothing to bring back.")
    let_go(connection, organisation_id, writing.release(connection, organisation_id, posting_id, now))
    act = Act(
        actor=by, verb="processor.again", object_kind="posting", object_id=str(posting_id),
        summary="A processor's posting that was taken back is written again.", detail={"cause": row.cause_id},
    )  # fmt: skip
    record(connection, organisation_id, act, now)


def settle_lost(
    connection: Connection, organisation_id: UUID, entity_id: UUID, transaction_id: UUID, end: str,
    *, by: str, now: datetime, choices: Mapping[str, Any] | None = None,
) -> UUID:  # fmt: skip
    """How a lost dispute ends; transaction_id: the one that withdrew its money. Gives the posting.

    end: receivable (the invoice is owed again), bad_debt, credit (an agreed credit note stands in the books: credit,
    credit_kind and customer in `choices`). Raises NotFound, BadInput, Refused, Conflict where somebody has chosen.
    """
    lock(connection, organisation_id)
    row = queries.find_transaction(connection, organisation_id, transaction_id)
    books = queries.books_connection(connection, organisation_id, entity_id)
    if row is None or books is None:
        raise NotFound("This dispute does not exist here.")
    if end not in ENDS:
        raise BadInput(f"A lost dispute ends as one of {', '.join(ENDS)}, not {end!r}.")
    if row.dispute_status != "lost" or row.reporting_category != "dispute":
        raise Refused("Only the money of a lost dispute is settled so; this one is not lost.")
    receipt = charge_receipts(connection, organisation_id, row.connection_id, among=[row.charge_external_id or ""]).get(
        row.charge_external_id or ""
    )
    new = outbox.NewPosting(
        organisation_id=organisation_id,
        entity_id=entity_id,
        connection_id=books,
        cause=Cause.BALANCE_TRANSACTION,
        cause_id=f"{transaction_id}/lost",
        amount=Money(abs(row.gross_minor), row.currency),
        on=now.astimezone(ZoneInfo(books_row(connection, organisation_id, books).time_zone)).date(),
        receipt_id=None if receipt is None else receipt.id,
        choices={
            **(choices or {}), "end": end, "dispute": row.source_external_id, "source": str(row.connection_id),
            "what": What.LOST.value,
        },
    )  # fmt: skip
    posting_id = outbox.add(connection, new, by=by, reason="A dispute was lost, and somebody decided.", now=now)
    act = Act(
        actor=by, verb="processor.settle_lost", object_kind="dispute", object_id=str(row.source_external_id),
        summary=f"The lost dispute {row.source_external_id} ends as {end.replace('_', ' ')}.", detail={"end": end},
    )  # fmt: skip
    record(connection, organisation_id, act, now)
    return posting_id
