"""Customers of thirty countries: names in their own letters in the file, and as a bank writes them on the line."""

from __future__ import annotations

import random
from typing import Final

from bench.matching_second.book import Book, Customer, Invoice
from bench.matching_second.names import Name, without_accents
from bench.matching_second.words import CYRILLIC, LATIN, OTHER
from bench.matching_second.world import World

WIDTHS: Final = (18, 22, 27, 35)
RIGHT_TO_LEFT: Final = frozenset({"AE", "IL", "IR"})
ARABIC_DIGITS: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FORMS: Final = (
    " GmbH & Co. KG", " GmbH", " AG", " LLC", " Inc.", " Ltd", " Limited", " Sp. z o.o.", " s.r.o.", " S.r.l.", " SARL", " AB",
    " AS", " Oy", " B.V.", " Pvt Ltd", " Private Limited", " Ltda", " Pty Ltd", " A.Ş.",
)  # fmt: skip
INVOICE_WORD: Final = {
    "DE": "Rechnung", "AT": "Rg.", "CH": "Rechn.", "FR": "facture", "PL": "faktura", "CZ": "faktura", "ES": "factura",
    "IT": "fattura", "NO": "faktura", "SE": "faktura", "DK": "faktura", "FI": "lasku", "TR": "fatura", "PT": "fatura",
    "BR": "nota fiscal", "NL": "factuur", "RU": "счет", "UA": "рахунок", "BG": "фактура", "GR": "τιμολόγιο", "CN": "发票",
    "JP": "請求書", "KR": "청구서", "AE": "فاتورة", "IL": "חשבונית", "IR": "فاکتور", "HI": "बिल", "TH": "ใบแจ้งหนี้",
}  # fmt: skip


class Names:
    def __init__(self, seed: int, size: int) -> None:
        self.world = World("languages", seed)
        self.rng = self.world.rng
        countries = [*LATIN, *CYRILLIC, "GR", *OTHER]
        self.payers = [self.world.customer(each) for each in countries for _ in range(min(4 + size // 300, 9))]

    def bill(self) -> tuple[Customer, Invoice]:
        payer = self.rng.choice(self.payers)
        return payer, self.world.invoice(payer, self.world.amount(), self.world.fresh_number("26-#####"))

    def pay(self, case: str, payer: Customer, bill: Invoice, name: str, text: str = "", **more: str) -> None:
        self.world.pays(case, self.world.later(bill.issued), [bill], payer_name=name, reference=text, **more)

    def home(self) -> None:
        payer, bill = self.bill()
        self.pay("name in its own letters, amount", payer, bill, payer.name)

    def latin(self) -> None:
        payer, bill = self.bill()
        case = (
            "name in A to Z, amount"
            if payer.latin == payer.name or payer.country in LATIN
            else "romanised name, amount"
        )
        self.pay(case, payer, bill, payer.latin.upper())

    def accents_dropped(self) -> None:
        """ü as u, not ue: the other of the two spellings."""
        payer, bill = self.bill()
        if payer.country in LATIN:
            self.pay("accents dropped, amount", payer, bill, without_accents(payer.name).upper())

    def cut(self) -> None:
        payer, bill = self.bill()
        width = self.rng.choice(WIDTHS)
        name = payer.latin.upper()[:width].strip()
        case = f"name cut at {width}, amount" if payer.country in LATIN else "romanised name cut, amount"
        self.pay(case, payer, bill, name)

    def form_dropped(self) -> None:
        payer, bill = self.bill()
        bare = next((payer.name.removesuffix(form) for form in FORMS if payer.name.endswith(form)), "")
        if bare:
            self.pay("legal form left out, amount", payer, bill, bare.upper())

    def number_with_word(self) -> None:
        payer, bill = self.bill()
        text = f"{INVOICE_WORD.get(payer.country, 'invoice')} {bill.number}"
        if payer.country in RIGHT_TO_LEFT:
            text = f"\u200f{INVOICE_WORD[payer.country]} \u200e{bill.number}\u200e"
        self.pay("number after the word of the country", payer, bill, payer.name, text)

    def own_digits(self) -> None:
        payer, bill = self.bill()
        if payer.country in {"AE", "IR"}:
            text = f"\u202bفاتورة رقم {bill.number.translate(ARABIC_DIGITS)}\u202c"
            self.pay("number in Arabic-Indic digits", payer, bill, payer.name, text)

    def mangled(self) -> None:
        """A character set that the bank lacks: question marks where letters stood, and the number whole."""
        payer, bill = self.bill()
        name = "".join(each if ord(each) < 128 else "?" for each in payer.name)
        self.pay("name of question marks, number", payer, bill, name, f"REF {bill.number}")

    def in_text(self) -> None:
        payer, bill = self.bill()
        text = f"payment from {payer.latin} thank you"
        self.pay("name in the text only, amount", payer, bill, "", text)

    def same_name_elsewhere(self) -> None:
        """Two debtors whose names differ in what the bank cuts off, with one amount: nobody can tell."""
        first = self.rng.choice([each for each in self.payers if each.country in {"DE", "FR", "US", "GB"}])
        amount = self.world.amount()
        stem = first.latin.upper()[:12].strip()
        other = self.world.customer(first.country, name=_longer(self.rng, first))
        bills = [self.world.invoice(each, amount, self.world.fresh_number("26-#####")) for each in (first, other)]
        options = [((each.invoice_id, amount),) for each in bills]
        day = max(each.issued for each in bills)
        self.world.receipt(
            "cut name of two debtors, one amount", "ambiguous", self.world.later(day), amount, options, payer_name=stem
        )

    def unpaid(self) -> None:
        self.bill()


def _longer(rng: random.Random, first: Customer) -> Name:
    tail = rng.choice(("Nord", "Sud", "Zwei", "Holding", "Services"))
    name = f"{first.name[:12].rstrip()}{first.name[12:].split(' ')[0]} {tail} {rng.randint(2, 99)}"
    return Name(name, without_accents(name))


def build(seed: int, size: int) -> Book:
    names = Names(seed, size)
    cases = [
        (12, names.home), (16, names.latin), (8, names.accents_dropped), (16, names.cut), (8, names.form_dropped),
        (10, names.number_with_word), (8, names.own_digits), (5, names.mangled), (5, names.in_text),
        (1, names.same_name_elsewhere), (18, names.unpaid),
    ]  # fmt: skip
    return names.world.deal(cases, size)
