"""What a payment's text says of why it is not the sum of what it names: a tax, a fee, a deduction, a part."""

import re
from functools import lru_cache

_TAX = re.compile(
    r"\b(TDS|T D S|WHT|W/H|WITHHOLDING|WITHHELD|RITENUTA|RITENUTE|RIT ACC|RETENCION\w*|RETENCAO|RETENCOES|RETENTION FISCALE|RETENUE A LA SOURCE|"
    r"RETENUE|RAS|QUELLENSTEUER|QUELLENST|QST|ABZUGSTEUER|ABZUGSSTEUER|BAUABZUGSTEUER|BAUABZUGSSTEUER|STEUERABZUG|VERRECHNUNGSSTEUER|IRRF|IRPF|IRPJ|ISSQN|"
    r"ISS|INSS|PCC|CSRF|CIS|BRONBELASTING|KALLSKATT|KILDESKAT|LAHDEVERO|STOPAJ|TEVKIFAT|PODATEK U ZRODLA|GENSEN|TAX DEDUCTED|LESS TAX|NET OF TAX)\b"
    r"|源泉|原泉|扣缴|代扣|원천|ゲンセン|ריטנזיה|ניכוי"
)
_FEE = re.compile(
    r"\b(FEES?|CHARGES?|CHG|CHGS|SHA|SPESEN|BANKSPESEN|GEBUHR\w*|GEBUEHR\w*|FRAIS|COMMISSION|COMMISSIONI|COMISION\w*|KOSTEN|"
    r"BANKKOSTEN|SPESE|AVGIFT|GEBYR|KULUT|PROWIZJA|TESURYO)\b|手数料|手续费|テスウリヨウ"
)
_DEDUCTED = re.compile(
    r"\b(LESS|MINUS|ABZUG|ABZGL|ABZUGLICH|ABZUEGLICH|DEDUCT\w*|DAMAGE\w*|DEFECT\w*|CREDIT NOTE|DEBIT NOTE|DN|CN|RETURNS?|RETOURE\w*|GUTSCHRIFT|"
    r"MANGEL\w*|MAENGEL\w*|KURZUNG|KUERZUNG|MOINS|MENOS|MENO|RECLAMATION\w*|REKLAMATION\w*|DISPUTED?|SHORTAGE\w*|SHORT|CLAIM|PENALT\w*|"
    r"CONTRA|OFFSET|VERRECHN\w*|SICHERHEITSEINBEHALT|EINBEHALT|RETENTION|RETAINAGE)\b"
)
_PART = re.compile(
    r"\b(PART|PARTIAL|PARTLY|PARTIEL\w*|PARCIAL|PARCELA|PARZIALE|TEIL\w*|ABSCHLAG\w*|ABSCHLAGS\w*|ANZAHLUNG\w*|RATE|RATA|INSTAL\w*|ACOMPTE|ACCONTO|"
    r"ACONTO|A?KONTO|ANTICIPO|ADVANCE|DOWN ?PAYMENT|DEPOSIT|DEELBETALING|TERMIJN|DELBETALING|OSASUORITUS|CZESC\w*|ZALICZKA|CUOTA|ECHEANCE|"
    r"TRANCHE|MILESTONE|STAGE|FIRST|SECOND|THIRD|BALANCE|REST\w*|ON ACCOUNT|A CUENTA)\b|分割|一部|部分|分期"
)

_ASKED_IN_A_ROW = lru_cache(maxsize=16)
"""One text is asked about for each item that it may mean, one after the other."""


@_ASKED_IN_A_ROW
def speaks_of_tax(text: str) -> bool:
    """Whether a folded text says that tax was kept back."""
    return bool(_TAX.search(text))


@_ASKED_IN_A_ROW
def speaks_of_fee(text: str) -> bool:
    """Whether it speaks of a bank's charges."""
    return bool(_FEE.search(text))


@_ASKED_IN_A_ROW
def speaks_of_deduction(text: str) -> bool:
    """Whether it gives a reason of the payer's own for paying less."""
    return bool(_DEDUCTED.search(text))


@_ASKED_IN_A_ROW
def speaks_of_part(text: str) -> bool:
    """Whether it says that this is not all of it."""
    return bool(_PART.search(text))
