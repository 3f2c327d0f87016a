"""Payment references that carry a check digit, as banks of several countries print them."""

from collections.abc import Callable
from random import Random

_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)


def _mod10_recursive(digits: str) -> str:
    carry = 0
    for digit in digits:
        carry = _CARRY[(carry + int(digit)) % 10]
    return str((10 - carry) % 10)


def _luhn(digits: str) -> str:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _mod11(digits: str) -> str | None:
    weights = (2, 3, 4, 5, 6, 7)
    total = sum(int(digit) * weights[position % 6] for position, digit in enumerate(reversed(digits)))
    check = -total % 11
    return None if check == 10 else str(check)


def creditor(serial: int, _rng: Random) -> str:
    """ISO 11649: RF, two check digits, the body."""
    body = f"{serial:09d}"
    check = 98 - int(f"{body}271500") % 97
    return f"RF{check:02d}{body}"


def swiss(serial: int, rng: Random) -> str:
    """QR reference: 26 digits and a recursive modulo 10."""
    body = f"{rng.choice((210000, 963140))}{serial:020d}"
    return body + _mod10_recursive(body)


def norwegian(serial: int, rng: Random) -> str:
    """KID with Luhn or modulo 11."""
    body = f"{serial:08d}"
    check = _mod11(body) if rng.random() < 0.4 else None
    return body + (check or _luhn(body))


def swedish(serial: int, _rng: Random) -> str:
    """OCR with the length digit and Luhn."""
    body = f"{serial:07d}"
    body += str((len(body) + 2) % 10)
    return body + _luhn(body)


def finnish(serial: int, _rng: Random) -> str:
    """Viitenumero: weights 7, 3, 1 from the right."""
    body = f"{serial:07d}".lstrip("0").rjust(4, "1")
    total = sum(int(digit) * (7, 3, 1)[position % 3] for position, digit in enumerate(reversed(body)))
    return body + str(-total % 10)


def belgian(serial: int, _rng: Random) -> str:
    """+++nnn/nnnn/nnnnn+++ with modulo 97, where 0 is written 97."""
    body = f"{serial:010d}"
    digits = f"{body}{int(body) % 97 or 97:02d}"
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


MAKERS: dict[str, Callable[[int, Random], str]] = {
    "rf": creditor,
    "qrr": swiss,
    "kid": norwegian,
    "ocr": swedish,
    "viite": finnish,
    "ogm": belgian,
}


def as_paid(reference: str, rng: Random) -> str:
    """The reference as it arrives: grouped, bare, or with its signs left out."""
    bare = "".join(sign for sign in reference if sign.isalnum())
    if reference.startswith("+++"):
        return rng.choice((reference, bare, f"***{reference[3:-3]}***"))
    if len(bare) == 27:
        grouped = bare[:2] + " " + " ".join(bare[start : start + 5] for start in range(2, 27, 5))
        return rng.choice((bare, grouped))
    grouped = " ".join(bare[start : start + 4] for start in range(0, len(bare), 4))
    if bare.startswith("RF"):
        return rng.choice((bare, grouped, f"/RFB/{bare}", f"SCOR/{bare}"))
    return rng.choice((bare, f"{bare[:-5]} {bare[-5:]}", bare.zfill(len(bare) + 4)))
