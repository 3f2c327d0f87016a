"""Accounts Receivable on a day: the conventions, in several currencies, and as laws."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.core.clock import SandboxClock
from sandbox.quickbooks.aged import aged_detail, aged_receivables
from sandbox.quickbooks.postings import balances
from sandbox.quickbooks.stand import QuickBooksStand
from sandbox.world import plan
from tests.sandbox.quickbooks.office import NOW, TODAY, WORLDLY

START = date(2026, 9, 1)
EUROPEAN = plan.Customer("iris", "Iris GmbH", currency="EUR")
LOCAL = plan.Customer("jade", "Jade Ltd")


def _invoice(key: str, customer: str, cents: int, on: date, currency: str = "GBP", rate: str = "1") -> plan.Invoice:
    return plan.Invoice(key, key, customer, on, None, currency, (plan.Line("work", cents),), rate=rate)


def _stand(books: plan.BooksPlan) -> tuple[QuickBooksStand, str]:
    stand = QuickBooksStand(SandboxClock(NOW, running=False))
    realm = stand.add_company(WORLDLY)
    stand.load(realm, books)
    return stand, realm


def _open(stand: QuickBooksStand, realm: str, on: date) -> dict[str, str]:
    keys = {record_id: key for key, (_, record_id) in stand.desks[realm].books.keys.items() if not key.startswith("c:")}
    documents = stand.truth(realm, on)["documents"]
    return {keys.get(record_id, record_id): row["open"] for record_id, row in documents.items()}


def test_an_application_counts_from_the_later_of_the_two_days() -> None:
    stand, realm = _stand(
        plan.BooksPlan(
            WORLDLY,
            (LOCAL,),
            (_invoice("late", "jade", 100_00, date(2026, 9, 20)),),
            payments=(plan.Payment("early", "jade", date(2026, 9, 10), "GBP", 60_00, (plan.Applied("late", 60_00),)),),
        )
    )
    assert _open(stand, realm, date(2026, 9, 9)) == {}
    assert _open(stand, realm, date(2026, 9, 10)) == {"early": "-60.00"}
    assert _open(stand, realm, date(2026, 9, 20)) == {"late": "40.00"}
    assert stand.truth(realm, date(2026, 9, 15))["control_account"] == "-60.00"


def test_each_document_stands_at_its_own_rate() -> None:
    stand, realm = _stand(
        plan.BooksPlan(
            WORLDLY,
            (EUROPEAN,),
            (_invoice("eur", "iris", 100_00, START, "EUR", "0.85"),),
            payments=(
                plan.Payment(
                    "part",
                    "iris",
                    START + timedelta(9),
                    "EUR",
                    70_00,
                    (plan.Applied("eur", 60_00),),
                    rate="0.87",
                ),
            ),
        )
    )
    truth = stand.truth(realm, TODAY)
    assert truth["control_account"] == "25.30"  # 40.00 at 0.85 less 10.00 at 0.87
    assert {row["open"] for row in truth["documents"].values()} == {"40.00", "-10.00"}
    desk = stand.desks[realm]
    ledger = balances(desk.books, desk.links, TODAY.isoformat())
    assert ledger[desk.books.roles["ar:EUR"]] == Decimal("25.30")
    assert ledger[desk.books.roles["exchange"]] == Decimal("-1.20")  # a gain on 60.00
    invoice = desk.books.need("Invoice", desk.books.keys["eur"][1])
    assert (invoice["HomeTotalAmt"], invoice["HomeBalance"]) == (Decimal("85.00"), Decimal("34.00"))
    accounts = desk.books.views["Account"](desk.books.need("Account", desk.books.roles["ar:EUR"]))
    assert accounts["CurrentBalance"] == 30


def test_a_refunded_credit_is_settled() -> None:
    note = plan.CreditNote(
        "cn", "CN", "jade", START, "GBP", (plan.Line("back", 50_00, 10_00),), refunded=40_00, applied=()
    )
    stand, realm = _stand(plan.BooksPlan(WORLDLY, (LOCAL,), credit_notes=(note,)))
    assert _open(stand, realm, TODAY) == {"cn": "-20.00"}
    assert stand.counts(realm)["Purchase"] == 1


def test_credits_go_to_the_oldest_debts_first() -> None:
    books = plan.BooksPlan(
        WORLDLY,
        (LOCAL,),
        (_invoice("old", "jade", 30_00, START), _invoice("new", "jade", 30_00, START + timedelta(20))),
        credit_notes=(plan.CreditNote("cn", "CN", "jade", START + timedelta(5), "GBP", (plan.Line("back", 40_00),)),),
    )
    stand, realm = _stand(books)
    desk = stand.desks[realm]
    keys = desk.books.keys
    line = [("30", "Invoice", "old"), ("30", "Invoice", "new"), ("40", "CreditMemo", "cn")]
    desk.writer.create(
        "Payment",
        {
            "CustomerRef": {"value": keys["jade"][1]},
            "TotalAmt": 20,
            "TxnDate": (START + timedelta(2)).isoformat(),
            "Line": [
                {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": keys[key][1], "TxnType": kind}]}
                for amount, kind, key in line
            ],
        },
    )
    assert stand.truth(realm, START + timedelta(4))["control_account"] == "10.00"
    assert _open(stand, realm, START + timedelta(5)).get("old") is None
    assert stand.truth(realm, TODAY)["documents"] == {}


def test_the_detail_report_of_several_currencies_is_in_each_documents_own() -> None:
    stand, realm = _stand(
        plan.BooksPlan(
            WORLDLY,
            (EUROPEAN, LOCAL),
            (_invoice("eur", "iris", 100_00, START, "EUR", "0.85"), _invoice("gbp", "jade", 10_00, START)),
        )
    )
    desk = stand.desks[realm]
    asked = {"report_date": TODAY.isoformat(), "columns": "txn_type,cust_name,currency,exch_rate,subt_open_bal"}
    report = aged_detail(desk.books, desk.links, asked, NOW)
    keys = [column["MetaData"][0]["Value"] for column in report["Columns"]["Column"]]
    assert keys == ["txn_type", "cust_name", "currency", "exch_rate", "foreign_open_bal"]
    (section, total) = report["Rows"]["Row"]
    rows = {tuple(cell["value"] for cell in row["ColData"]) for row in section["Rows"]["Row"]}
    assert rows == {("Invoice", "Iris GmbH", "EUR", "0.85", "100.00"), ("Invoice", "Jade Ltd", "GBP", "1", "10.00")}
    assert total["group"] == "GrandTotal"
    summary = aged_receivables(desk.books, desk.links, asked, NOW)["Rows"]["Row"][-1]["Summary"]["ColData"]
    assert summary[-1]["value"] == stand.truth(realm, TODAY)["control_account"] == "95.00"


DAYS = st.integers(0, 60).map(lambda days: START + timedelta(days))


@st.composite
def _books(draw: st.DrawFn) -> plan.BooksPlan:
    invoices, payments, notes = [], [], []
    for number in range(draw(st.integers(1, 6))):
        foreign = draw(st.booleans())
        customer, currency = ("iris", "EUR") if foreign else ("jade", "GBP")
        rate = draw(st.sampled_from(["0.81", "0.855", "0.9"])) if foreign else "1"
        total = draw(st.integers(1, 99_999))
        invoices.append(_invoice(f"i{number}", customer, total, draw(DAYS), currency, rate))
        paid = draw(st.integers(0, total))
        over = draw(st.integers(0, 500))
        if paid + over:
            applied = (plan.Applied(f"i{number}", paid),) if paid else ()
            other = draw(st.sampled_from(["0.8", "0.86"])) if foreign else "1"
            state = draw(st.sampled_from(["open", "open", "void", "deleted"]))
            payments.append(
                plan.Payment(
                    f"p{number}", customer, draw(DAYS), currency, paid + over, applied, rate=other, state=state
                )
            )
        if draw(st.booleans()):
            line = (plan.Line("back", draw(st.integers(1, 9_999))),)
            notes.append(plan.CreditNote(f"c{number}", f"C{number}", customer, draw(DAYS), currency, line, rate))
    return plan.BooksPlan(WORLDLY, (EUROPEAN, LOCAL), tuple(invoices), tuple(notes), tuple(payments))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(books=_books(), day=DAYS)
def test_the_ledger_the_documents_and_the_customers_agree(books: plan.BooksPlan, day: date) -> None:
    stand, realm = _stand(books)
    desk = stand.desks[realm]
    truth = stand.truth(realm, day)
    ledger = balances(desk.books, desk.links, day.isoformat())
    receivable = ledger.get(desk.books.roles["ar:GBP"], 0) + ledger.get(desk.books.roles["ar:EUR"], 0)
    assert Decimal(truth["control_account"]) == receivable == sum(map(Decimal, truth["customers"].values()))
    assert sum(ledger.values()) == 0
    forever = stand.truth(realm, date(2027, 1, 1))["documents"]
    for kind in ("Invoice", "CreditMemo", "Payment"):
        for record in desk.books.all(kind):
            left = record["UnappliedAmt" if kind == "Payment" else "Balance"]
            held = Decimal(forever.get(record["Id"], {"open": "0"})["open"])
            assert abs(held) == left
            assert left >= 0
