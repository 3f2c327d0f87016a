"""Who paid: the set of customers that a receipt's payer could be, each with the ground for it."""

from collections import defaultdict

from rapidfuzz import fuzz, process

from reconcile.fold import compact, fold
from reconcile.legal_forms import FREE_MAIL, PROCESSORS
from reconcile.names import Name, alike, cut_of, same_forms, take_apart
from reconcile.values import HistoryRow, Payer, Receipt

CERTAIN = 3
"""An account, an e-mail address, a customer number, or a person's repeated word."""
STRONG = 2
"""The whole name."""
LIKELY = 1
"""A name that is cut, shortened or misspelt."""
FAMILY_MAX = 60
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
_COMPARED_MAX = 8
_VOTE_SHARE = 0.08
"""Customers who share less of the rare words than this share of the best one are not compared."""
_SHARED_MAX = 3
"""An account or a name that stood for more customers than this belongs to a factor or a marketplace."""


class PayerHit:
    """One customer who may have paid. `weight` is 0 to 1 inside the level."""

    __slots__ = ("called", "customer_id", "ground", "level", "weight")

    def __init__(self, customer_id: str, level: int, ground: str, weight: float = 1.0) -> None:
        """`ground` is a reason code: account, email, domain, alias, name, similar_name, customer_number."""
        self.called = customer_id
        self.customer_id = customer_id
        self.level = level
        self.ground = ground
        self.weight = weight


