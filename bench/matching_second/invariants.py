"""What the contract of the files promises whatever the answer is; each breach is one sentence."""

from __future__ import annotations

from collections import defaultdict

from bench.matching_second.read import Answer, Row, minor

STATUSES = frozenset({"matched", "partly_matched", "suggested", "duplicate", "payout", "reversal", "unmatched"})
MOST_PROPOSALS = 5
CLOSED = frozenset({"void", "draft", "uncollectible", "disputed", "paid"})


def broken(invoices: dict[str, Row], receipts: dict[str, Row], given: dict[str, Answer]) -> list[str]:
    found = [f"{each}: no row in receipts.csv" for each in receipts if each not in given]
    found += [f"{each}: a receipt nobody gave" for each in given if each not in receipts]
    for receipt, answer in given.items():
        if receipt in receipts:
            found += [f"{receipt}: {each}" for each in _one(invoices, receipts[receipt], answer)]
    return found + _spent(invoices, given)


def _one(invoices: dict[str, Row], receipt: Row, answer: Answer) -> list[str]:
    """A receipt by itself."""
    found = []
    if answer.status not in STATUSES:
        found.append(f"status {answer.status}")
    if len(answer.proposals) > MOST_PROPOSALS or sorted(answer.proposals) != list(range(1, len(answer.proposals) + 1)):
        found.append(f"ranks {sorted(answer.proposals)}")
    auto = answer.automatic
    if (auto is not None) != (answer.status in {"matched", "partly_matched"}):
        found.append(f"status {answer.status} with {'an' if auto else 'no'} automatic proposal")
    if (answer.status == "suggested") and not answer.proposals:
        found.append("suggested with no proposal")
    if any(not 0 <= each.confidence <= 1 for each in answer.proposals.values()):
        found.append("confidence beyond 0..1")
    found += _money(invoices, receipt, answer)
    if auto:
        found += [_misuse(invoices[invoice], receipt) for invoice, _ in auto.parts]
    return [each for each in found if each]


def _money(invoices: dict[str, Row], receipt: Row, answer: Answer) -> list[str]:
    """What is applied and what is left make the receipt."""
    found, auto = [], answer.automatic
    amount = minor(receipt["amount"], receipt["currency"])
    for each in answer.proposals.values():
        if all(invoices[invoice]["currency"] == receipt["currency"] for invoice, _ in each.parts):
            applied = sum(part for _, part in each.parts)
            if applied > max(amount, 0):
                found.append(f"applies {applied} of {amount}")
            if each.automatic and abs(applied + answer.unapplied - amount) > 1:
                found.append(f"applies {applied}, leaves {answer.unapplied}, of {amount}")
    if auto and answer.status == "matched" and answer.unapplied:
        found.append(f"matched with {answer.unapplied} left")
    if not auto and answer.unapplied not in {amount, 0}:
        found.append(f"nothing applied, {answer.unapplied} of {amount} left")
    return found


def _misuse(invoice: Row, receipt: Row) -> str:
    if (invoice["status"] or "open") in CLOSED:
        return f"automatic on a {invoice['status']} document"
    if invoice["issue_date"] > receipt["received_date"]:
        return "automatic on an invoice of a later day"
    return ""


def _spent(invoices: dict[str, Row], given: dict[str, Answer]) -> list[str]:
    """Nothing beyond the open amount, by what is automatic and by the best suggestions together."""
    posted: dict[str, int] = defaultdict(int)
    claimed: dict[str, int] = defaultdict(int)
    for answer in given.values():
        for rank, proposal in answer.proposals.items():
            for invoice, part in proposal.parts:
                posted[invoice] += part if proposal.automatic else 0
                claimed[invoice] += part if rank == 1 else 0
    found = []
    for word, spent in (("posted", posted), ("claimed by best proposals", claimed)):
        for key, amount in spent.items():
            row = invoices[key]
            opened = minor(row["open_amount"], row["currency"])
            low, high = (-opened, 0) if row["kind"] == "credit_note" else (0, opened)
            if not low <= amount <= high:
                found.append(f"{key}: {amount} {word}, {opened} open")
    return found
