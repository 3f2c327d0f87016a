"""Words in a payment's text that call for a person: money that is no customer's payment, and orders to a program."""

import re

_UNRELATED = re.compile(
    r"\b(TAX REFUND|VAT REFUND|VAT REPAY\w*|TAX REPAY\w*|HMRC|IRS|FINANZAMT|STEUERERSTATTUNG|IMPOTS?|INTEREST|ZINSEN|ZINS|LOAN|DARLEHEN|"
    r"DRAWDOWN|OWN TRANSFER|INTERNAL TRANSFER|INTERCOMPANY|INTRA ?COMPANY|INTERNAL|UMBUCHUNG|SAVINGS|SWEEP|OWN ACCOUNT|DIVIDEND|GRANT|"
    r"INSURANCE|VERSICHERUNG|PAYROLL|SALARY|REFUND|RUCKERSTATTUNG|RUECKERSTATTUNG|ERSTATTUNG|REIMBURSEMENT|REBATE|CASHBACK|CAPITAL|SUPPLIER|PURCHASE RETURN|"
    r"RETURNED GOODS|GOODS RETURNED|CREDIT FOR|SUPPLIER CREDIT|CREDIT FROM SUPPLIER|TREASURY|DEPOSIT RETURN|BANK CREDIT|INTERETS?|INTERESES|PRESTAMO|PRET|FX SETTLEMENT|OVERPAID TO YOU|"
    r"TRANSFER BETWEEN|RETURN OF FUNDS|SUBSIDY|EINLAGE|TAX AUTHORITY|LENDER|LENDING)\b"
)
_ORDER = re.compile(
    r"\b(IGNORE|DISREGARD|OVERRIDE|INSTRUCTIONS?|PROMPT|SYSTEM|ASSISTANT|AI|LLM|GPT|CHATGPT|APPROVE|AUTO[- ]?APPROVE|AUTO[- ]?MATCH|"
    r"MARK (?:\w+ ){0,3}PAID|MATCH (?:THIS|TO|ALL)|APPLY (?:THIS )?TO ALL|EXECUTE|RECONCILER|YOU ARE|YOU MUST|PLEASE MARK|CONFIDENCE|WRITE OFF|DELETE)\b"
)
_RETURN = re.compile(
    r"\b(CHARGEBACK|DISPUTE|REVERSAL|RETURN(?:ED)?|REFUND|RUCKLASTSCHRIFT|RUECKLASTSCHRIFT|BOUNCED|NSF|R0[1-9])\b"
)


def unrelated_word(text: str) -> str:
    """The first word that says this is no customer's payment, or an empty string."""
    match = _UNRELATED.search(text)
    return match[1] if match else ""


def reads_like_an_order(text: str) -> bool:
    """Text that speaks to a program. It is only text; but whoever wrote it wants a match too much."""
    return len(text) > 20 and bool(_ORDER.search(text))


def speaks_of_return(text: str) -> bool:
    """Whether the text speaks of money that went back."""
    return bool(_RETURN.search(text))
