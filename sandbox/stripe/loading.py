"""Takes the history of a StripePlan into an account, in the order of time, through the same acts as a live change.

Plan amounts are ISO 4217 minor units and are turned into Stripe's here. An invoice stands from five past midnight of
its day in the account's own zone, its due date at noon. History sends no webhooks; what happened in the last 30 days
stands in the events list, as at Stripe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from sandbox.core.records import Record
from sandbox.stripe.acts import crediting, customers, disputing, invoicing, ledger, paying_out, refunding, taking
from sandbox.stripe.books import Books, OffStripe
from sandbox.stripe.moments import NOON, Moments
from sandbox.stripe.money import from_iso
from sandbox.stripe.shapes.payments import Payer
from sandbox.world import plan

Step = tuple[int, int, Callable[[], None]]  # when, which first at the same moment, what


def load(books: Books, wanted: plan.StripePlan) -> None:
    """Everything in the plan, and only that. ValueError names the key of what Stripe could not hold."""
    _Loader(books, wanted).run()


class _Loader:
    def __init__(self, books: Books, wanted: plan.StripePlan) -> None:
        self.books = books
        self.plan = wanted
        self.charges = {charge.key: charge for charge in wanted.charges}
        self.invoices = {invoice.key: invoice for invoice in wanted.invoices}
        self.when = Moments(books, wanted)
        self.overpaid: set[plan.Key] = set()

    def run(self) -> None:
        announce, self.books.announce = self.books.announce, None
        try:
            with self.books.lock:
                for customer in self.plan.customers:
                    self._customer(customer)
                self._mark_overpaid()
                for invoice in sorted(self.plan.invoices, key=lambda one: one.issued_on):
                    self._invoice(invoice)
                for _, _, act in sorted(self._steps(), key=lambda step: step[:2]):
                    act()
                self._end_bad_debts()
                for customer in self.plan.customers:
                    if not customer.active:
                        customers.delete(self.books, self._record("customers", customer.key), self.books.now())
                ledger.ripen(self.books, tell=False)
        finally:
            self.books.announce = announce

    def _steps(self) -> Iterator[Step]:
        for charge in self.plan.charges:
            yield self.when.at(charge.at), 0, partial(self._charge, charge)
            for applied in charge.pays:
                if self.when.later(charge, applied):
                    yield self.when.attached(applied), 1, partial(self._attach, charge, applied)
        for credit in self.plan.balance_credits:
            yield self.when.at(credit.at), 2, partial(self._balance_credit, credit)
        for note in self.plan.credit_notes:
            yield self.when.noted(note), 3, partial(self._credit_note, note)
        for refund in self.plan.refunds:
            yield self.when.at(refund.at), 4, partial(self._refund, refund)
        for dispute in self.plan.disputes:
            yield self.when.at(dispute.at), 5, partial(self._dispute, dispute)
            if dispute.status in {"won", "lost"}:
                yield self.when.closed(dispute), 6, partial(self._close, dispute)
        for payout in self.plan.payouts:
            yield self.when.at(payout.left_at), 7, partial(self._payout, payout)
            if payout.status not in {"pending", "in_transit"}:
                yield self.when.ended(payout), 8, partial(self._end_payout, payout)

    # Who and what is owed

    def _customer(self, wanted: plan.Customer) -> None:
        at = self.when.born(wanted.key)
        currency = wanted.currency.lower() if wanted.currency else None
        self._know(wanted.key, customers.new(self.books, at, name=wanted.name, email=wanted.email, currency=currency))

    def _invoice(self, wanted: plan.Invoice) -> None:
        at = self.books.on(wanted.issued_on)
        currency = wanted.currency.lower()
        lines = [(row.description, from_iso(row.amount, currency), from_iso(row.tax, currency)) for row in wanted.lines]
        fields = [{"name": "PO Number", "value": wanted.po_number}] if wanted.po_number else None
        invoice = invoicing.draft(
            self.books,
            at,
            invoicing.Drafting(
                customer=self._record("customers", wanted.customer),
                currency=currency,
                lines=lines,
                number=wanted.number,
                due_date=self.books.on(wanted.due_on, NOON) if wanted.due_on else None,
                description=wanted.reference,
                custom_fields=fields,
                metadata=dict(wanted.metadata),
            ),
        )
        self._know(wanted.key, invoice)
        if wanted.key in self.overpaid:
            self.books.margins.overpaid.add(invoice["id"])
        if wanted.state == "deleted":
            invoicing.delete(self.books, invoice, at)
        elif wanted.state != "draft":
            invoicing.finalize(self.books, invoice, at, use_balance=False)
            if wanted.deposit:
                deposit = from_iso(wanted.deposit, currency)
                self.books.margins.off_stripe.setdefault(invoice["id"], []).append(OffStripe(at, deposit))
                invoicing.derive(self.books, invoice, at)
        if wanted.state == "void":
            invoicing.void(self.books, invoice, self.when.next_day(at))

    def _mark_overpaid(self) -> None:
        kinds = [credit for credit in self.plan.balance_credits if credit.kind == "invoice_overpaid"]
        self.overpaid = {credit.invoice for credit in kinds if credit.invoice}

    def _end_bad_debts(self) -> None:
        for wanted in self.plan.invoices:
            if wanted.state != "uncollectible":
                continue
            invoice = self._record("invoices", wanted.key)
            if invoice["status"] == "open":
                invoicing.mark_uncollectible(self.books, invoice, self.when.given_up(wanted))

    # Money in

    def _charge(self, wanted: plan.Charge) -> None:
        at = self.when.at(wanted.at)
        currency = wanted.currency.lower()
        payer = Payer(
            customer=self.books.external_id(wanted.customer) if wanted.customer else None,
            name=wanted.payer_name,
            email=wanted.payer_email,
            description=wanted.description,
            metadata=dict(wanted.metadata),
        )
        if wanted.off_stripe:
            self._off_stripe(wanted, payer, at)
            return
        pays = [applied for applied in wanted.pays if not self.when.later(wanted, applied)]
        settled = wanted.settled_currency.lower()
        charge = taking.take(
            self.books,
            at,
            taking.Taking(
                currency=currency,
                amount=from_iso(wanted.amount, currency),
                settled_currency=settled,
                settled=from_iso(wanted.settled, settled),
                fee=from_iso(wanted.fee, settled),
                payer=payer,
                method=wanted.method,
                status=wanted.status,
                pays=[(self.books.external_id(one.target), self._owed(one)) for one in pays],
            ),
        )
        self._know(wanted.key, charge)
        self.books.keys[f"{wanted.key}/intent"] = charge["payment_intent"]

    def _off_stripe(self, wanted: plan.Charge, payer: Payer, at: int) -> None:
        record = taking.report(
            self.books,
            at,
            currency=wanted.currency.lower(),
            amount=from_iso(wanted.amount, wanted.currency),
            payer=payer,
            display_name=wanted.method,
            reference=wanted.description,
        )
        self._know(wanted.key, record)
        for applied in wanted.pays:
            if not self.when.later(wanted, applied):
                self._attach(wanted, applied, at)

    def _attach(self, charge: plan.Charge, applied: plan.Applied, at: int | None = None) -> None:
        key = charge.key if charge.off_stripe else f"{charge.key}/intent"
        kind = "payment_record" if charge.off_stripe else "payment_intent"
        payment = self._record(f"{kind}s", key)
        invoice = self._record("invoices", applied.target)
        taking.attach(self.books, at or self.when.attached(applied), invoice, kind, payment, self._owed(applied))

    def _balance_credit(self, wanted: plan.BalanceCredit) -> None:
        at = self.when.at(wanted.at)
        currency = wanted.currency.lower()
        amount = from_iso(wanted.amount, currency)
        customer = self._record("customers", wanted.customer)
        invoice = self._record("invoices", wanted.invoice) if wanted.invoice else None
        if invoice and wanted.kind in {"applied_to_invoice", "unapplied_from_invoice"}:
            entry = invoicing.apply_balance(self.books, invoice, customer, at, amount, wanted.kind)
            invoicing.derive(self.books, invoice, at)
        else:
            entry = customers.book_credit(
                self.books,
                customer,
                at,
                currency=currency,
                amount=amount,
                kind=wanted.kind,
                invoice=invoice["id"] if invoice else None,
            )
        self._know(wanted.key, entry)

    # Money out

    def _credit_note(self, wanted: plan.CreditNote) -> None:
        if len({applied.target for applied in wanted.applied}) != 1:
            message = f"credit note {wanted.key} must name one invoice: at Stripe a credit note belongs to one"
            raise ValueError(message)
        at = self.when.noted(wanted)
        invoice = self._record("invoices", wanted.applied[0].target)
        currency = wanted.currency.lower()
        lines = [
            (row.description, from_iso(row.amount, currency), from_iso(row.tax, currency), None) for row in wanted.lines
        ]
        total = sum(amount + tax for _, amount, tax, _ in lines)
        post = total - min(total, invoice["amount_remaining"])
        out_of_band = from_iso(wanted.refunded, currency)
        if out_of_band > post:
            message = (
                f"credit note {wanted.key} refunds {out_of_band}, but {total - post} of it lowers what is due first"
            )
            raise ValueError(message)
        note = crediting.issue(
            self.books,
            invoice,
            at,
            crediting.Crediting(lines, wanted.number, out_of_band=out_of_band, to_balance=post - out_of_band),
        )
        self._know(wanted.key, note)
        if wanted.state in {"void", "deleted"}:
            crediting.void(self.books, note, self.when.next_day(at))

    def _refund(self, wanted: plan.Refund) -> None:
        charge = self._record("charges", wanted.charge)
        amount = from_iso(wanted.amount, charge["currency"])
        self._know(
            wanted.key, refunding.refund(self.books, charge, self.when.at(wanted.at), amount, status=wanted.status)
        )

    def _dispute(self, wanted: plan.Dispute) -> None:
        charge = self._record("charges", wanted.charge)
        settled = self.charges[wanted.charge].settled_currency
        amount, fee = from_iso(wanted.amount, charge["currency"]), from_iso(wanted.fee, settled)
        self._know(wanted.key, disputing.dispute(self.books, charge, self.when.at(wanted.at), amount, fee))

    def _close(self, wanted: plan.Dispute) -> None:
        disputing.close(self.books, self._record("disputes", wanted.key), self.when.closed(wanted), wanted.status)

    def _payout(self, wanted: plan.Payout) -> None:
        at = self.when.at(wanted.left_at)
        currency = wanted.currency.lower()
        sources = [self.books.keys.get(key, key) for key in wanted.carries]
        carries = [entry for entry in paying_out.of_sources(self.books, sources, at) if entry["currency"] == currency]
        missing = set(sources) - {entry["source"] for entry in carries}
        if missing:
            keys = sorted(key for key in wanted.carries if self.books.keys.get(key, key) in missing)
            message = f"payout {wanted.key} carries {', '.join(keys)}, which moved no {currency} before it left"
            raise ValueError(message)
        arrival = wanted.arrives_on
        record = paying_out.pay_out(
            self.books,
            at,
            currency=currency,
            carries=carries,
            arrival_date=int(datetime(arrival.year, arrival.month, arrival.day, tzinfo=UTC).timestamp()),
            automatic=wanted.automatic,
            status=wanted.status,
        )
        self._know(wanted.key, record)
        if wanted.status != "pending":
            paying_out.reconcile(self.books, record, at)

    def _end_payout(self, wanted: plan.Payout) -> None:
        ends = {"paid": paying_out.arrive, "failed": paying_out.fail, "canceled": paying_out.cancel}
        ends[wanted.status](self.books, self._record("payouts", wanted.key), self.when.ended(wanted))

    # Words

    def _know(self, key: plan.Key, record: Record) -> None:
        self.books.keys[key] = record["id"]

    def _record(self, kind: str, key: plan.Key) -> Record:
        return self.books.get(kind, self.books.external_id(key))

    def _owed(self, applied: plan.Applied) -> int:
        return from_iso(applied.amount, self.invoices[applied.target].currency)
