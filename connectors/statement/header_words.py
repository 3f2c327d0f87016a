"""What banks call the columns of their CSV, in the languages of the countries that send most of it."""

from __future__ import annotations

import re

_WORDS: dict[str, str] = {
    "booked_on": """date|booking date|transaction date|posting date|post date|posted date|posted|date posted|entry date|
        booked|datum|buchungstag|buchungsdatum|buchung|boekdatum|boekingsdatum|transactiedatum|date operation|
        date de comptabilisation|date comptable|date d operation|fecha|fecha operacion|fecha contable|data|data operazione|
        data contabile|bogforingsdato|bokforingsdag|data ksiegowania|data operacji|completed date|date utc""",
    "value_on": """value date|valuta|valutadatum|wertstellung|wertstellungstag|rentedatum|date valeur|date de valeur|
        fecha valor|data valuta|valutadag|effective date""",
    "amount": """amount|transaction amount|betrag|umsatz|betrag eur|betrag in eur|bedrag|bedrag eur|montant|importe|
        importo|belob|belopp|kwota|amount eur|amount gbp|amount usd|value|net amount|montant eur""",
    "credit": """credit|credits|credit amount|money in|paid in|in|deposit|deposits|haben|gutschrift|bij|credit eur|
        haber|abono|accredito|avere|entrate|received|inflow|credit gbp|credit usd""",
    "debit": """debit|debits|debit amount|money out|paid out|out|withdrawal|withdrawals|soll|lastschrift|belastung|af|
        debe|cargo|addebito|dare|uscite|spent|outflow|debit eur|debit gbp|debit usd""",
    "side": """af bij|debit credit|credit debit|dr cr|cr dr|d c|c d|soll haben|s h|sh|type af bij|debit credit indicator|
        debet credit|debit ou credit|sens""",
    "currency": "currency|ccy|wahrung|waehrung|munt|muntsoort|devise|divisa|moneda|valuta code|currency code|devise du compte",
    "counterparty": """name|payee|payer|counterparty|counterparty name|other party|beneficiary|merchant|
        beguenstigter zahlungspflichtiger|beguenstigter|auftraggeber|auftraggeber empfanger|auftraggeber empfaenger|
        auftraggeber beguenstigter|zahlungsbeteiligter|name zahlungsbeteiligter|zahlungspflichtige r|empfanger|empfaenger|
        zahlungsempfanger|partnername|naam|naam tegenpartij|naam omschrijving|tegenpartij|contrepartie|nom|tiers|
        ordenante|beneficiario|controparte|counter party|account name of other party""",
    "counterparty_account": """counterparty account|counterparty iban|iban counterparty|tegenrekening|
        tegenrekening iban bban|iban|kontonummer iban|iban zahlungsbeteiligter|gegenkonto|kontonummer|partner iban|
        compte contrepartie|iban beguenstigter|payee account|beneficiary account""",
    "text": """description|details|narrative|memo|particulars|transaction description|verwendungszweck|buchungstext|
        zweck|text|omschrijving|mededelingen|mededeling|omschrijving 1|omschrijving 2|omschrijving 3|libelle|
        libelle operation|concepto|descripcion|descrizione|causale|note|notes|tekst|payment reference|
        remittance information|extended details|additional information|vorgang verwendungszweck|payment details""",
    "reference": """reference|customer reference|end to end id|end to end reference|kundenreferenz|
        kundenreferenz end to end|betalingskenmerk|referencia|referenz|payment ref|check number|cheque number|check|
        cheque no|check no|reference number|ref|eref""",
    "bank_reference": """transaction id|bank reference|transaction reference|bankreferenz|transactiereferentie|
        volgnummer|volgnr|bank ref|fitid|id|transaction number|transaction no|banking reference|volgnummer transactie""",
    "balance": """balance|running balance|saldo|kontostand|saldo na mutatie|saldo na trn|solde|balance after|
        account balance|saldo nach buchung|ledger balance|saldo eur|saldo danach|closing balance|balance eur|balance gbp|
        balance usd|resultaat saldo""",
    "account": """account|account number|auftragskonto|iban auftragskonto|rekening|rekeningnummer|iban bban|
        account no|own account|konto|compte|numero de compte|cuenta|bank account|bezeichnung auftragskonto""",
    "status": "status|state|info|booking status|transaction status|statut",
}  # fmt: skip
_PLAIN = str.maketrans("äöüàâçéèêëîïôûñøåæłó", "aouaaceeeeiiounoaalo")
_MARKS = re.compile(r"[^a-z0-9]+")


def _folded(cell: str) -> str:
    return _MARKS.sub(" ", cell.lower().replace("ß", "ss").translate(_PLAIN)).strip()


_ROLE_OF = {_folded(word): role for role, words in _WORDS.items() for word in words.split("|")}


def role_of(cell: str) -> str:
    """The role that a header cell names, "" where none."""
    return _ROLE_OF.get(_folded(cell), "")
