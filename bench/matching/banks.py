"""How banks of several countries print a line: prefixes, trace ids, upper case, line breaks."""

import textwrap
from collections.abc import Callable
from datetime import date
from random import Random
from typing import TypeAlias

from bench.matching import names
from bench.matching.world import Plan

Style: TypeAlias = Callable[[Random, Plan, str, str], str]


def _digits(rng: Random, count: int) -> str:
    return f"{rng.randrange(10**count):0{count}d}"


def _ach(rng: Random, plan: Plan, name: str, words: str) -> str:
    day = date.fromordinal(plan.day).strftime("%y%m%d")
    return (
        f"ORIG CO NAME:{name.upper()[:16]} ORIG ID:{_digits(rng, 10)} DESC DATE:{day} CO ENTRY DESCR:VENDOR PMT "
        f"SEC:CCD TRACE#:{_digits(rng, 15)} EED:{day} PMT INFO:{words.upper()}"
    )


def _wire(rng: Random, plan: Plan, name: str, words: str) -> str:
    day = date.fromordinal(plan.day).strftime("%m%d")
    return (
        f"FEDWIRE CREDIT VIA: FIRST NATIONAL/{_digits(rng, 9)} B/O: {name.upper()} RFB=O/B FIRST NATL "
        f"OBI={words.upper()} BBI=/CHGS/USD0,00/ IMAD: {day}QMGFT{_digits(rng, 9)} TRN: {_digits(rng, 10)}FC"
    )


def _sepa_de(rng: Random, plan: Plan, name: str, words: str) -> str:
    del plan, name
    end = rng.choice(("NOTPROVIDED", f"ZV{_digits(rng, 10)}", f"{_digits(rng, 6)}-{_digits(rng, 4)}"))
    text = rng.choice((f"SVWZ+{words}", f"EREF+{end} SVWZ+{words}", f"SVWZ+{words} KREF+{_digits(rng, 11)}"))
    return "\n".join(textwrap.wrap(text, 27, break_long_words=False, break_on_hyphens=False))


def _sepa_nl(rng: Random, plan: Plan, name: str, words: str) -> str:
    iban = f"/IBAN/{plan.account}/BIC/INGBNL2A" if plan.account else ""
    return f"/TRTP/SEPA OVERBOEKING{iban}/NAME/{name}/REMI/{words}/EREF/{rng.choice(('NOTPROVIDED', _digits(rng, 12)))}"


def _sepa_fr(rng: Random, plan: Plan, name: str, words: str) -> str:
    del plan
    return f"VIR SEPA RECU /DE {name} /MOTIF {words} /REF {_digits(rng, 13)}".upper()


def _fps(rng: Random, plan: Plan, name: str, words: str) -> str:
    del plan
    return f"FASTER PAYMENTS RECEIPT REF.{words.upper()} FROM {name.upper()[:18]} {_digits(rng, 6)}"


def _bacs(rng: Random, plan: Plan, name: str, words: str) -> str:
    del rng, plan
    return f"BGC {words.upper()} {name.upper()[:18]}".strip()


def _swiss(rng: Random, plan: Plan, name: str, words: str) -> str:
    del plan
    return f"GUTSCHRIFT VON {name.upper()} MITTEILUNGEN: {words} REF: {_digits(rng, 10)}"


def _nordic(rng: Random, plan: Plan, name: str, words: str) -> str:
    del plan, name
    return rng.choice((f"Giro {words}", f"BG {_digits(rng, 3)}-{_digits(rng, 4)} {words}", words.upper()))


def _polish(rng: Random, plan: Plan, name: str, words: str) -> str:
    del plan
    return names.folded(f"PRZELEW PRZYCH. {name} {words} TNR:{_digits(rng, 14)}")


def _check(rng: Random, plan: Plan, name: str, words: str) -> str:
    del plan, name
    return f"CHECK #{rng.randrange(1001, 9999)} {words.upper()}"


def _upper(rng: Random, plan: Plan, name: str, words: str) -> str:
    del plan, name
    return f"{names.folded(words)}{rng.choice(('', f' {_digits(rng, 8)}', f' REF{_digits(rng, 6)}'))}"


_STYLES: dict[str, Style] = {
    "ach": _ach,
    "wire": _wire,
    "check": _check,
    "us_short": _upper,
    "fps": _fps,
    "bacs": _bacs,
    "uk_short": _upper,
    "sepa_de": _sepa_de,
    "de_short": _upper,
    "sepa_fr": _sepa_fr,
    "sepa_nl": _sepa_nl,
    "sepa_be": _upper,
    "swiss": _swiss,
    "nordic": _nordic,
    "polish": _polish,
    "japanese": _upper,
    "plain": _upper,
}
_NAME_SPOILT, _TEXT_SPOILT = 0.46, 0.55


def print_line(plan: Plan, words: str, rng: Random) -> None:
    """Give the plan its payer name and reference as the bank delivers them, and note what was damaged."""
    plan.reference = words
    given = plan.payer
    if plan.payer and plan.spoil != "never" and plan.source == "bank":
        hard = plan.spoil == "hard"
        if hard or rng.random() < _NAME_SPOILT:
            plan.payer = names.folded(given) if plan.spoil == "mild" else names.spoil(given, plan.place, rng, hard=hard)
    if plan.source == "bank" and rng.random() < _TEXT_SPOILT:
        style = "wire" if plan.method == "wire" and plan.place.country == "US" else rng.choice(plan.place.banks)
        plan.reference = _STYLES["check" if plan.method == "check" else style](rng, plan, plan.payer, words).strip()
    plan.damaged_name = plan.payer != given
    plan.damaged_reference = plan.damaged_reference or plan.reference != words
