"""Is a plan in itself possible? Every reference resolves, nothing is allocated twice, the truth says all it must."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from sandbox.world import plan

_Owned = plan.Invoice | plan.CreditNote | plan.Payment | plan.ArJournal
_DEAD = frozenset({"draft", "void", "deleted"})


def problems(entity: plan.EntityPlan) -> list[str]:
    """One sentence for each thing that cannot be; empty for a good plan."""
    return [
        *_keys(entity),
        *_references(entity.books),
        *_ledger_amounts(entity.books),
        *_stripe_amounts(entity.stripe),
        *_payouts(entity.stripe),
        *_truth(entity),
    ]


def _keys(entity: plan.EntityPlan) -> Iterator[str]:
    books, stripe = entity.books, entity.stripe
    ledger: tuple[list[str], ...] = (
        [item.key for item in books.invoices],
        [item.key for item in books.credit_notes],
        [item.key for item in books.payments],
        [item.key for item in books.journals],
        [item.key for item in books.deposits],
        [item.key for item in books.moves],
        [item.key for item in books.transfers],
    )
    processor: tuple[list[str], ...] = (
        [item.key for item in stripe.invoices],
        [item.key for item in stripe.credit_notes],
        [item.key for item in stripe.charges],
        [item.key for item in stripe.refunds],
        [item.key for item in stripe.disputes],
        [item.key for item in stripe.balance_credits],
        [item.key for item in stripe.payouts],
    )
    people = ([customer.key for customer in books.customers], [customer.key for customer in stripe.customers])
    for group in (list(chain(*ledger)), list(chain(*processor)), *people):
        yield from (f"{key} is there {count} times" for key, count in Counter(group).items() if count > 1)
    for key, count in Counter(invoice.number for invoice in books.invoices).items():
        if count > 1:
            yield f"invoice number {key} is there {count} times"


def _references(books: plan.BooksPlan) -> Iterator[str]:
    customers = {customer.key: customer for customer in books.customers}
    owned: tuple[_Owned, ...] = (*books.invoices, *books.credit_notes, *books.payments, *books.journals)
    for item in owned:
        customer = customers.get(item.customer)
        if customer is None:
            yield f"{item.key} names the customer {item.customer}, who is not there"
        elif customer.currency not in {None, item.currency}:
            yield f"{item.key} is in {item.currency}; its customer's currency is {customer.currency}"
    rates = {(day, currency): rate for day, currency, rate in books.rates}
    home = books.company.home_currency
    documents: tuple[plan.Invoice | plan.CreditNote, ...] = (*books.invoices, *books.credit_notes)
    for document in documents:
        expected = (
            "1" if document.currency == home else rates.get((document.issued_on.replace(day=1), document.currency))
        )
        if document.rate != expected:
            yield f"{document.key} has the rate {document.rate}; its day has {expected}"
    payments = {
        payment.key for payment in books.payments if payment.account == "undeposited" and payment.state == "open"
    }
    for deposit in books.deposits:
        missing = [key for key in deposit.payments if key not in payments]
        if missing:
            yield f"{deposit.key} groups {missing}, which are not undeposited"
        payments -= set(deposit.payments)


def _ledger_amounts(books: plan.BooksPlan) -> Iterator[str]:
    open_: dict[str, int] = {
        invoice.key: 0 if invoice.state in _DEAD else invoice.total - invoice.deposit for invoice in books.invoices
    }
    open_ |= {journal.key: max(journal.amount, 0) for journal in books.journals}
    debts: tuple[plan.Invoice | plan.ArJournal, ...] = (*books.invoices, *books.journals)
    owner = {item.key: (item.customer, item.currency) for item in debts}
    for payment in books.payments:
        if payment.state == "open":
            yield from _spend(open_, owner, payment.key, (payment.customer, payment.currency), payment.applied)
            yield from _covers(payment.key, payment.amount, payment.applied)
    for note in books.credit_notes:
        if note.state == "open":
            yield from _spend(open_, owner, note.key, (note.customer, note.currency), note.applied)
            yield from _covers(note.key, note.total - note.refunded, note.applied)
    yield from (f"{key} is overspent by {-left}" for key, left in open_.items() if left < 0)


def _stripe_amounts(stripe: plan.StripePlan) -> Iterator[str]:
    customers = {customer.key for customer in stripe.customers}
    invoices = {invoice.key: invoice for invoice in stripe.invoices}
    open_ = {key: 0 if invoice.state in _DEAD else invoice.total for key, invoice in invoices.items()}
    owner = {key: (invoice.customer, invoice.currency) for key, invoice in invoices.items()}
    owned: tuple[plan.Invoice | plan.CreditNote | plan.BalanceCredit, ...] = (
        *stripe.invoices,
        *stripe.credit_notes,
        *stripe.balance_credits,
    )
    for named in owned:
        if named.customer not in customers:
            yield f"{named.key} names the customer {named.customer}, who is not there"
    for charge in stripe.charges:
        if charge.customer is not None and charge.customer not in customers:
            yield f"{charge.key} names the customer {charge.customer}, who is not there"
        if charge.status == "succeeded":
            payer = (charge.customer or "", charge.currency)
            yield from _spend(open_, owner, charge.key, payer, charge.pays)
            yield from _covers(charge.key, charge.amount, charge.pays)
    for note in stripe.credit_notes:
        yield from _spend(open_, owner, note.key, (note.customer, note.currency), note.applied)
    for credit in stripe.balance_credits:
        if credit.invoice is not None:
            used = (plan.Applied(credit.invoice, credit.amount),)
            yield from _spend(open_, owner, credit.key, (credit.customer, credit.currency), used)
    yield from (f"{key} is overspent by {-left}" for key, left in open_.items() if left < 0)


def _spend(
    open_: dict[str, int],
    owner: dict[str, tuple[str, str]],
    source: str,
    payer: tuple[str, str],
    applied: Iterable[plan.Applied],
) -> Iterator[str]:
    for part in applied:
        if part.target not in open_:
            yield f"{source} pays {part.target}, which is not there"
        elif owner[part.target] != payer:
            yield f"{source} of {payer} pays {part.target} of {owner[part.target]}"
        else:
            open_[part.target] -= part.amount


def _covers(source: str, amount: int, applied: Iterable[plan.Applied]) -> Iterator[str]:
    spent = sum(part.amount for part in applied)
    if spent > amount:
        yield f"{source} of {amount} pays {spent}"


def _payouts(stripe: plan.StripePlan) -> Iterator[str]:
    moments = {
        charge.key: charge.at for charge in stripe.charges if charge.status == "succeeded" and not charge.off_stripe
    }
    backs: tuple[plan.Refund | plan.Dispute, ...] = (*stripe.refunds, *stripe.disputes)
    for item in backs:
        moments[item.key] = item.at
        if item.charge not in moments:
            yield f"{item.key} takes back {item.charge}, which did not succeed"
        elif item.at <= moments[item.charge]:
            yield f"{item.key} takes back {item.charge} before it came"
    carried: Counter[str] = Counter()
    for payout in stripe.payouts:
        carried.update(payout.carries)
        yield from (f"{payout.key} carries {key}, which is not there" for key in payout.carries if key not in moments)
        late = [key for key in payout.carries if key in moments and moments[key] >= payout.left_at]
        yield from (f"{payout.key} left before {key}" for key in late)
    yield from (f"{key} is carried {count} times" for key, count in carried.items() if count > 1)


def _truth(entity: plan.EntityPlan) -> Iterator[str]:
    told, cases = dict(entity.truth), dict(entity.cases)
    unapplied = {
        payment.key
        for payment in entity.books.payments
        if payment.state == "open" and sum(part.amount for part in payment.applied) < payment.amount
    }
    wanted = unapplied | {charge.key for charge in entity.stripe.charges}
    yield from (f"{key} has no truth" for key in sorted(wanted - told.keys()))
    yield from (f"{key} has a truth and is not to be matched" for key in sorted(told.keys() - wanted))
    yield from (f"{key} has a truth and no case" for key in sorted(told.keys() ^ cases.keys()))
    twins = {invoice.mirror_of for invoice in entity.books.invoices}
    targets = {invoice.key for invoice in entity.books.invoices}
    targets |= {invoice.key for invoice in entity.stripe.invoices if invoice.key not in twins}
    amounts = {charge.key: charge.amount for charge in entity.stripe.charges}
    amounts |= {payment.key: payment.amount for payment in entity.books.payments}
    for key, applied in told.items():
        yield from _covers(key, amounts.get(key, 0), applied)
        yield from (f"{key} truly pays {part.target}, no such debt" for part in applied if part.target not in targets)
