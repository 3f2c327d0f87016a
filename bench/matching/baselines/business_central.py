"""Business Central's standard payment application rules, as Microsoft documents them.

Each open entry is held against the payment three ways: is the related party theirs (fully, partly, not), does the text hold the
document's number or the customer's own (once, or several documents of that customer), and how many of the customer's entries have
the amount. The first row of the table that fits gives the confidence; the entry with the highest row takes the money. Text must be
longer than four characters to be matched. Where several documents are named, the amount is held against their sum.
"""

from collections import Counter, defaultdict

import ahocorasick

from bench.matching.baselines.book import Book, Item, Line
from bench.matching.baselines.party import Agreement, Parties

REASON = "payment application rules"
_LIKE_ENOUGH = 85.0
_TEXT_MIN = 5
_TABLE = """
High Fully Multiple One
High Fully Multiple Several
High Fully Yes One
High Fully Yes Several
High Partly Multiple One
High Partly Multiple Several
High Partly Yes One
High Fully No One
High No Multiple One
High No Multiple Several
Medium Fully Multiple Any
Medium Fully Yes Any
Medium Fully No Several
Medium Partly Multiple Any
Medium Partly Yes Any
Medium No Yes One
Medium No Multiple Any
Medium Partly No One
Medium No Yes Any
Low Fully No None
Low Partly No Several
Low Partly No None
Low No No One
Low No No Several
"""
RULES = [tuple(row.split()) for row in _TABLE.strip().splitlines()]
_TRUST = {"High": 0.95, "Medium": 0.7, "Low": 0.3}
_PARTY = {Agreement.NO: "No", Agreement.PARTLY: "Partly", Agreement.FULLY: "Fully"}


def rule_for(party: str, document: str, amount: str) -> int | None:
    """The place in the table of the first rule that fits; None where none does."""
    for place, (_, wanted_party, wanted_document, wanted_amount) in enumerate(RULES):
        if (wanted_party, wanted_document) == (party, document) and wanted_amount in {amount, "Any"}:
            return place
    return None


class _Ledger:
    """Open entries by customer, by amount and by what the text may say."""

    def __init__(self, book: Book) -> None:
        self.parties = Parties(book, _LIKE_ENOUGH)
        self._by_customer: dict[str, list[Item]] = defaultdict(list)
        self._by_amount: dict[tuple[str, int], list[Item]] = defaultdict(list)
        self._search = ahocorasick.Automaton()
        words: dict[str, list[Item]] = defaultdict(list)
        for item in book.items:
            self._by_customer[item.customer].append(item)
            self._by_amount[item.currency, item.left].append(item)
            for word in {item.number.lower(), item.order.lower()}:
                if len(word) >= _TEXT_MIN:
                    words[word].append(item)
        for word, items in words.items():
            self._search.add_word(word, items)
        self._search.make_automaton()

    def of_customer(self, line: Line, customer: str) -> list[Item]:
        return [one for one in self._by_customer.get(customer, ()) if one.left > 0 and one.currency == line.currency]

    def of_amount(self, line: Line) -> list[Item]:
        return [one for one in self._by_amount.get((line.currency, line.amount), ()) if one.left == line.amount]

    def named(self, line: Line) -> list[Item]:
        if not len(self._search):
            return []
        found = {one.id: one for _, items in self._search.iter_long(line.text.lower()) for one in items}
        return [one for one in found.values() if one.left > 0 and one.currency == line.currency]


def _choices(ledger: _Ledger, line: Line) -> list[tuple[int, list[Item]]]:
    """What every entry scores, best row first, then the oldest."""
    parties, named = ledger.parties.agreement(line), ledger.named(line)
    of_party = [one for customer in sorted(parties) for one in ledger.of_customer(line, customer)]
    same_amount = ledger.of_amount(line)
    owners = Counter(one.customer for one in named)
    candidates = {one.id: one for one in (*named, *of_party, *same_amount)}
    named_ids = {one.id for one in named}
    found: list[tuple[int, list[Item]]] = []
    for item in candidates.values():
        party = parties.get(item.customer, Agreement.NO)
        together = [item]
        document = "No"
        if item.id in named_ids:
            document = "Multiple" if owners[item.customer] > 1 else "Yes"
            if document == "Multiple":
                together = [one for one in named if one.customer == item.customer]
        amount = _amount(ledger, line, item, party, together)
        place = rule_for(_PARTY[party], document, amount)
        if place is not None:
            found.append((place, sorted(together, key=lambda one: (one.issued, one.id))))
    found.sort(key=lambda pair: (pair[0], pair[1][0].issued, pair[1][0].id))
    return found


def _amount(ledger: _Ledger, line: Line, item: Item, party: Agreement, together: list[Item]) -> str:
    if len(together) > 1:
        return "One" if sum(one.left for one in together) == line.amount else "None"
    pool = ledger.of_customer(line, item.customer) if party else ledger.of_amount(line)
    fitting = sum(one.left == line.amount for one in pool)
    return "None" if not fitting or item.left != line.amount else "One" if fitting == 1 else "Several"


def _spread(line: Line, items: list[Item]) -> list[tuple[Item, int]]:
    """The payment over the entries, oldest first, as far as it goes."""
    left, out = line.amount, []
    for item in items:
        part = min(left, item.left)
        if part > 0:
            out.append((item, part))
        left -= part
    return out


def match(book: Book, automatic: frozenset[str]) -> None:
    """Apply what the levels in `automatic` allow; the rest is suggested."""
    ledger = _Ledger(book)
    for line in book.lines:
        if line.amount <= 0:
            continue
        choices = _choices(ledger, line)
        if not choices:
            continue
        level = RULES[choices[0][0]][0]
        if level in automatic:
            for item, part in _spread(line, choices[0][1]):
                book.apply(line, item, part, _TRUST[level])
            continue
        for place, items in choices[:5]:
            book.suggest(line, _spread(line, items), _TRUST[RULES[place][0]])


def match_high(book: Book) -> None:
    """Only what needs no review: confidence High."""
    match(book, frozenset({"High"}))


def match_high_and_medium(book: Book) -> None:
    match(book, frozenset({"High", "Medium"}))
