"""The account's own figures on a day."""

from __future__ import annotations

from tests.sandbox.stripe.business import TODAY, on
from tests.sandbox.stripe.conftest import Site


def test_the_balance_is_the_sum_of_all_nets(site: Site) -> None:
    rows = site.get("/v1/balance_transactions?limit=100")["data"]
    net = sum(row["net"] for row in rows)
    truth = site.stand.truth(site.tenant, TODAY)
    assert truth["control_account"] == truth["balance"]["GBP"] == f"{net / 100:.2f}"
    balance = site.get("/v1/balance")
    assert balance["available"][0]["amount"] + balance["pending"][0]["amount"] == net


def test_open_invoices_are_those_with_something_remaining(site: Site) -> None:
    documents = site.stand.truth(site.tenant, TODAY)["documents"]
    expected = {"parts": ("GBP", "2.50"), "open": ("USD", "70.00"), "credited": ("GBP", "6.00")}
    assert documents == {
        site.id(key): {"currency": currency, "open": left} for key, (currency, left) in expected.items()
    }


def test_an_earlier_day_is_as_it_was_then(site: Site) -> None:
    truth = site.stand.truth(site.tenant, on(4))
    opened = {document: values["open"] for document, values in truth["documents"].items()}
    assert opened == {
        site.id("whole"): "120.00",
        site.id("parts"): "12.00",
        site.id("over"): "50.00",
        site.id("open"): "70.00",
        site.id("credited"): "6.00",
    }
    assert truth["customers"][site.id("bob")] == {"GBP": "138.00"}
    assert site.stand.truth(site.tenant, on(5))["control_account"] == "118.00"
    assert site.stand.truth(site.tenant, on(8))["control_account"] == "43.51"


def test_the_same_over_http(site: Site) -> None:
    path = f"/_control/truth?tenant={site.tenant}&on={TODAY}"
    assert site.get(path) == site.stand.truth(site.tenant, TODAY)
    assert site.get(f"/_control/counts?tenant={site.tenant}") == site.stand.counts(site.tenant)
