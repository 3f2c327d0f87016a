"""What banks print: one line of text that holds the payer and what he wrote, in the manner of a country."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from bench.matching_second.names import without_accents

FieldLine = Callable[[random.Random, str, str], str]
"""(rng, payer in Latin letters, what he wrote) -> the line."""

KANA: Final = dict(
    zip(
        "a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho ma mi mu me mo ya yu yo "
        "ra ri ru re ro wa n".split(),
        "ｱ ｲ ｳ ｴ ｵ ｶ ｷ ｸ ｹ ｺ ｻ ｼ ｽ ｾ ｿ ﾀ ﾁ ﾂ ﾃ ﾄ ﾅ ﾆ ﾇ ﾈ ﾉ ﾊ ﾋ ﾌ ﾍ ﾎ ﾏ ﾐ ﾑ ﾒ ﾓ ﾔ ﾕ ﾖ ﾗ ﾘ ﾙ ﾚ ﾛ ﾜ ﾝ".split(),
        strict=True,
    )
) | {
    "ga": "ｶﾞ", "gi": "ｷﾞ", "gu": "ｸﾞ", "ge": "ｹﾞ", "go": "ｺﾞ", "za": "ｻﾞ", "ji": "ｼﾞ", "zu": "ｽﾞ", "ze": "ｾﾞ",
    "zo": "ｿﾞ", "da": "ﾀﾞ", "de": "ﾃﾞ", "do": "ﾄﾞ", "ba": "ﾊﾞ", "bi": "ﾋﾞ", "bu": "ﾌﾞ", "be": "ﾍﾞ", "bo": "ﾎﾞ",
    "sha": "ｼﾔ", "shu": "ｼﾕ", "sho": "ｼﾖ", "kyo": "ｷﾖ", "gyo": "ｷﾞﾖ", "ryo": "ﾘﾖ", "jo": "ｼﾞﾖ", "ju": "ｼﾞﾕ",
}  # fmt: skip


def _cut(text: str, width: int) -> str:
    return text[:width].rstrip()


def half_width(romaji: str) -> str:
    """Romaji as the Zengin system prints it, in small steps of at most three letters."""
    left, told = romaji.lower(), ""
    while left:
        step = next((size for size in (3, 2, 1) if left[:size] in KANA), 0)
        told += KANA[left[:step]] if step else (left[0].upper() if not left[0].isalpha() else "ｯ")
        left = left[step or 1 :]
    return told


def _number(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _ach(rng: random.Random, payer: str, text: str) -> str:
    code = rng.choice(("CCD", "PPD", "CTX"))
    entry = rng.choice(("PAYMENT", "PAYABLES", "VENDOR PAY", "EDI PYMNTS"))
    day = f"26{rng.randint(1, 6):02d}{rng.randint(1, 28):02d}"
    return (
        f"ORIG CO NAME:{_cut(payer, 16)} ORIG ID:{_number(rng, 10)} DESC DATE:{day} CO ENTRY DESCR:{entry} SEC:{code} "
        f"TRACE#:{_number(rng, 15)} EED:{day} IND ID:{_cut(text, 15)} IND NAME:NORTHWIND TRADERS INC TRN: {_number(rng, 10)}TC"
    )


def _wire(rng: random.Random, payer: str, text: str) -> str:
    return (
        f"FED WIRE CREDIT VIA: FIRST NATIONAL/{_number(rng, 9)} B/O: {_cut(payer, 35)} CHICAGO IL 60601 REF: CTR/BNF="
        f"NORTHWIND RFB=O/B FNB OBI={text} IMAD: 0{rng.randint(100, 630)}B1QGC{_number(rng, 8)}"
    )


def _fps(rng: random.Random, payer: str, text: str) -> str:
    tail = rng.choice((f"FPS {_number(rng, 6)} {_number(rng, 2)}MAR26 14:02", "BGC", f"FP {_number(rng, 18)}"))
    return f"{_cut(payer, 18)} {_cut(text, 18)} {tail}"


def _sepa_de(rng: random.Random, payer: str, text: str) -> str:
    end_to_end = rng.choice(("NOTPROVIDED", f"E2E-{_number(rng, 12)}"))
    return f"GUTSCHR. UEBERW. EREF+{end_to_end} SVWZ+{text} ABWA+{_cut(payer, 27)} BIC+COBADEFFXXX"


def _mt940(rng: random.Random, payer: str, text: str) -> str:
    body = f"EREF+{_number(rng, 10)} SVWZ+{text}"
    lines = "".join(f"?2{index}{body[index * 27 : index * 27 + 27]}" for index in range((len(body) + 26) // 27))
    return f"166?00GUTSCHRIFT?10{_number(rng, 4)}{lines}?30COBADEFFXXX?32{_cut(payer, 27)}?34000"


def _sepa_nl(rng: random.Random, payer: str, text: str) -> str:
    return f"/TRTP/SEPA OVERBOEKING/IBAN/NL{_number(rng, 2)}RABO{_number(rng, 10)}/BIC/RABONL2U/NAME/{_cut(payer, 35)}/REMI/{text}/EREF/NOTPROVIDED"


def _french(rng: random.Random, payer: str, text: str) -> str:
    return f"VIR SEPA RECU /DE {_cut(payer, 30)} /MOTIF {text} /REF {_number(rng, 12)}"


def _nordic(rng: random.Random, payer: str, text: str) -> str:
    return rng.choice(
        (
            f"Fra: {_cut(payer, 30)} Betalt: {_number(rng, 2)}.03.26 Melding: {text}",
            f"Bankgiroinbetalning {_number(rng, 4)}-{_number(rng, 4)} {_cut(payer, 22)} {text}",
            f"Overførsel {_cut(payer, 20)} {text}",
        )
    )


def _osko(rng: random.Random, payer: str, text: str) -> str:
    return rng.choice(
        (
            f"OSKO PAYMENT FROM {_cut(payer, 32)} {text}",
            f"DIRECT CREDIT {_number(rng, 6)} {_cut(payer, 16)} {_cut(text, 18)}",
            f"PAYID PAYMENT RECEIVED {_cut(payer, 28)} REF {text}",
        )
    )


def _indian(rng: random.Random, payer: str, text: str) -> str:
    return rng.choice(
        (
            f"NEFT CR-HDFC0{_number(rng, 6)}-{_cut(payer, 30)}-NORTHWIND INDIA-HDFCN{_number(rng, 14)}-{text}",
            f"IMPS/P2A/{_number(rng, 12)}/{_cut(payer, 20)}/HDFC/{text}",
            f"UPI/{_number(rng, 12)}/{_cut(payer, 20).replace(' ', '')}@okicici/{text}",
            f"RTGS-ICICR{_number(rng, 16)}-{_cut(payer, 30)}/{text}",
        )
    )


def _brazilian(rng: random.Random, payer: str, text: str) -> str:
    return rng.choice(
        (
            f"PIX RECEBIDO {_cut(payer, 30)} {_number(rng, 14)} {text}",
            f"TED RECEBIDA 341 {_number(rng, 4)} {_cut(payer, 30)} {text}",
        )
    )


def _zengin(rng: random.Random, payer: str, text: str) -> str:
    name = payer.removeprefix("Kabushiki Kaisha ")
    return f"ﾌﾘｺﾐ ｶ){half_width(name.replace(' ', ''))} {text}"[:48]


LINES: Final[dict[str, tuple[FieldLine, ...]]] = {
    "US": (_ach, _wire),
    "GB": (_fps,),
    "DE": (_sepa_de, _mt940),
    "AT": (_sepa_de,),
    "NL": (_sepa_nl,),
    "FR": (_french,),
    "ES": (_french,),
    "IT": (_sepa_nl,),
    "NO": (_nordic,),
    "SE": (_nordic,),
    "DK": (_nordic,),
    "FI": (_sepa_nl,),
    "AU": (_osko,),
    "IN": (_indian,),
    "BR": (_brazilian,),
    "JP": (_zengin,),
}

CHECKS: Final = (
    "DEPOSIT {}", "CHECK DEPOSIT {}", "REMOTE ONLINE DEPOSIT # {}", "REMISE CHEQUES N {}", "COUNTER CREDIT {}", "LOCKBOX DEP {}",
)  # fmt: skip

NOISE: Final = (
    "INTEREST PAYMENT", "ZINSEN Q1/2026 KONTO {}", "HMRC VTR VAT REPAYMENT {}", "IRS TREAS 310 TAX REF {}",
    "FINANZKASSE ERSTATTUNG UST {}", "TRANSFER FROM SAVINGS {}", "LOAN DISBURSEMENT {}", "CASHBACK REWARD {}",
    "INSURANCE CLAIM {} SETTLEMENT", "REMBOURSEMENT TROP PERCU EDF {}", "ATM CASH DEPOSIT {}", "DIVIDEND {}",
)  # fmt: skip


LONG: Final = ("US", "DE", "NL", "FR", "NO", "BR")
"""Where a line can hold several numbers."""


def line(rng: random.Random, country: str, payer: str, text: str, *, whole: bool = False) -> str:
    """A bank's line: upper case without accents in most countries. `whole`: of a kind that cuts no text."""
    kinds = (_wire,) if country == "US" and whole else LINES[country]
    told = rng.choice(kinds)(rng, without_accents(payer), text)
    return told if country in {"NO", "SE", "DK", "JP"} else told.upper()


def check(rng: random.Random) -> str:
    return rng.choice(CHECKS).format(_number(rng, 6))


def noise(rng: random.Random) -> str:
    return rng.choice(NOISE).format(_number(rng, 9))
