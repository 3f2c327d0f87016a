"""What else stands in a ledger and moves its receivables: credits, journals, deposits, cash sales, void and deleted papers."""

from __future__ import annotations

from dataclasses import replace

from sandbox.world import plan
from sandbox.world.entity import EntityDraft


def credit_notes(entity: EntityDraft) -> None:
    """Applied in part, applied whole, open, refunded, over two invoices, in a foreign currency, and void."""
    books = entity.books
    debt = entity.debt(issued_on=entity.ago(60, 100))
    client = entity.customer_of(debt)
    line = books.line("Goods returned", debt.total // 5)
    amount = line[0].amount + line[0].tax
    books.credit(client, entity.after(debt.issued_on, 4, 9), line, [(debt, amount // 2)])
    debt = entity.debt(issued_on=entity.ago(90, 130))
    books.credit(entity.customer_of(debt), entity.after(debt.issued_on, 2, 6), debt.lines, [(debt, debt.total)])
    for days in (8, 70):
        books.credit(entity.next_client(), entity.ago(days), books.line("Goodwill", 6_250 + days))
    line = books.line("Cancelled order", 21_000)
    books.credit(entity.next_client(), entity.ago(50), line, refunded=line[0].amount + line[0].tax)
    client = entity.next_client()
    debts = [entity.debt(client, issued_on=entity.ago(40, 70)) for _ in range(2)]
    line = books.line("Rebate", 8_800)
    half = (line[0].amount + line[0].tax) // 2
    books.credit(client, entity.ago(30), line, [(debt, half) for debt in debts])
    payer = entity.foreign[0]
    debt = entity.debt(payer, issued_on=entity.ago(45, 60))
    line = books.line("Damaged in transit", 3_000)
    books.credit(payer, entity.after(debt.issued_on, 5, 9), line, [(debt, line[0].amount + line[0].tax)])
    books.credit(entity.next_client(), entity.ago(33), books.line("Made by mistake", 4_400), state="void")


def papers(entity: EntityDraft) -> None:
    """Draft, void and deleted invoices, and payments that were void or deleted: their invoices are owed again."""
    for state in ("draft", "draft", "void", "void", "deleted"):
        entity.debt(state=state)
    for state in ("void", "deleted"):
        debt = entity.debt(issued_on=entity.ago(60, 80))
        client, on = entity.customer_of(debt), entity.ago(30, 50)
        entity.books.pay(client, on, [(debt, debt.total)], state=state, reference="bounced", method="Bank transfer")


def cash(entity: EntityDraft) -> None:
    """Money in and out that pays no invoice."""
    books = entity.books
    for number in range(6):
        amount = entity.chance.randint(2_000, 30_000)
        client = entity.next_client().key if number % 2 else None
        books.move(
            "sale",
            entity.ago(5 + 30 * number, 25 + 30 * number),
            amount,
            customer=client,
            reference=f"Till {number + 1}",
        )
    books.move("receive", entity.ago(20), 1_204, reference="Interest")
    books.move("receive", entity.ago(95), 88_150, reference="Tax refund")
    books.move("spend", entity.ago(33), 4_900, reference="Bank charges")


def american(entity: EntityDraft) -> None:
    """What only QuickBooks can hold: AR journals, grouped deposits, deposits on invoices, purchases and deposits on AR."""
    books = entity.books
    opening = books.journal(entity.next_client(), entity.ago(200), 64_000, "Opening balance")
    client = books.customers[opening.customer]
    books.pay(client, entity.ago(120), [(opening, 24_000)], reference="against opening balance")
    books.journal(entity.next_client(), entity.ago(110), 31_500, "Reclassified from suspense")
    books.journal(entity.next_client(), entity.ago(75), -12_000, "Write-down agreed by phone")
    for share in (4, 3, 2):
        lines = books.lines(30_000, 200_000)
        total = sum(line.amount + line.tax for line in lines)
        entity.debt(lines=lines, deposit=total // share)
    _deposits(entity)
    client = entity.next_client()
    books.move("ar_purchase", entity.ago(28), 5_500, customer=client.key, reference="Refund of overpayment")
    for days in (40, 130):
        client = entity.next_client()
        books.move(
            "refund_receipt", entity.ago(days), 7_300 + days, customer=client.key, reference="Returned at the till"
        )


def _deposits(entity: EntityDraft) -> None:
    books = entity.books
    for number in range(6):
        on = entity.ago(15 + 30 * number)
        keys = []
        for _ in range(2 + number % 2):
            client = entity.next_client()
            debt = entity.debt(client, issued_on=entity.ago(50 + 30 * number, 70 + 30 * number))
            payment = books.pay(
                client, on, [(debt, debt.total)], account="undeposited", method="Check", reference=debt.number
            )
            keys.append(payment.key)
        fee = 1_250 if number % 2 else 0
        deposit = plan.Deposit(books.key("dep"), on, books.home, tuple(keys), fee=fee)
        if number == 2:
            deposit = replace(deposit, other=4_200)
        if number == 4:
            deposit = replace(deposit, ar_customer=entity.next_client().key, ar_amount=18_900)
        books.deposits.append(deposit)
    debt = entity.debt(issued_on=entity.ago(30, 40))
    # Taken in, not yet brought to the bank.
    books.pay(entity.customer_of(debt), entity.ago(2), [(debt, debt.total)], account="undeposited", method="Check")
