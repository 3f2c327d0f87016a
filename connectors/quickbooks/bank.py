"""Money that moved without being a payment of an invoice: deposits, sales on the spot, purchases, transfers."""

from __future__ import annotations

from decimal import Decimal

from connectors.port import Mapped
from connectors.quickbooks import wire
from connectors.quickbooks.journals import Posting, customer_of, receivable_lines
from connectors.quickbooks.linked import TXN_KINDS
from connectors.quickbooks.reading import Reading, hints, updated, value_of, voided
from ledger.bank_entry import BankEntry
from ledger.money import Money

_GATHERED = frozenset({"Payment", "SalesReceipt", "RefundReceipt"})


def deposit(reading: Reading, banked: wire.Deposit) -> Mapped:
    """A deposit's own lines (fees, money booked straight to receivable) stand beside the payments that it gathers."""
    lines = banked.line or []
    links = [
        link for line in lines for link in line.linked_txn or [] if TXN_KINDS.get(link.txn_type or "") in _GATHERED
    ]
    postings = [
        Posting(line=line, account=detail.account_ref, customer=customer_of(detail.entity), sign=-1)
        for line in lines
        if (detail := line.deposit_line_detail) is not None
    ]
    entry = _entry(
        reading,
        banked,
        "deposit",
        reading.money(banked.total_amt, reading.currency(banked.currency_ref, banked.exchange_rate), "TotalAmt"),
        account=value_of(banked.deposit_to_account_ref),
        groups=tuple(dict.fromkeys(link.txn_id for link in links if link.txn_id)),
        texts=(banked.private_note, *(line.description for line in lines)),
    )
    return reading.done(entry, *receivable_lines(reading, banked, postings))


def sales_receipt(reading: Reading, sale: wire.Sale) -> Mapped:
    total = reading.money(sale.total_amt, reading.currency(sale.currency_ref, sale.exchange_rate), "TotalAmt")
    return reading.done(
        _entry(
            reading,
            sale,
            "sale",
            total,
            account=value_of(sale.deposit_to_account_ref),
            customer=value_of(sale.customer_ref),
            reference=sale.payment_ref_num or sale.doc_number,
            texts=(sale.payment_ref_num, sale.private_note, value_of(sale.customer_memo)),
        )
    )


def purchase(reading: Reading, bought: wire.Purchase) -> Mapped:
    """An expense, a check or a card purchase; `Credit` turns a card purchase round. Its lines on receivable are refunds."""
    total = reading.money(bought.total_amt, reading.currency(bought.currency_ref, bought.exchange_rate), "TotalAmt")
    sign = -1 if bought.credit else 1
    buyer = customer_of(bought.entity_ref) if bought.entity_ref and bought.entity_ref.type else None
    postings = [
        Posting(line=line, account=detail.account_ref, customer=buyer or value_of(detail.customer_ref), sign=sign)
        for line in bought.line or []
        if (detail := line.account_based_expense_line_detail) is not None
    ]
    entry = _entry(
        reading,
        bought,
        "spend",
        total if bought.credit else -total,
        account=value_of(bought.account_ref),
        customer=buyer,
        reference=bought.doc_number,
        texts=(bought.private_note, *(line.description for line in bought.line or [])),
    )
    return reading.done(entry, *receivable_lines(reading, bought, postings))


def transfer(reading: Reading, moved: wire.Transfer) -> Mapped:
    amount = reading.money(moved.amount, reading.currency(moved.currency_ref, moved.exchange_rate), "Amount")
    return reading.done(
        _entry(
            reading,
            moved,
            "transfer",
            -amount,
            account=value_of(moved.from_account_ref),
            other_account=value_of(moved.to_account_ref),
            texts=(moved.private_note,),
        )
    )


def _entry(
    reading: Reading,
    txn: wire.Transaction,
    kind: str,
    amount: Money,
    *,
    account: str | None,
    other_account: str | None = None,
    customer: str | None = None,
    reference: str | None = None,
    groups: tuple[str, ...] = (),
    texts: tuple[str | None, ...] = (),
) -> BankEntry:
    return BankEntry(
        external_id=reading.own_id,
        kind=kind,
        moved_on=reading.day(txn.txn_date, "TxnDate"),
        amount=amount,
        account=account,
        other_account=other_account,
        customer_external_id=customer,
        reference=reference or None,
        memo=txn.private_note or None,
        status="void" if kind != "transfer" and voided(txn) else "open",
        groups=groups,
        exchange_rate=reading.rate(txn, amount.currency),
        home_amount=reading.home(amount, _signed_home(txn, amount), txn.exchange_rate),
        hints=hints(reference, *texts),
        updated_at=updated(txn.meta_data),
    )


def _signed_home(txn: wire.Transaction, amount: Money) -> Decimal | None:
    if txn.home_total_amt is None:
        return None
    return -abs(txn.home_total_amt) if amount.minor < 0 else txn.home_total_amt
