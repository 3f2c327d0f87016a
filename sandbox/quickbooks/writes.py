"""Writing: create, update, void, delete; the token check, the closed books, and what a write moves in linked records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.quickbooks.autoapply import apply_by_itself
from sandbox.quickbooks.books import Books
from sandbox.quickbooks.customers import build_customer
from sandbox.quickbooks.entries import build_deposit, build_journal, build_purchase, build_transfer
from sandbox.quickbooks.faults import UNSUPPORTED, Refusal, missing, period_closed, stale
from sandbox.quickbooks.fields import READ_ONLY
from sandbox.quickbooks.forms import build_form
from sandbox.quickbooks.items import rate_of
from sandbox.quickbooks.kinds import KINDS
from sandbox.quickbooks.links import Links
from sandbox.quickbooks.payments import build_payment, without
from sandbox.quickbooks.wire import ZERO, Record, rounded

Builder = Callable[[Books, Links, str, Record, Record | None], Record]
_BUILDERS: dict[str, Builder] = {
    "Customer": build_customer,
    "Invoice": build_form,
    "CreditMemo": build_form,
    "SalesReceipt": build_form,
    "RefundReceipt": build_form,
    "Payment": build_payment,
    "Deposit": build_deposit,
    "JournalEntry": build_journal,
    "Purchase": build_purchase,
    "Transfer": build_transfer,
}
DEPOSITED = "6540"
VOIDED = "Voided"
_WORKED_OUT = frozenset({"TotalAmt", "Balance", "HomeTotalAmt", "HomeBalance", "RemainingCredit", "UnappliedAmt"})


@dataclass
class Writer:
    """Every method runs under the books' lock and returns the record as it stands afterwards. Refusal says why not.

    Names and shapes of the fields are checked before, in fields.py. `at` writes history (seconds since 1970) and is
    left out for a write of this moment.
    """

    books: Books
    links: Links

    def create(self, kind: str, body: Record, at: int | None = None) -> Record:
        with self.books.lock:
            record = _BUILDERS[kind](self.books, self.links, kind, _given(body), None)
            if at is None:
                self._check_period(record)
            written = self.books.add(kind, record, at)
            self._spread(kind, None, written, at)
            return apply_by_itself(self, written) if kind == "Invoice" and at is None else written

    def update(self, kind: str, body: Record, at: int | None = None) -> Record:
        """Full or sparse. Lines go all or none: those that a full update or a given `Line` does not name are gone."""
        with self.books.lock:
            old = self._current(kind, body)
            merged = {**_own_fields(old), **_given(body)} if body.get("sparse") else _given(body)
            if kind == "Customer" and "CurrencyRef" not in merged:
                merged["CurrencyRef"] = old["CurrencyRef"]
            record = _BUILDERS[kind](self.books, self.links, kind, merged, old)
            if at is None:
                self._check_period(old)
                self._check_period(record)
            self._check_deposited(old, record)
            written = self.books.replace(kind, {**record, **_identity(old)}, at)
            self._spread(kind, old, written, at)
            return written

    def void(self, kind: str, body: Record, at: int | None = None) -> Record:
        """Amounts to 0, "Voided" into the note, links dropped; the record itself stays."""
        if not KINDS[kind].voidable:
            raise Refusal(UNSUPPORTED, f"Operation void is not supported for {kind}.")
        with self.books.lock:
            old = self._current(kind, body)
            if at is None:
                self._check_period(old)
            self._check_deposited(old, None)
            self._release(old, at)
            old = self.books.need(kind, old["Id"])
            written = self.books.replace(kind, _voided(kind, old), at, "void")
            self._spread(kind, old, written, at)
            return written

    def delete(self, kind: str, body: Record, at: int | None = None) -> Record:
        """Returns what stood there."""
        if not KINDS[kind].transaction:
            raise Refusal(UNSUPPORTED, f"Operation delete is not supported for {kind}.")
        with self.books.lock:
            old = self._current(kind, body)
            if at is None:
                self._check_period(old)
            self._check_deposited(old, None)
            self._release(old, at)
            old = self.books.need(kind, old["Id"])
            self.books.remove(kind, old["Id"], at)
            self._spread(kind, old, None, at)
            return old

    def _current(self, kind: str, body: Record) -> Record:
        record_id, token = body.get("Id"), body.get("SyncToken")
        if record_id in (None, ""):
            raise missing("Id")
        old = self.books.need(kind, str(record_id))
        if token in (None, ""):
            raise missing("SyncToken")
        if str(token) != old["SyncToken"]:
            raise stale(kind, old["Id"])
        return old

    def _check_period(self, record: Record) -> None:
        closed = self.books.close_date()
        if closed is not None and "TxnDate" in record and record["TxnDate"] <= closed:
            raise period_closed(closed)

    def _check_deposited(self, old: Record, new: Record | None) -> None:
        """What lies in a deposit keeps its amount, date and account until the deposit is gone."""
        if not any(linked["TxnType"] == "Deposit" for linked in old.get("LinkedTxn", ())):
            return
        same = ("TotalAmt", "DepositToAccountRef")
        if new is None or any(new.get(name) != old.get(name) for name in same):
            detail = (
                f"Deposited Transaction cannot be changed : {old['Id']} is in a deposit; take the deposit away first."
            )
            raise Refusal(DEPOSITED, detail)

    # -- what a write moves in other records -------------------------------------------------------------------------

    def _release(self, old: Record, at: int | None) -> None:
        """Payments let go of a transaction that is about to be voided or deleted, and hold the money unapplied."""
        for payer in self.links.payers(old["Id"]):
            payment = self.books.need("Payment", payer)
            freed = self.books.replace("Payment", without(payment, self.links, old["Id"]), at)
            self._spread("Payment", payment, freed, at)

    def _spread(self, kind: str, old: Record | None, new: Record | None, at: int | None) -> None:
        if kind == "Payment":
            for txn in _linked(old) | _linked(new):
                self._settle(txn, at)
        elif kind == "Deposit":
            self._group(old, new, at)

    def _settle(self, txn: str, at: int | None) -> None:
        """Balance and links of an invoice or credit memo after a payment changed."""
        invoice = self.books.get("Invoice", txn)
        if invoice is not None:
            used = self.links.used((txn, ""))
            balance = invoice["TotalAmt"] - invoice["Deposit"] - used
            links = [{"TxnId": payer, "TxnType": "Payment"} for payer in self.links.payers(txn)]
            self._rebalance("Invoice", invoice, {"Balance": balance, "LinkedTxn": links}, at)
        memo = self.books.get("CreditMemo", txn)
        if memo is not None:
            left = memo["TotalAmt"] - self.links.used((txn, ""))
            self._rebalance("CreditMemo", memo, {"Balance": left, "RemainingCredit": left}, at)

    def _rebalance(self, kind: str, record: Record, fresh: Record, at: int | None) -> None:
        changed = {**record, **fresh}
        if "HomeBalance" in record:
            changed["HomeBalance"] = rounded(fresh["Balance"] * rate_of(record), self.books.home)
        if not changed.get("LinkedTxn"):
            changed.pop("LinkedTxn", None)
        self.books.replace(kind, changed, at)

    def _group(self, old: Record | None, new: Record | None, at: int | None) -> None:
        """Payments and sales receipts name the deposit that holds them."""
        before, after = _members(old), _members(new)
        for kind, txn in sorted(before ^ after):
            record = self.books.get(kind, txn)
            if record is None:
                continue
            fresh = {name: value for name, value in record.items() if name != "LinkedTxn"}
            if new is not None and (kind, txn) in after:
                fresh["LinkedTxn"] = [{"TxnId": new["Id"], "TxnType": "Deposit"}]
            self.books.replace(kind, fresh, at)


def _given(body: Record) -> Record:
    return {name: value for name, value in body.items() if name not in READ_ONLY}


def _own_fields(old: Record) -> Record:
    """What a sparse update leaves as it was; the worked-out fields are worked out again."""
    kept = {name: value for name, value in old.items() if name not in READ_ONLY}
    return {name: value for name, value in kept.items() if name not in _WORKED_OUT - {"TotalAmt"}}


def _identity(old: Record) -> Record:
    return {name: old[name] for name in ("domain", "sparse", "Id", "SyncToken", "MetaData")}


def _linked(payment: Record | None) -> set[str]:
    return {linked["TxnId"] for line in (payment or {}).get("Line", ()) for linked in line.get("LinkedTxn", ())}


def _members(deposit: Record | None) -> set[tuple[str, str]]:
    lines = (deposit or {}).get("Line", ())
    return {(linked["TxnType"], linked["TxnId"]) for line in lines for linked in line.get("LinkedTxn", ())}


def _voided(kind: str, record: Record) -> Record:
    fresh = {name: value for name, value in record.items() if name != "LinkedTxn"}
    note = record.get("PrivateNote")
    fresh["PrivateNote"] = f"{VOIDED} - {note}" if note else VOIDED
    for name in (*_WORKED_OUT, "Amount", "Deposit"):
        if name in fresh:
            fresh[name] = ZERO
    fresh["Line"] = [] if kind == "Payment" else [_zeroed(line) for line in record.get("Line", ())]
    if kind == "Transfer":
        del fresh["Line"]
    if "TxnTaxDetail" in fresh:
        lines = [{**line, "Amount": ZERO} for line in fresh["TxnTaxDetail"].get("TaxLine", ())]
        fresh["TxnTaxDetail"] = {**fresh["TxnTaxDetail"], "TotalTax": ZERO, "TaxLine": lines}
    return fresh


def _zeroed(line: Record) -> Record:
    fresh = {**line, "Amount": ZERO}
    detail = line.get("SalesItemLineDetail")
    if detail and "Qty" in detail:
        fresh["SalesItemLineDetail"] = {**detail, "Qty": ZERO}
    return fresh
