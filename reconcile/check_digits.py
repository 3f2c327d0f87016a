"""References that prove themselves: a wrong digit shows.

python-stdnum has ISO 11649, the Swiss QR reference, the Belgian structured message and Luhn; the Norwegian KID's second form and the
Finnish reference are here. It is imported when it is asked, which few books' references need: it costs as much as 100 receipts.
"""

_FINNISH_WEIGHTS = (7, 3, 1)
_LENGTH_MIN = 4


def is_finnish(digits: str) -> bool:
    """Finnish viitenumero: weights 7, 3, 1 from the right, 4 to 20 digits."""
    if not (digits.isdigit() and _LENGTH_MIN <= len(digits) <= 20):
        return False
    body = reversed(digits[:-1])
    total = sum(int(digit) * _FINNISH_WEIGHTS[place % 3] for place, digit in enumerate(body))
    return (10 - total % 10) % 10 == int(digits[-1])


def is_kid_mod11(reference: str) -> bool:
    """Norwegian KID, modulus 11: weights 2 to 7 from the right; a remainder of ten is written as a dash."""
    body, check = reference[:-1], reference[-1:]
    if not (body.isdigit() and _LENGTH_MIN <= len(reference) <= 25):
        return False
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(body)))
    value = (11 - total % 11) % 11
    return check == ("-" if value == 10 else str(value))


def is_kid(reference: str) -> bool:
    """Norwegian KID by either modulus; the Swedish OCR number is the modulus 10 form."""
    if is_kid_mod11(reference):
        return True
    if not (reference.isdigit() and _LENGTH_MIN <= len(reference) <= 25):
        return False
    from stdnum import luhn

    return bool(luhn.is_valid(reference))


def has_check_digit(digits: str) -> bool:
    """Whether digits end in a check digit of the Nordic kinds; one chance string in five does."""
    return is_finnish(digits) or is_kid(digits)


def proves_itself(reference: str) -> bool:
    """Whether a compact reference is of a kind whose check digits a chance string meets at most once in 90 tries."""
    if reference.startswith("RF"):
        from stdnum import iso11649

        return bool(iso11649.is_valid(reference))
    if len(reference) == 27 and reference.isdigit():
        from stdnum.ch import esr

        return bool(esr.is_valid(reference))
    if len(reference) == 12 and reference.isdigit():
        from stdnum.be import ogm_vcs

        return bool(ogm_vcs.is_valid(reference))
    return False
