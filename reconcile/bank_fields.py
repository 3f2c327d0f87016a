"""The payer's name where a bank writes it into the line itself: structured fields and fixed lead-ins of many countries."""

import re
import unicodedata
from functools import cache

_STOP = (
    r"(?=\s*(?:$|[/|?;]|\d{4,}|\s{3}|\b(?:PAYMENTS?|INVOICES?|INV|THANK YOU|THANKS|REF|REFERENCE|MOTIF|CAUSALE|REMI|REMITTANCE|MITTEILUNGEN|"
    r"BETALT|MELDING|MEDDELANDE|CONCEPTO|VERWENDUNGSZWECK|RFB|OBI|BBI|BNF|IMAD|ORIG ID|DESC DATE|FPS?|BGC|FOR|FUR|RECHNUNG|FACTURE|FACTURA|FATTURA)\b))"
)
_FIELDS = (
    r"ORIG CO NAME:(?P<ach>.+?)\s*(?=ORIG ID|DESC DATE|CO ENTRY|SEC:|$)",
    r"\bABWA\+(?P<mt940>.+?)(?=\s(?:SVWZ|EREF|KREF|MREF|CRED|IBAN|BIC|ABWE|DEBT)\+|\?\d\d|$)",
    r"\?32(?P<de32>[^?]+)(?:\?33(?P<de33>[^?]+))?",
    r"/NAME/(?P<nl>[^/]+)",
    r"/DE (?P<fr>[^/]+?)\s*/",
    r"\bB/O:? ?(?P<wire>.+?)(?=\s+(?:REF|RFB|OBI|BBI|BNF|IMAD|ORG|/)|$)",
    r"\bNEFT[ /-]*(?:CR)?[ -]+\w{8,14}-(?P<neft>[^-]+)-",
    r"\bRTGS-\w{10,}-(?P<rtgs>[^/-]+)",
    r"\bIMPS/(?:P2A/)?\d{6,}/(?P<imps>[^/]+)/",
    r"\bUPI/\d{6,}/(?P<upi>[^/@]+)[/@]",
    r"\b(?:PIX RECEBIDO|PIX RECEBIDA|TED RECEBIDA|DOC RECEBIDO)(?: DE)?(?: \d{3} \d{4})? (?P<br>.+?)" + _STOP,
    r"\b(?:PAYMENT|TRANSFER|CREDIT|PAYMENT RECEIVED|GUTSCHRIFT|ZAHLUNG|PAIEMENT|VIREMENT|BONIFICO|TRANSFERENCIA|PAGO|OVERBOEKING)"
    r" (?:FROM|VON|DE|DA|VAN) (?P<said>.+?)" + _STOP,
    r"\bPAYMENT RECEIVED (?P<payid>.+?)" + _STOP,
    r"\bDIRECT CREDIT \d{4,} (?P<au>.+?)" + _STOP,
    r"\b(?:BANKGIROINBETALNING [\d-]+|OVERFORSEL|FRA:|FRAN:|VON:|FROM:|AFZENDER:|PRZELEW PRZYCH\.) ?(?P<nordic>.+?)"
    + _STOP,
    r"(?:^|\s)フリコミ\s+(?P<zengin>\S+)",
    r"^(?P<uk>[A-Z][A-Z&'. -]{5,}?)\s+(?:(?:PAYMENT|INVOICE|THANK YOU|REF|INV)\b.{0,40}?)?\b(?:FPS?|BGC|BACS)\b",
)
_SIGNS = (
    "CO NAME:", "ABWA+", "?32", "/NAME/", "/DE ", "B/O", "NEFT", "RTGS-", "IMPS/", "UPI/", "RECEBID", " FROM ", " VON ", " DE ", " DA ",
    " VAN ", "PAYMENT RECEIVED ", "DIRECT CREDIT ", "BANKGIROINBETALNING", "OVERFORSEL", "FRA:", "FRAN:", "VON:", "FROM:", "AFZENDER:",
    "PRZELEW PRZYCH.", "フリコミ", "FP", "BGC", "BACS",
)  # fmt: skip
"""One of these stands in every text that `_named` finds something in: looked for first, since most texts have none."""
_LENGTH_MIN = 4


@cache
def _named() -> re.Pattern[str]:
    """Made when it is first asked for: it costs as much as thirty receipts."""
    return re.compile("|".join(_FIELDS))


def payer_in(folded: str) -> str:
    """The name of whoever paid as the bank gives it in a folded text, or an empty string."""
    if not folded.isascii():
        folded = unicodedata.normalize("NFKC", folded)
    if not any(sign in folded for sign in _SIGNS):
        return ""
    match = _named().search(folded)
    if match is None:
        return ""
    found = " ".join([part for part in match.groups() if part]).strip(" .,-")
    return found if len(found) >= _LENGTH_MIN else ""
