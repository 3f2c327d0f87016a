"""Customer numbers in a payment's text: whole, or their digits after a word that says what they are."""

import re
from collections.abc import Iterator

from reconcile.fold import DIGIT, compact, words
from reconcile.payers import PayerIndex
from reconcile.values import Receipt

_LENGTH_MIN = 4
_BEFORE = 3
"""So many words before bare digits may say that they are a customer's number: `CLIENT REF NO 17934`."""
_HINT = re.compile(
    r"\b(?:CUST\w*|CLIENT\w*|KUNDE\w*|KD\w*|KLANT\w*|KUND\w*|ASIAKAS\w*|ACCT|ACCOUNT|A/C|MEMBER|DEBTOR|DEBITOR\w*|DEB|ID)\b"
)
"""Words that make bare digits a customer's number."""


def customer_numbers(receipt: Receipt, text: str, payers: PayerIndex) -> list[str]:
    """Customers whose number stands in the text or the metadata as a word of its own."""
    if not receipt.metadata and not DIGIT.search(text):
        return []
    said = words(text)
    found: list[str] = []
    if receipt.metadata or not payers.number_starts.isdisjoint([word[:2] for word in said]):
        found = [customer for token in _candidates(receipt, text, said) if (customer := _whole(token, text, payers))]
    return list(dict.fromkeys(found or _by_digits(said, payers)))


def _candidates(receipt: Receipt, text: str, said: list[str]) -> list[str]:
    """Everything in which a customer number may stand: words as they are, two run together, a processor's fields."""
    tokens = [token if token.isalnum() else "".join(words(token)) for token in text.split()]
    told = [not token.isalpha() and DIGIT.search(token) is not None for token in tokens]
    candidates = [token for token, digit in zip(tokens, told, strict=True) if digit]  # letters alone are no number
    candidates += [tokens[at] + tokens[at + 1] for at in range(len(tokens) - 1) if told[at] or told[at + 1]]
    candidates += [compact(value) for _, value in receipt.metadata]
    return candidates + [word for word in said if not word.isalpha()]


def _whole(token: str, text: str, payers: PayerIndex) -> str:
    """The customer of just this number, or an empty string; bare digits need a word that says what they are."""
    customer = payers.numbers.get(token, "")
    if not customer or len(token) < _LENGTH_MIN:
        return ""
    if token.isdigit() and not (len(token) > _LENGTH_MIN and _HINT.search(text)):
        return ""
    return customer if any(char.isdigit() for char in token) else ""


def _by_digits(said: list[str], payers: PayerIndex) -> Iterator[str]:
    """`KUNDENNUMMER 19595` for K-19595: the digits of one customer's number, with a word for it just before them."""
    for place, word in enumerate(said):
        customer = payers.digits.get(word)
        if customer and _HINT.search(" ".join(said[max(0, place - _BEFORE) : place])):
            yield customer
