"""A small invented book for the matcher's tests: terse builders with plain defaults."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from reconcile.engine import match
from reconcile.policy import DEFAULT, Policy
from reconcile.values import HistoryRow, ItemStatus, Kind, OpenItem, Payer, Rate, Receipt, ReceiptOutcome

NORD = Payer("C-1001", "Nordwind Logistik GmbH", "ap@nordwind.example", accounts=("DE89370400440532013000",))
HILL = Payer("C-1002", "Hillcrest Dental Partners LLC", "office@hillcrest.example")
SUED = Payer("C-1003", "Südstern Möbelwerke AG", "buchhaltung@suedstern.example")
KITE = Payer("C-1004", "Kite & Anchor Brewing Ltd", "accounts@kiteanchor.example")
HOLD = Payer("C-1005", "Meridian Holding SE", "treasury@meridian.example")
SUB1 = Payer("C-1006", "Meridian Farben GmbH", "farben@meridian-farben.example", parent_id="C-1005")
SUB2 = Payer("C-1007", "Meridian Lacke GmbH", "lacke@meridian-lacke.example", parent_id="C-1005")
CUSTOMERS = (NORD, HILL, SUED, KITE, HOLD, SUB1, SUB2)


def day(text: str) -> dt.date:
    """`03-14` of the invented year, or a whole ISO date."""
    return dt.date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


def minor(text: str, places: int = 2) -> int:
    """Minor units of a plain decimal."""
    return int(Decimal(text).scaleb(places))


def invoice(
    number: str,
    amount: str,
    customer: Payer = NORD,
    *,
    on: str = "01-10",
    due: str = "02-09",
    currency: str = "EUR",
    places: int = 2,
    open_amount: str | None = None,
    kind: Kind = "invoice",
    status: ItemStatus = "open",
    po: str = "",
    payment_reference: str = "",
    terms: str = "net 30",
    item_id: str | None = None,
) -> OpenItem:
    """An open item whose id is its number in small letters."""
    return OpenItem(
        id=item_id or f"id-{number.lower()}-{customer.id[-1]}",
        customer_id=customer.id,
        currency=currency,
        total_minor=minor(amount, places),
        open_minor=minor(amount if open_amount is None else open_amount, places),
        kind=kind,
        number=number,
        po_number=po,
        payment_reference=payment_reference,
        issued_on=day(on),
        due_on=day(due),
        terms=terms,
        status=status,
    )


def receipt(
    amount: str,
    reference: str = "",
    payer: str = "NORDWIND LOGISTIK GMBH",
    *,
    on: str = "02-05",
    receipt_id: str = "r1",
    currency: str = "EUR",
    places: int = 2,
    account: str = "",
    email: str = "",
    method: str = "bank",
    source: str = "bank",
    fee: str = "0",
    metadata: tuple[tuple[str, str], ...] = (),
    payout_id: str = "",
) -> Receipt:
    """A receipt by Nordwind unless told otherwise."""
    return Receipt(
        id=receipt_id,
        received_on=day(on),
        currency=currency,
        amount_minor=minor(amount, places),
        fee_minor=minor(fee, places),
        payer_name=payer,
        payer_account=account,
        payer_email=email,
        reference=reference,
        method=method,
        source=source,
        metadata=metadata,
        payout_id=payout_id,
    )


def outcomes(
    items: Sequence[OpenItem],
    receipts: Sequence[Receipt],
    *,
    customers: Sequence[Payer] = CUSTOMERS,
    history: Sequence[HistoryRow] = (),
    rates: Sequence[Rate] = (),
    policy: Policy = DEFAULT,
) -> dict[str, ReceiptOutcome]:
    """Every outcome by receipt id."""
    result = match(items, receipts, customers, history, rates, policy)
    return {outcome.receipt_id: outcome for outcome in result.outcomes}


def paid(outcome: ReceiptOutcome) -> list[str]:
    """Numbers-as-ids that an automatic answer pays; empty when nothing is automatic."""
    return [line.item_id for one in outcome.proposals if one.decision == "auto" for line in one.lines]


def suggested(outcome: ReceiptOutcome) -> list[str]:
    """Ids of the first suggestion; empty when there is an automatic answer or none."""
    return [
        line.item_id for one in outcome.proposals if one.decision == "suggest" and one.rank == 1 for line in one.lines
    ]
