"""How payers put it, by language. `{n}` is the number."""

from bench.matching.world import Plan

_EN = {
    "invoice": "Invoice {n}|{n}|Inv {n}|Payment for invoice {n}|{n} thank you|Our payment {n}|pmt inv# {n}",
    "order": "PO {n}|Your invoice for our order {n}|P.O. {n}|Order no {n}|{n}",
    "customer": "Customer {n}|Cust no {n}|Account {n}|Client ref {n}|{n}",
    "none": "payment|thank you|invoice payment|bank transfer|services|goods supplied|on account of invoices",
    "monthly": "monthly fee|subscription|monthly plan|standing order",
    "statement": "Statement {m}|All invoices {m}|{m} account|As per statement {m}",
    "overdue": "all overdue invoices|overdue balance|all due items|past due clearing",
    "instalment": "instalment",
    "part": "part payment",
    "balance": "balance of",
    "discount": "less 2% discount",
    "dispute": "less disputed line",
    "return": "RETURNED ITEM R01 {n}|UNPAID DIRECT DEBIT {n}|CHARGEBACK {n}|REVERSAL {n}",
    "refund": "REFUND|REFUND OVERPAYMENT|CREDIT NOTE PAID OUT",
    "prepaid": "Deposit for quote {n}|Advance payment quotation {n}|Prepayment proforma {n}",
}
_OTHERS = {
    "de": {
        "invoice": "Rechnung {n}|Rg.-Nr. {n}|{n}|Rechnungsnr {n}|Re {n}|Zahlung Rechnung {n}|Ihre Rechnung {n}",
        "order": "Bestellung {n}|Bestell-Nr. {n}|Auftrag {n}|{n}",
        "customer": "Kd-Nr {n}|Kundennummer {n}|KdNr. {n}|Kunde {n}",
        "none": "Zahlung|Überweisung|Rechnung|Danke|laut Vereinbarung|Ware",
        "monthly": "Monatsbeitrag|Abo|Dauerauftrag",
        "statement": "Rechnungen {m}|Kontoauszug {m}|Sammelzahlung {m}|Ausgleich {m}",
        "overdue": "alle fälligen Rechnungen|Ausgleich Rückstand|offene überfällige Posten",
        "instalment": "Rate",
        "part": "Teilzahlung",
        "balance": "Restzahlung",
        "discount": "abzgl. 2% Skonto",
        "dispute": "abzgl. reklamierte Position",
        "return": "RÜCKLASTSCHRIFT {n}|Rückgabe Lastschrift AC04 {n}",
        "refund": "ERSTATTUNG|Auszahlung Gutschrift",
        "prepaid": "Anzahlung Angebot {n}|Vorkasse Angebot {n}",
    },
    "fr": {
        "invoice": "Facture {n}|Fact {n}|{n}|Règlement facture {n}|Paiement fac. {n}",
        "order": "Commande {n}|BC {n}|Bon de commande {n}",
        "customer": "Client {n}|N° client {n}|Code client {n}",
        "none": "Règlement|Virement|Paiement facture|Merci",
        "monthly": "Abonnement|Mensualité",
        "statement": "Relevé {m}|Factures {m}|Solde {m}",
        "overdue": "toutes factures échues|solde échu",
        "instalment": "Échéance",
        "part": "Acompte",
        "balance": "Solde",
        "refund": "REMBOURSEMENT|Avoir remboursé",
        "prepaid": "Acompte devis {n}",
    },
    "nl": {
        "invoice": "Factuur {n}|Factuurnr {n}|{n}|Betaling factuur {n}|fact. {n}",
        "order": "Bestelling {n}|Ordernr {n}|Inkooporder {n}",
        "customer": "Klantnr {n}|Debiteur {n}|Klant {n}",
        "none": "Betaling|Overboeking|factuur|dank u",
        "statement": "Facturen {m}|Overzicht {m}",
        "overdue": "alle vervallen facturen",
        "instalment": "Termijn",
        "part": "Deelbetaling",
        "balance": "Restant",
        "prepaid": "Aanbetaling offerte {n}",
    },
    "no": {
        "invoice": "Faktura {n}|Faktnr {n}|{n}",
        "order": "Bestilling {n}|Ordre {n}",
        "customer": "Kundenr {n}",
        "none": "Betaling|Faktura",
    },
    "sv": {
        "invoice": "Faktura {n}|Fakt.nr {n}|{n}",
        "order": "Beställning {n}|Order {n}",
        "customer": "Kundnr {n}",
        "none": "Betalning|Faktura",
    },
    "fi": {
        "invoice": "Lasku {n}|Laskunro {n}|{n}",
        "order": "Tilaus {n}",
        "customer": "Asiakasnro {n}",
        "none": "Maksu|Lasku",
    },
    "pl": {
        "invoice": "Faktura {n}|Zapłata za fakturę {n}|{n}|FV {n}|Płatność {n}",
        "order": "Zamówienie {n}|Zam. {n}",
        "customer": "Nr klienta {n}",
        "none": "Zapłata|Przelew|za towar",
    },
    "bg": {
        "invoice": "Фактура {n}|ф-ра {n}|Плащане по фактура № {n}|{n}",
        "order": "Поръчка {n}",
        "none": "Плащане|по фактура",
    },
    "ja": {"invoice": "請求書 {n}|ｾｲｷﾕｳ {n}|{n}", "none": "振込|ﾌﾘｺﾐ|お支払い"},
    "zh": {"invoice": "发票 {n}|货款 {n}|{n}", "none": "货款|付款"},
    "ar": {"invoice": "فاتورة {n}|دفعة فاتورة رقم {n}|{n}", "none": "دفعة|تحويل"},
    "ko": {"invoice": "청구서 {n}|대금 {n}|{n}", "none": "대금|송금"},
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}


def choices(language: str, key: str) -> tuple[str, ...]:
    return tuple(_OTHERS.get(language, {}).get(key, _EN[key]).split("|"))


def word(language: str, key: str) -> str:
    return choices(language, key)[0]


def month(language: str, months_since_0: int) -> str:
    """The month's name where we have it, with no year, else as 03/2026."""
    year, index = divmod(months_since_0, 12)
    listed = _MONTHS.get(language)
    return f"{listed.split()[index]} {year}" if listed else f"{index + 1:02}/{year}"


def note(plan: Plan) -> str:
    """The words after the number, with their keys put into the payer's language."""
    text = plan.text.note
    for key in ("instalment", "part", "balance", "discount", "dispute"):
        text = text.replace(f"{{{key}}}", word(plan.place.language, key))
    return text