class PayerIndex:
    """Customers by everything a payment can show of them."""

    def __init__(self) -> None:
        """Empty."""
        self.customers: dict[str, Payer] = {}
        self.accounts: dict[str, set[str]] = defaultdict(set)
        self.known_accounts: dict[str, set[str]] = defaultdict(set)
        self._emails: dict[str, set[str]] = defaultdict(set)
        self._domains: dict[str, set[str]] = defaultdict(set)
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, Name] = {}
        self._tokens: dict[str, list[str]] = defaultdict(list)
        self._stems: dict[str, list[str]] = defaultdict(list)
        self._aliases: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._children: dict[str, list[str]] = defaultdict(list)
        self._cache: dict[tuple[str, str, str], tuple[PayerHit, ...]] = {}
        self._slips: dict[str, list[str]] = defaultdict(list)
        self.numbers: dict[str, str] = {}

    def add(self, payer: Payer) -> None:
        """Make a customer findable."""
        self._cache.clear()
        self._slips.clear()
        self.customers[payer.id] = payer
        self.numbers[compact(payer.id)] = payer.id
        for account in payer.accounts:
            self.accounts[compact(account)].add(payer.id)
            self.known_accounts[payer.id].add(compact(account))
        if "@" in payer.email:
            self._emails[payer.email.strip().upper()].add(payer.id)
            domain = payer.email.strip().upper().rpartition("@")[2]
            if domain not in FREE_MAIL:
                self._domains[domain].add(payer.id)
        if payer.parent_id:
            self._children[payer.parent_id].append(payer.id)
        if payer.name:
            self._add_name(payer)

    def _add_name(self, payer: Payer) -> None:
        name = take_apart(payer.name)
        self._names[payer.id] = name
        self._keys[name.key].add(payer.id)
        for token in name.tokens:
            self._tokens[token].append(payer.id)
            self._stems[token[:4]].append(payer.id)
        if len(name.tokens) > 1:
            self._stems[name.joined[:4]].append(payer.id)

    def learn(self, row: HistoryRow) -> None:
        """Remember under which account, address and name a person accepted a payment for a customer."""
        receipt, customer_id = row.receipt, row.customer_id
        self._cache.clear()
        if receipt.payer_account:
            account = compact(receipt.payer_account)
            self.accounts[account].add(customer_id)
            self.known_accounts[customer_id].add(account)
        if receipt.payer_email:
            self._emails[receipt.payer_email.strip().upper()].add(customer_id)
        if receipt.payer_name:
            self._aliases[_alias(receipt.payer_name)][customer_id] += 1

    def called(self, hits: tuple[PayerHit, ...]) -> tuple[PayerHit, ...]:
        """The hits with the customers' names, for the words of an explanation."""
        for hit in hits:
            payer = self.customers.get(hit.customer_id)
            hit.called = payer.name or payer.id if payer is not None else hit.customer_id
        return hits

    def family(self, customer_id: str) -> tuple[str, ...]:
        """Customers of the same group without the customer itself: parent, children, sisters."""
        payer = self.customers.get(customer_id)
        found: list[str] = list(self._children.get(customer_id, ()))
        if payer is not None and payer.parent_id:
            found.append(payer.parent_id)
            found += [sister for sister in self._children[payer.parent_id] if sister != customer_id]
        return tuple(sorted(set(found)))[:FAMILY_MAX]

    def may_pay_for(self, payer_id: str, customer_id: str) -> bool:
        """Whether both belong to one group."""
        return customer_id == payer_id or customer_id in self.family(payer_id)

    def by_email(self, address: str) -> set[str]:
        """Customers with this very address."""
        return self._emails.get(address.strip().upper(), set())

    def resembles(self, text: str, customer_id: str) -> bool:
        """Whether a payer's text shares a beginning or a rare word with a customer's name: enough beside a whole number only."""
        known = self._names.get(customer_id)
        if known is None or not text:
            return False
        said = take_apart(text)
        if len(said.joined) >= _RESEMBLES_MIN and known.joined.startswith(said.joined):
            return True
        return any(
            len(token) >= _RESEMBLES_MIN - 1 and token in known.tokens and len(self._tokens[token]) <= _RARE_MAX
            for token in said.tokens
        )

    def in_text(self, folded: str, customer_id: str) -> bool:
        """Whether a text holds a customer's whole name, as `on behalf of` lines do."""
        known = self._names.get(customer_id)
        return known is not None and len(known.joined) >= _IN_TEXT_MIN and known.joined in take_apart(folded).joined

    def resolve(self, receipt: Receipt) -> tuple[PayerHit, ...]:
        """Every customer within a margin of the best one, best first; empty where nobody fits."""
        key = receipt.payer_account, receipt.payer_email, receipt.payer_name
        known = self._cache.get(key)
        if known is None:
            known = self._resolve(receipt)
            self._cache[key] = known
        return known

    def _resolve(self, receipt: Receipt) -> tuple[PayerHit, ...]:
        hits: dict[str, PayerHit] = {}
        _take(
            hits,
            self.accounts.get(compact(receipt.payer_account)) if receipt.payer_account else None,
            CERTAIN,
            "account",
        )
        email = receipt.payer_email.strip().upper()
        if email:
            _take(hits, self._emails.get(email), CERTAIN, "email")
            if not hits:
                _take(hits, self._domains.get(email.rpartition("@")[2]), STRONG, "domain")
        if receipt.payer_name:
            for hit in self._by_name(receipt.payer_name):
                known = hits.get(hit.customer_id)
                if known is None or hit.level > known.level:
                    hits[hit.customer_id] = hit
        return _within_margin(hits)

    def _by_name(self, text: str) -> list[PayerHit]:
        aliases = self._aliases.get(_alias(text))
        if aliases and len(aliases) <= _SHARED_MAX:
            return self._by_alias(text, aliases)
        said = take_apart(text)
        if not said.tokens or (said.tokens[0] in PROCESSORS and said.key not in self._keys):
            return []
        same = self._keys.get(said.key)
        if same:
            return self._same_name(said, same)
        return self._similar(said)

    def _by_alias(self, text: str, aliases: dict[str, int]) -> list[PayerHit]:
        """Who was paid for under this name before; whoever bears the very name beside them stays possible."""
        level = CERTAIN if len(aliases) == 1 and sum(aliases.values()) >= 2 else STRONG
        others = self._keys.get(take_apart(text).key, set()) - set(aliases)
        if others:
            level = STRONG
        return [PayerHit(customer, level, "alias") for customer in sorted(aliases)] + [
            PayerHit(customer, STRONG, "name") for customer in sorted(others)
        ]

    def _same_name(self, said: Name, same: set[str]) -> list[PayerHit]:
        if len(same) > 1 and said.forms:
            exact = {customer for customer in same if self._names[customer].forms == said.forms}
            same = exact or same
        out = []
        for customer in sorted(same):
            other_form = not same_forms(said, self._names[customer])
            out.append(PayerHit(customer, LIKELY, "other_form") if other_form else PayerHit(customer, STRONG, "name"))
        return out

    def _similar(self, said: Name) -> list[PayerHit]:
        found = self._scored(said, self._candidates(said))
        return found or self._scored(said, self._one_slip_away(said))

    def _one_slip_away(self, said: Name) -> list[str]:
        """Customers with a word that is one letter off: asked only when nothing shares a word's beginning."""
        if not self._slips:
            for customer, name in sorted(self._names.items()):
                for token in {*name.tokens[:1], max(name.tokens, key=len, default="")}:
                    for form in _deletions(token):
                        self._slips[form].append(customer)
        found: dict[str, int] = defaultdict(int)
        for token in said.tokens:
            for form in _deletions(token):
                hits = self._slips.get(form, ())
                if len(hits) <= _CANDIDATES_MAX:
                    for customer in hits:
                        found[customer] += 1
        return sorted(found, key=lambda customer: (-found[customer], customer))[:_CANDIDATES_MAX]

    def _scored(self, said: Name, candidates: list[str]) -> list[PayerHit]:
        names = {customer: self._names[customer] for customer in candidates}
        keys = {customer: name.key for customer, name in names.items()}
        close = {
            customer
            for _, _, customer in process.extract(
                said.key, keys, scorer=fuzz.ratio, score_cutoff=_RATIO_MIN, limit=None
            )
        }
        close |= {customer for customer, name in names.items() if cut_of(said, name)}
        close |= {namesake for customer in close for namesake in self._keys[names[customer].key]}
        scored = sorted(
            (-score, customer) for customer in close if (score := self._score(said, customer)) >= _ALIKE_MIN
        )
        return [
            PayerHit(customer, STRONG if -score >= 0.98 else LIKELY, "similar_name", -score)
            for score, customer in scored
            if score <= scored[0][0] + _MARGIN
        ]

    def _score(self, said: Name, customer_id: str) -> float:
        known = self._names[customer_id]
        return alike(said, known) - (0.0 if same_forms(said, known) else _OTHER_FORM)

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
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]


def _alias(text: str) -> str:
    return compact(fold(text))


def _take(hits: dict[str, PayerHit], found: set[str] | None, level: int, ground: str) -> None:
    if found and len(found) <= _SHARED_MAX:
        for customer in sorted(found):
            hits.setdefault(customer, PayerHit(customer, level if len(found) == 1 else min(level, STRONG), ground))


def _within_margin(hits: dict[str, PayerHit]) -> tuple[PayerHit, ...]:
    if not hits:
        return ()
    order = sorted(hits.values(), key=lambda hit: (-hit.level, -hit.weight, hit.customer_id))
    best = order[0].level
    return tuple(hit for hit in order if best - hit.level < 2)
