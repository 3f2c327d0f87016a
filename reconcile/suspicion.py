"""Words in a payment's text that call for a person: money that is no customer's payment, and orders to a program."""

import re
from collections.abc import Iterable

_UNRELATED = re.compile(
    r"\b(TAX REFUND|VAT REFUND|VAT REPAY\w*|TAX REPAY\w*|HMRC|IRS|FINANZAMT|STEUERERSTATTUNG|IMPOTS?|INTEREST|ZINSEN|ZINS|LOAN|DARLEHEN|"
    r"DRAWDOWN|OWN TRANSFER|INTERNAL TRANSFER|INTERCOMPANY|INTRA ?COMPANY|INTERNAL|UMBUCHUNG|SAVINGS|SWEEP|OWN ACCOUNT|DIVIDEND|GRANT|"
    r"INSURANCE|VERSICHERUNG|PAYROLL|SALARY|REFUND|RUCKERSTATTUNG|RUECKERSTATTUNG|ERSTATTUNG|REIMBURSEMENT|REBATE|CASHBACK|CAPITAL|SUPPLIER|PURCHASE RETURN|"
    r"RETURNED GOODS|GOODS RETURNED|CREDIT FOR|SUPPLIER CREDIT|CREDIT FROM SUPPLIER|TREASURY|DEPOSIT RETURN|BANK CREDIT|INTERETS?|INTERESES|PRESTAMO|PRET|FX SETTLEMENT|OVERPAID TO YOU|"
    r"REPAYMENT|REPAID|RETURN OF DEPOSIT|RETURN OF SECURITY|SECURITY DEPOSIT|YOUR DEPOSIT|RUCKZAHLUNG|RUECKZAHLUNG|KAUTION\w*|MIETKAUTION|"
    r"REMBOURSEMENT|REMBOURSE|CAUTION|DEPOT DE GARANTIE|TROP PERCU|AVOIR FOURNISSEUR|REEMBOLSO|DEVOLUCION|DEVOLUCAO|FIANZA|RESTITUZIONE|"
    r"RIMBORSO|CAUZIONE|TERUGBETALING|TERUGSTORTING|WAARBORG|BORGSOM|ATERBETALNING|TILBAGEBETALING|TILBAKEBETALING|HYVITYS|ZWROT|KAUCJA|"
    r"TRANSFER BETWEEN|RETURN OF FUNDS|SUBSIDY|EINLAGE|TAX AUTHORITY|LENDER|LENDING)\b"
)
_ORDER = re.compile(
    r"\b(IGNORE|DISREGARD|OVERRIDE|INSTRUCTIONS?|PROMPT|SYSTEM|ASSISTANT|AI|LLM|GPT|CHATGPT|APPROVE|AUTO[- ]?APPROVE|AUTO[- ]?MATCH|"
    r"MARK (?:\w+ ){0,3}PAID|MATCH (?:THIS|TO|ALL)|APPLY (?:THIS )?TO ALL|EXECUTE|RECONCILER|YOU ARE|YOU MUST|PLEASE MARK|CONFIDENCE|WRITE OFF|DELETE)\b"
)
_RETURN = re.compile(
    r"\b(CHARGEBACK|DISPUTE|REVERSAL|RETURN(?:ED)?|REFUND|RUCKLASTSCHRIFT|RUECKLASTSCHRIFT|RUCKGABE|RUECKGABE|"
    r"BOUNCED|UNPAID|IMPAYE|REJECTED|REJET|INSOLUTO|STORNO|DISHONOU?RED|NSF|R0[1-9])\b"
)


def _beginnings(pattern: re.Pattern[str]) -> frozenset[str]:
    """How the words begin that a pattern looks for: a text without a word that begins so needs no search, as most do."""
    found = [_FIRST_WORD.search(one) for one in pattern.pattern.split("|")]
    return frozenset([one[0][:_BEGINNING] for one in found if one is not None])


_BEGINNING = 4
_FIRST_WORD = re.compile(r"(?<!\\)[A-Z]+")
_UNRELATED_BEGINS, _ORDER_BEGINS = _beginnings(_UNRELATED), _beginnings(_ORDER)


def beginnings(said: Iterable[str]) -> list[str]:
    """How the words of a text begin."""
    return [word[:_BEGINNING] for word in said]


def unrelated_word(text: str, begun: Iterable[str]) -> str:
    """The first word that says this is no customer's payment, or an empty string. `begun`: how the text's words begin."""
    if _UNRELATED_BEGINS.isdisjoint(begun):
        return ""
    match = _UNRELATED.search(text)
    return match[1] if match else ""


def reads_like_an_order(text: str, begun: Iterable[str]) -> bool:
    """Text that speaks to a program. It is only text; but whoever wrote it wants a match too much. `begun`: as its words do."""
    if len(text) <= 20 or _ORDER_BEGINS.isdisjoint(begun):
        return False
    return _ORDER.search(text) is not None


def speaks_of_return(text: str) -> bool:
    """Whether the text speaks of money that went back."""
    return bool(_RETURN.search(text))
