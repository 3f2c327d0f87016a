"""Customers' names, findable from what a bank makes of them: by whole name, by rare words, by a word one letter off."""

from collections import defaultdict

from rapidfuzz import fuzz, process

from reconcile.names import Name, alike, begin_alike, may_be_cut, same_forms, take_apart
from reconcile.sounds import sounds_like

_ALIKE_MIN = 0.80
_RESEMBLES_MIN = 5
_IN_TEXT_MIN = 8
_RARE_MAX = 5
_MARGIN = 0.07
_OTHER_FORM = 0.08
"""What a contradicting legal form takes from a likeness: more than the margin, so that a namesake with the right form stands alone."""
_RATIO_MIN = 62.0
"""Below this two names have too little in common to be compared word by word."""
_CANDIDATES_MAX = 25
_COMMON_MIN = 400
"""A word in more customers' names than this finds nobody."""
_ASKED_MAX = 500
"""Once the rarest words have named this many customers, commoner words only cost time."""
_VOTE_SHARE = 0.08
"""Customers who share less of the rare words than this share of the best one are not compared."""


class NameIndex:
    """Names taken apart once, by customer id."""

    def __init__(self) -> None:
        """Empty."""
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, Name] = {}
        self._tokens: dict[str, list[str]] = defaultdict(list)
        self._stems: dict[str, list[str]] = defaultdict(list)
        self._slips: dict[str, str] = {}
        self._more_slips: dict[str, list[str]] = defaultdict(list)
        """Customers beside the first of a form: nine forms in ten have no other, and no list is made for them."""
        self._joined: dict[str, list[str]] = defaultdict(list)

    def add(self, customer_id: str, text: str) -> None:
        """Make a customer findable by name."""
        name = take_apart(text)
        self._slips.clear()
        self._more_slips.clear()
        self._names[customer_id] = name
        self._keys[name.key].add(customer_id)
        self._joined[name.joined].append(customer_id)
        for token in name.tokens:
            self._tokens[token].append(customer_id)
            self._stems[token[:4]].append(customer_id)
        if len(name.tokens) > 1:
            self._stems[name.joined[:4]].append(customer_id)

    def of(self, customer_id: str) -> Name:
        """A customer's name. Raises KeyError for one without."""
        return self._names[customer_id]

    def bearers(self, said: Name) -> set[str]:
        """Everybody of just this name, legal form aside."""
        return self._keys.get(said.key, set())

    def resembles(self, text: str, customer_id: str) -> bool:
        """Whether a payer's text shares a beginning or a rare word with a customer's name, or sounds like it in another script.

        Enough beside a whole number or a rare amount only.
        """
        known = self._names.get(customer_id)
        if known is None or not text:
            return False
        said = take_apart(text)
        if len(said.joined) >= _RESEMBLES_MIN and known.joined.startswith(said.joined):
            return True
        return any(
            len(token) >= _RESEMBLES_MIN - 1 and token in known.tokens and len(self._tokens[token]) <= _RARE_MAX
            for token in said.tokens
        ) or sounds_like(said.whole, known.whole)

    def likeness(self, text: str, customer_id: str) -> float:
        """How much a payer's text is like a customer's name, 0 to 1."""
        known = self._names.get(customer_id)
        return alike(take_apart(text), known) if known is not None else 0.0

    def begins_like(self, text: str, customer_id: str) -> bool:
        """Whether a payer's text begins with a customer's first word, give or take a letter."""
        known = self._names.get(customer_id)
        return known is not None and begin_alike(take_apart(text), known)

    def in_text(self, folded: str, customer_id: str) -> bool:
        """Whether a text holds a customer's whole name, as `on behalf of` lines do."""
        known = self._names.get(customer_id)
        return known is not None and len(known.joined) >= _IN_TEXT_MIN and known.joined in take_apart(folded).joined

    def run_together(self, said: Name) -> list[tuple[str, float]]:
        """Customers of the same letters with other gaps between the words, and no other legal form, as `similar` has them."""
        same = [customer for customer in self._joined.get(said.joined, ()) if same_forms(said, self._names[customer])]
        return [(customer, self._score(said, customer)) for customer in same]

    def similar(self, said: Name) -> list[tuple[str, float]]:
        """Customers whose names are like it and how much, best first: within a margin of the best one, and all that go on from it."""
        candidates = self._candidates(said)
        found = self._scored(said, candidates)
        if not found:
            return self._scored(said, self._one_slip_away(said))
        known = {customer for customer, _ in found}
        others = [customer for customer in self._going_on(said, candidates) if customer not in known]
        return [*found, *[(customer, found[-1][1]) for customer in others]]

    def longer(self, said: Name) -> list[str]:
        """Customers whose names begin with this one, or hold all its words and others: a short field may mean any of them."""
        rarest = min((self._tokens.get(token, []) for token in said.tokens), key=len, default=[])
        begun = self._stems.get(said.joined[:4], [])
        near = sorted({*rarest[:_COMMON_MIN], *begun[:_COMMON_MIN]} - self._keys.get(said.key, set()))
        return self._going_on(said, near)[:_CANDIDATES_MAX]

    def _going_on(self, said: Name, candidates: list[str]) -> list[str]:
        if len(said.joined) < _RESEMBLES_MIN:
            return []
        found = []
        begun, first, whole = said.joined, said.tokens[0], set(said.tokens)
        for customer in candidates:
            known = self._names[customer]
            if known.joined.startswith(begun) or (first in known.tokens and whole.issubset(known.tokens)):
                found.append(customer)
        return found

    def _one_slip_away(self, said: Name) -> list[str]:
        """Customers with a word that is one letter off: asked only when nothing shares a word's beginning."""
        if not self._slips:
            self._note_slips()
        found: dict[str, int] = defaultdict(int)
        for token in said.tokens:
            for form in _deletions(token):
                first = self._slips.get(form)
                if first is None:
                    continue
                others = self._more_slips.get(form, ())
                if len(others) < _CANDIDATES_MAX:
                    for customer in (first, *others):
                        found[customer] += 1
        return sorted(found, key=lambda customer: (-found[customer], customer))[:_CANDIDATES_MAX]

    def _note_slips(self) -> None:
        slips = self._slips
        for customer, name in sorted(self._names.items()):
            for token in {*name.tokens[:1], max(name.tokens, key=len, default="")}:
                for form in _deletions(token):
                    if form in slips:
                        self._more_slips[form].append(customer)
                    else:
                        slips[form] = customer

    def _scored(self, said: Name, candidates: list[str]) -> list[tuple[str, float]]:
        if not candidates:
            return []
        names = self._names
        keys = [names[customer].key for customer in candidates]
        alike_keys = process.extract(said.key, keys, scorer=fuzz.ratio, score_cutoff=_RATIO_MIN, limit=None)
        close = {candidates[place] for _, _, place in alike_keys}
        if may_be_cut(said):
            begun = said.joined
            close.update([customer for customer in candidates if names[customer].joined.startswith(begun)])
        for customer in tuple(close):
            close |= self._keys[names[customer].key]
        scored = sorted(
            [(-score, customer) for customer in close if (score := self._score(said, customer)) >= _ALIKE_MIN]
        )
        return [(customer, -score) for score, customer in scored if score <= scored[0][0] + _MARGIN]

    def _score(self, said: Name, customer_id: str) -> float:
        known = self._names[customer_id]
        score = alike(said, known)
        return score if score < _ALIKE_MIN or same_forms(said, known) else score - _OTHER_FORM

    def _candidates(self, said: Name) -> list[str]:
        """Customers that share rare words or their beginnings, most shared rarity first."""
        votes: dict[str, float] = defaultdict(float)
        stems = {token[:4] for token in said.tokens} | {said.joined[:4]}
        lists = [found for token in said.tokens if (found := self._tokens.get(token))]
        lists += [found for stem in sorted(stems) if (found := self._stems.get(stem))]
        rare = [found for found in lists if len(found) <= _COMMON_MIN]
        asked = 0
        for found in sorted(rare, key=len) or _shared_by_two(lists):
            if asked > _ASKED_MAX:
                break
            asked += len(found)
            rarity = 1.0 / len(found)
            for customer in found:
                votes[customer] += rarity
        if not votes:
            return []
        least = max(votes.values()) * _VOTE_SHARE
        best = sorted([(-value, customer) for customer, value in votes.items() if value >= least])
        return [customer for _, customer in best[:_CANDIDATES_MAX]]


def _shared_by_two(lists: list[list[str]]) -> list[list[str]]:
    """Where every word is common: who has the two rarest of them."""
    if not lists:
        return []
    lists.sort(key=len)
    shared = set(lists[0]) & set(lists[1]) if len(lists) > 1 else set(lists[0][:_COMMON_MIN])
    return [sorted(shared)[:_COMMON_MIN]] if shared else []


def _deletions(word: str) -> list[str]:
    """A word and all it becomes when one letter is lost; two words one slip apart share one of these."""
    if len(word) < _RESEMBLES_MIN - 1:
        return []
    return [word, *[word[:place] + word[place + 1 :] for place in range(len(word))]]
