"""Uploading a statement: what is refused, what is shown, what comes in, once, and how it goes back."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from store.tables.matching import receipts
from tests.connectors.statement import writing
from tests.connectors.statement.writing import Row, Sheet
from tests.webapp.site import Site, Visitor
from tests.webapp.test_browser import complaints, sign_in

DAY = date(2026, 11, 2)
ROWS = [
    Row(DAY, 120_00, "Ada Smith Ltd", "GB33BUKB20201555555555", "INV-204", "E2E-1", "1001"),
    Row(DAY, -4_50, "Bank", "", "Fee", "", "1002"),
]
STATEMENT = writing.camt(Sheet(ROWS, currency="GBP"))


def bank_receipts(site: Site) -> int:
    with site.app.database.read() as connection:
        query = select(func.count()).select_from(receipts).where(receipts.c.source == "bank")
        return int(connection.execute(query).scalar_one())


def put(visitor: Visitor, data: bytes, name: str = "march.xml") -> str:
    """Uploads a file; gives the address that it leads to."""
    answer = visitor.post("/statements/", page="/statements/", files={"file": (name, data)})
    assert answer.status_code == 303, answer.text[:3000]
    return str(answer.headers["Location"])


def test_a_file_is_shown_before_it_comes_in_and_comes_in_once(site: Site) -> None:
    owner = site.signed_in()
    first = put(owner, STATEMENT)
    shown = owner.shown(first)
    assert "2 new, 0 known" in shown
    assert "Ada Smith Ltd" in shown
    assert writing.IBAN not in owner.get(first).text
    assert bank_receipts(site) == 0
    assert owner.post(f"{first}/import", page=first).status_code == 303
    assert bank_receipts(site) == 1
    second = put(owner, STATEMENT)
    owner.post(f"{second}/import", page=second)
    assert "0 new, 2 known" in owner.shown(second)
    assert bank_receipts(site) == 1


def test_an_import_goes_back(site: Site) -> None:
    owner = site.signed_in()
    address = put(owner, STATEMENT)
    owner.post(f"{address}/import", page=address)
    owner.post(f"{address}/undo", page=address)
    assert bank_receipts(site) == 0
    assert "Taken back" in owner.shown("/statements/")
    assert "taken back: 2 lines" in owner.shown("/history")


def test_what_cannot_be_read_is_refused_in_a_sentence(site: Site) -> None:
    owner = site.signed_in()
    bombs = io.BytesIO()
    with zipfile.ZipFile(bombs, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.xml", b"<" + b" " * (130 * 1024 * 1024))
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><Document>camt.053.001.08</Document>'
    for data, sentence in (
        (b"%PDF-1.7", "is a PDF"),
        (laughs, "declares a document type"),
        (bombs.getvalue(), "unpacks to more than 128 MB"),
        (writing.camt(Sheet(ROWS), message="054"), "Import the camt.053"),
        (b"nothing", "no statement that is known here"),
    ):
        answer = owner.post("/statements/", page="/statements/", files={"file": ("f", data)})
        assert answer.status_code == 400
        assert sentence in answer.text


def test_more_than_a_form_may_be_uploaded(site: Site) -> None:
    rows = [Row(DAY, 1_00 + at, f"Payer {at}", text="x" * 100) for at in range(2_000)]
    owner = site.signed_in()
    data = writing.camt(Sheet(rows, currency="GBP"))
    assert len(data) > 1_000_000
    assert "2,000 new" in owner.shown(put(owner, data))


def test_who_may_only_read_is_refused(site: Site) -> None:
    assert "Import a bank statement" not in site.signed_in("auditor").shown("/statements/")
    auditor = site.signed_in("collector")
    answer = auditor.post("/statements/", page="/statements/", files={"file": ("f", STATEMENT)})
    assert answer.status_code == 403


def test_a_csv_is_shown_corrected_and_remembered(site: Site) -> None:
    owner = site.signed_in()
    data = b"When;What;Sum\n03.11.2026;Ada Smith;1.250,00\n04.11.2026;Fee;-4,50\n"
    address = put(owner, data, "bank.csv")
    assert "does not say which account" in owner.shown(address)
    given = "account=Current&column.0=booked_on&column.1=counterparty&column.2=amount&date_order=dmy&decimal=,"
    shown = owner.shown(f"{address}?{given}")
    assert "1,250.00 GBP" in shown
    fields = dict(pair.split("=") for pair in given.split("&"))
    assert owner.post(f"{address}/import", fields, page=address).status_code == 303
    again = owner.shown(put(owner, data, "bank.csv") + "?account=Current")
    assert "As you confirmed it" in again
    assert "0 new, 2 known" in again


def test_the_whole_way_in_a_browser(site: Site, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "march.xml"
    file.write_bytes(STATEMENT)
    sign_in(site, page)
    page.keyboard.press("g")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", level=1)).to_have_text("Statements")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at it").press("Enter")
    button = page.get_by_role("button", name="Import 2 new lines")
    expect(button).to_be_focused()
    assert complaints(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("2 new, 0 known")
    page.get_by_role("link", name=re.compile("Operating")).click()
    expect(page.locator("tbody")).to_contain_text("Ada Smith Ltd")
    expect(page.locator("tbody")).to_contain_text("Money out")
    assert complaints(page) == []


def test_what_was_guessed_stands_chosen_and_is_corrected_in_a_browser(site: Site, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "bank.csv"
    file.write_text("Buchungstag;Auftraggeber;Verwendungszweck;Betrag\n05.11.2026;Lea;INV-1;1.250,00\n", "utf-8")
    sign_in(site, page)
    page.goto(site.base + "/statements/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_label("Account", exact=True)).to_be_focused()
    for name, role in (("Buchungstag", "booked_on"), ("Auftraggeber", "counterparty"), ("Betrag", "amount")):
        expect(page.get_by_label(name)).to_have_value(role)
    page.get_by_label("Account", exact=True).fill("Giro")
    page.get_by_label("Verwendungszweck").select_option(label="Not read")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_role("button", name="Import 1 new line")).to_be_visible()
    expect(page.get_by_label("Verwendungszweck")).to_have_value("-")
    page.get_by_role("button", name="Import 1 new line").click()
    expect(page.locator("#toasts")).to_contain_text("1 new, 0 known")


@pytest.mark.parametrize(("width", "colours"), [(390, "dark"), (1440, "light")])
def test_the_pages_fit_a_phone_and_the_dark(site: Site, browser: Browser, width: int, colours: str) -> None:
    owner = site.signed_in("bookkeeper")
    camt, csv = put(owner, STATEMENT), put(owner, writing.csv(Sheet(ROWS)), "bank.csv")
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme="dark" if colours == "dark" else "light"
    )
    page = context.new_page()
    sign_in(site, page)
    for path in ("/statements/", camt, csv):
        page.goto(site.base + path)
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, width)
        assert (path, complaints(page)) == (path, [])
    context.close()
