"""The Payment: money of one customer and what it is applied to. A Payment of 0 applies credits and moves no cash."""

from __future__ import annotations

from decimal import Decimal

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.faults import NOT_LINKED, Refusal, business, missing, not_found
from sandbox.quickbooks.forms import MONEY_ACCOUNTS
from sandbox.quickbooks.items import Item
from sandbox.quickbooks.links import LINE_TYPES, Links
from sandbox.quickbooks.parts import amount, currency_part, customer_part, money_account, named, text_parts, txn_date
from sandbox.quickbooks.wire import ZERO, Record, amount_text, ref_value

_KEPT = ("DepartmentRef", "CustomField", "PaymentType", "CheckPayment", "CreditCardPayment", "TxnSource")


def build_payment(books: Books, links: Links, kind: str, body: Record, old: Record | None) -> Record:
    """The record as it will stand. Its lines go all or none: what `body` does not name is unlinked."""
    customer = customer_part(books, body)
    on = txn_date(books, body)
    money = currency_part(books, body, on, customer["value"])
    code = money["CurrencyRef"]["value"]
    total = amount(body, "TotalAmt", code)
    if total < 0:
        raise business("Payment amount must be 0 or greater.", "TotalAmt")
    own = old["Id"] if old else None
    lines, spent = _lines(books, links, body, code, customer["value"], own)
    if spent > total:
        raise business("The amount applied is more than the amount of the payment.", "TotalAmt")
    default = books.roles["undeposited"]
    record: Record = {
        **text_parts({**body, "DocNumber": None}),
        **{name: body[name] for name in _KEPT if body.get(name) is not None},
        "TxnDate": on,
        **money,
        "CustomerRef": customer,
        "DepositToAccountRef": money_account(books, body, "DepositToAccountRef", default, MONEY_ACCOUNTS, code),
        "TotalAmt": total,
        "UnappliedAmt": total - spent,
        "ProcessPayment": False,
        "Line": lines,
    }
    method = ref_value(body, "PaymentMethodRef")
    if method:
        record["PaymentMethodRef"] = named(books, "PaymentMethod", method, "PaymentMethodRef")
    if old and old.get("LinkedTxn"):
        record["LinkedTxn"] = old["LinkedTxn"]
    return record


def _lines(
    books: Books, links: Links, body: Record, code: str, customer: str, own: str | None
) -> tuple[list[Record], Decimal]:
    """The lines and what they take from the payment's own money."""
    lines: list[Record] = []
    debts, given = ZERO, ZERO
    seen: dict[tuple[str, str], Decimal] = {}
    for line in body.get("Line") or ():
        part = amount(line, "Amount", code)
        if part <= 0:
            raise business("The amount of a payment line must be more than 0.", "Line.Amount")
        linked: list[Record] = list(line.get("LinkedTxn") or ())
        if len(linked) != 1:
            raise missing("Line.LinkedTxn")
        item = _target(books, links, linked[0], customer, code)
        place = (item.txn, item.line)
        left = abs(links.open_amount(item, own)) - seen.get(place, ZERO)
        if part > left:
            sentence = f"{amount_text(part, code)} is more than the open balance of {item.kind} {item.txn}, {left}."
            raise business(sentence, "Line.Amount")
        seen[place] = seen.get(place, ZERO) + part
        if item.amount > 0:
            debts += part
        else:
            given += part
        lines.append(_line(item, str(linked[0]["TxnType"]), part, left))
    if given > debts:
        raise business("More credit is applied than there is to pay.", "Line")
    return lines, debts - given


def _target(books: Books, links: Links, linked: Record, customer: str, code: str) -> Item:
    txn, shape = str(linked.get("TxnId") or ""), str(linked.get("TxnType") or "")
    kind = LINE_TYPES.get(shape)
    if kind is None:
        raise Refusal(NOT_LINKED, f"A payment cannot be linked to a transaction of type {shape!r}", "TxnType")
    if books.get(kind, txn) is None:
        raise not_found(f"{kind} {txn}", "TxnId")
    inner = str(linked.get("TxnLineId") or "")
    items = [item for item in links.items(txn) if item.currency == code and _pays_for(books, customer, item.customer)]
    exact = [item for item in items if item.line == inner]
    if not items or (kind in {"Invoice", "CreditMemo"} and not exact):
        detail = f"{kind} {txn} is not open for this customer in {code}"
        raise Refusal(NOT_LINKED, detail, "TxnId")
    return (exact or items)[0]


def _pays_for(books: Books, payer: str, customer: str) -> bool:
    """A payment of a parent may pay for its sub-customers."""
    seen: str | None = customer
    while seen and seen != payer:
        record = books.get("Customer", seen)
        seen = ref_value(record, "ParentRef") if record else None
    return seen == payer


def _line(item: Item, shape: str, part: Decimal, left: Decimal) -> Record:
    linked = {"TxnId": item.txn, "TxnType": shape}
    if item.line:
        linked["TxnLineId"] = item.line
    extra = {"txnId": item.txn, "txnOpenBalance": amount_text(left, item.currency), "txnReferenceNumber": item.number}
    return {
        "Amount": part,
        "LinkedTxn": [linked],
        "LineEx": {"any": [{"value": {"Name": name, "Value": value}} for name, value in extra.items()]},
    }


def without(payment: Record, links: Links, txn: str) -> Record:
    """The payment after a transaction that it named is gone; what no longer fits is given back from its last line on."""
    lines = [line for line in payment["Line"] if all(linked["TxnId"] != txn for linked in line["LinkedTxn"])]
    signed = [(line, _sign(links, line)) for line in lines]
    given = sum((line["Amount"] for line, sign in signed if sign < 0), ZERO)
    debts = sum((line["Amount"] for line, sign in signed if sign > 0), ZERO)
    signed = _trimmed(signed, 1, debts - (payment["TotalAmt"] + given))
    debts = sum((line["Amount"] for line, sign in signed if sign > 0), ZERO)
    signed = _trimmed(signed, -1, given - debts)
    spent = sum((sign * line["Amount"] for line, sign in signed), ZERO)
    return {**payment, "Line": [line for line, _ in signed], "UnappliedAmt": payment["TotalAmt"] - spent}


def _sign(links: Links, line: Record) -> int:
    linked = line["LinkedTxn"][0]
    item = links.item((linked["TxnId"], str(linked.get("TxnLineId") or "")))
    return 1 if item is None or item.amount > 0 else -1


def _trimmed(signed: list[tuple[Record, int]], side: int, excess: Decimal) -> list[tuple[Record, int]]:
    """Take `excess` off the lines of one side, the last first."""
    kept: list[tuple[Record, int]] = []
    for line, sign in reversed(signed):
        cut = min(max(excess, ZERO), line["Amount"]) if sign == side else ZERO
        excess -= cut
        if line["Amount"] > cut:
            kept.append(({**line, "Amount": line["Amount"] - cut} if cut else line, sign))
    return kept[::-1]
