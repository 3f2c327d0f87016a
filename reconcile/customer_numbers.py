"""Customer numbers in a payment's text: whole, or their digits after a word that says what they are."""

import re

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


def customer_numbers(receipt: Receipt, text: str, said: list[str], payers: PayerIndex) -> list[str]:
    """Customers whose number stands in the text or the metadata as a word of its own. `said`: the text's words."""
    found: list[str] = []
    if receipt.metadata or not payers.number_starts.isdisjoint([word[:2] for word in said]):
        known = filter(payers.numbers.__contains__, _candidates(receipt, text, said))
        found = [payers.numbers[token] for token in known if _tells(token, text)]
    if not found and not payers.digits.keys().isdisjoint(said):
        found = _by_digits(said, payers)
    return list(dict.fromkeys(found))


def _candidates(receipt: Receipt, text: str, said: list[str]) -> list[str]:
    """Everything in which a customer number may stand: words as they are, two run together, a processor's fields."""
    tokens = [token if token.isalnum() else "".join(words(token)) for token in text.split()]
    told = [not token.isalpha() and DIGIT.search(token) is not None for token in tokens]
    candidates = [token for token, digit in zip(tokens, told, strict=True) if digit]  # letters alone are no number
    candidates += [tokens[at] + tokens[at + 1] for at in range(len(tokens) - 1) if told[at] or told[at + 1]]
    candidates += [compact(value) for _, value in receipt.metadata]
    return candidates + [word for word in said if not word.isalpha()]


def _tells(token: str, text: str) -> bool:
    """Whether a customer's number is long enough to be no chance; bare digits need a word that says what they are."""
    if len(token) < _LENGTH_MIN or token.isalpha():
        return False
    if token.isdigit():
        return len(token) > _LENGTH_MIN and _HINT.search(text) is not None
    return any(char.isdigit() for char in token)


def _by_digits(said: list[str], payers: PayerIndex) -> list[str]:
    """`KUNDENNUMMER 19595` for K-19595: the digits of one customer's number, with a word for it just before them."""
    found = []
    for place, word in enumerate(said):
        customer = payers.digits.get(word)
        if customer and _HINT.search(" ".join(said[max(0, place - _BEFORE) : place])):
            found.append(customer)
    return found
