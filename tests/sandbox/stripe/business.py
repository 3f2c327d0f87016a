"""One small account in which everything that Stripe knows happens once."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sandbox.world import plan

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()
ACME = plan.Company("acme", "Acme Ltd", "GB", "GBP", "Europe/London")


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def on(day: int) -> date:
    return date(2026, 11, day)


PLAN = plan.StripePlan(
    ACME,
    customers=(
        plan.Customer("bob", "Bob Ltd", "bob@bob.example", "GBP"),
        plan.Customer("eve", "Eve", None, "USD"),
        plan.Customer("gone", "Gone Ltd", active=False),
    ),
    invoices=(
        plan.Invoice(
            "whole",
            "A-1",
            "bob",
            on(1),
            on(30),
            "GBP",
            (plan.Line("Work", 10000, 2000),),
            po_number="PO 7",
            reference="Jan",
        ),
        plan.Invoice(
            "parts", "A-2", "bob", on(2), None, "GBP", tuple(plan.Line(f"Line {number}", 100) for number in range(12))
        ),
        plan.Invoice("over", "A-3", "eve", on(3), None, "USD", (plan.Line("Work", 5000),)),
        plan.Invoice("void", "A-4", "eve", on(3), None, "USD", (plan.Line("Work", 5000),), state="void"),
        plan.Invoice("draft", "A-5", "eve", on(3), None, "USD", (plan.Line("Work", 5000),), state="draft"),
        plan.Invoice("open", "A-6", "eve", on(4), on(18), "USD", (plan.Line("Work", 7000),)),
        plan.Invoice(
            "bad", "A-7", "eve", date(2026, 6, 1), None, "USD", (plan.Line("Work", 900),), state="uncollectible"
        ),
        plan.Invoice("deleted", "A-8", "eve", on(4), None, "USD", (plan.Line("Work", 1),), state="deleted"),
        plan.Invoice("credited", "A-9", "bob", on(4), None, "GBP", (plan.Line("Work", 1000),)),
    ),
    charges=(
        plan.Charge("card", at(5), "GBP", 12000, "GBP", 12000, 200, "bob", pays=(plan.Applied("whole", 12000),)),
        plan.Charge("part", at(6), "GBP", 500, "GBP", 500, 20, "bob", pays=(plan.Applied("parts", 500),)),
        plan.Charge(
            "bank",
            at(7),
            "USD",
            6000,
            "GBP",
            4501,
            150,
            "eve",
            method="us_bank_account",
            pays=(plan.Applied("over", 6000),),
        ),
        plan.Charge(
            "cheque",
            at(8),
            "GBP",
            300,
            "GBP",
            300,
            0,
            "bob",
            description="BACS 1",
            off_stripe=True,
            pays=(plan.Applied("parts", 300),),
        ),
        plan.Charge(
            "stranger", at(12), "GBP", 990, "GBP", 990, 44, payer_name="A. Stranger", description="Invoice A-6"
        ),
        plan.Charge("pending", at(21), "GBP", 700, "GBP", 700, 10, "bob", status="pending", method="bacs_debit"),
        plan.Charge("failed", at(13), "GBP", 800, "GBP", 800, 10, "bob", status="failed"),
    ),
    refunds=(plan.Refund("back-1", "bank", at(9), 2999), plan.Refund("back-2", "bank", at(9, 11), 3001)),
    disputes=(
        plan.Dispute("won", "card", at(10), 12000, 1500, "won"),
        plan.Dispute("waiting", "stranger", at(14), 990, 1500),
    ),
    credit_notes=(
        plan.CreditNote(
            "less", "CN-1", "bob", on(9), "GBP", (plan.Line("Less", 150),), applied=(plan.Applied("parts", 150),)
        ),
    ),
    balance_credits=(
        plan.BalanceCredit("credit", "bob", at(3), "GBP", -1000),
        plan.BalanceCredit("used", "bob", at(4, 14), "GBP", 400, "applied_to_invoice", "credited"),
    ),
    payouts=(
        plan.Payout("first", at(8), on(10), "GBP", ("card", "part")),
        plan.Payout("returned", at(11), on(12), "GBP", ("bank", "back-1", "back-2", "won"), status="failed"),
        plan.Payout("by-hand", at(15), on(17), "GBP", ("stranger",), automatic=False),
    ),
)
