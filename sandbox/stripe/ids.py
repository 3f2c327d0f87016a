"""Identifiers that look like Stripe's: a prefix, a digit, the time, the account's own letters, and chance."""

from __future__ import annotations

import random
import string

_LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_TIME_LETTERS = 5
_ACCOUNT_LETTERS = 10
_CHANCE_LETTERS = 8
_CUSTOMER_LETTERS = 14
_PAYMENT_PREFIXES = frozenset({"pi", "ch", "py", "re", "pyr", "txn"})

KIND_BY_PREFIX = {
    "cus": "customers",
    "in": "invoices",
    "inpay": "invoice_payments",
    "ch": "charges",
    "py": "charges",
    "pi": "payment_intents",
    "pr": "payment_records",
    "re": "refunds",
    "pyr": "refunds",
    "cn": "credit_notes",
    "cbtxn": "customer_balance_transactions",
    "du": "disputes",
    "txn": "balance_transactions",
    "po": "payouts",
    "evt": "events",
    "ba": "bank_accounts",
}


def kind_of(record_id: str) -> str | None:
    """The kind of record that an id names by its prefix; None for an unknown prefix."""
    return KIND_BY_PREFIX.get(record_id.partition("_")[0]) if "_" in record_id else None


class IdMaker:
    """Makes ids for one account; the same seed gives the same ids in the same order."""

    def __init__(self, seed: int | str) -> None:
        self._chance = random.Random(f"stripe/{seed}")
        self._account = self._letters(_ACCOUNT_LETTERS)

    def account(self) -> str:
        return f"acct_1{self._letters(_TIME_LETTERS)}{self._account}"

    def new(self, prefix: str, at: int) -> str:
        """An id for a record made at `at` (unix seconds)."""
        if prefix == "cus":
            return f"cus_{self._letters(_CUSTOMER_LETTERS)}"
        lead = "3" if prefix in _PAYMENT_PREFIXES else "1"
        return f"{prefix}_{lead}{_base62(at)}{self._account}{self._letters(_CHANCE_LETTERS)}"

    def code(self, letters: int) -> str:
        """Upper-case letters and digits, as on receipts and fingerprints."""
        return "".join(self._chance.choices(string.ascii_uppercase + string.digits, k=letters))

    def secret(self, letters: int) -> str:
        return self._letters(letters)

    def _letters(self, count: int) -> str:
        return "".join(self._chance.choices(_LETTERS, k=count))


def _base62(number: int) -> str:
    letters = ""
    while number:
        number, digit = divmod(number, len(_LETTERS))
        letters = _LETTERS[digit] + letters
    return letters.rjust(_TIME_LETTERS, "0")[-_TIME_LETTERS:]
