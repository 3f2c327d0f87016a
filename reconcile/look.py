"""What one receipt says, read once: whom it names, what it names, and what in its words is suspicious."""

import msgspec

from reconcile.bank_fields import payer_in
from reconcile.customer_numbers import customer_numbers
from reconcile.fold import DIGIT, fold, words
from reconcile.index import Index
from reconcile.mentions import Mention, read_mentions
from reconcile.near import nearness
from reconcile.payers import CERTAIN, PayerHit
from reconcile.suspicion import beginnings, reads_like_an_order, unrelated_word
from reconcile.values import OpenItem, Receipt


class Look:
    """A receipt with its reading. Nothing here depends on what other receipts took."""

    __slots__ = ("_digits", "customers", "mentions", "order", "payers", "receipt", "text", "unrelated")

    def __init__(self, receipt: Receipt, index: Index) -> None:
        """Reads the text and looks the payer up."""
        self.text = fold(receipt.reference)
        self.receipt = receipt = (
            receipt if receipt.payer_name or not self.text else _with_name(receipt, self.text, index)
        )
        self._digits = DIGIT.search(self.text) is not None
        self.mentions: list[Mention] = read_mentions(receipt.reference, receipt.metadata, index.references)
        said = words(self.text)
        self.payers = _payers(receipt, self.text, said, index)
        self.customers = tuple([hit.customer_id for hit in self.payers])
        begun = beginnings(said)
        self.order = reads_like_an_order(self.text, begun)
        whole = self.text
        if not self.payers and receipt.payer_name:
            whole = f"{whole} {fold(receipt.payer_name)}"
            begun = beginnings(words(whole))
        self.unrelated = unrelated_word(whole, begun)

    def read_again(self, index: Index) -> None:
        """After items changed: what the text names now. Who paid does not hang on items."""
        self.mentions = read_mentions(self.receipt.reference, self.receipt.metadata, index.references)

    def nearly_names(self, item: OpenItem) -> bool:
        """Whether the text could be a damaged writing of an item's number."""
        return self._digits and nearness(self.text).has(item)

    def hit(self, customer_id: str) -> PayerHit | None:
        """The ground on which a customer may have paid, or None."""
        for hit in self.payers:
            if hit.customer_id == customer_id:
                return hit
        return None


def _with_name(receipt: Receipt, text: str, index: Index) -> Receipt:
    """A receipt without a payer's name, with the one that the bank's text gives where that is a customer's."""
    name = payer_in(text)
    if not name:
        return receipt
    known = msgspec.structs.replace(receipt, payer_name=name)
    return known if index.payers.knows(name) else receipt


def _payers(receipt: Receipt, text: str, said: list[str], index: Index) -> tuple[PayerHit, ...]:
    found = index.payers.resolve(receipt)
    named = customer_numbers(receipt, text, said, index.payers)
    if receipt.metadata:
        mails = sorted({one for _, value in receipt.metadata if "@" in value for one in index.payers.by_email(value)})
        if len(mails) == 1 and mails[0] not in named and not any(hit.customer_id == mails[0] for hit in found):
            found = (*index.payers.called([PayerHit(mails[0], CERTAIN, "email")]), *found)
    if not named:
        return found
    hits = [PayerHit(customer, CERTAIN, "customer_number") for customer in named]
    return (*index.payers.called(hits), *(hit for hit in found if hit.customer_id not in named))
