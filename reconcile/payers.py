"""Who paid: the set of customers that a receipt's payer could be, each with the ground for it."""

from collections import defaultdict
from collections.abc import Iterable

from reconcile.fold import compact, fold
from reconcile.legal_forms import FREE_MAIL, PROCESSORS
from reconcile.memory import PROVEN, Memory
from reconcile.name_index import NameIndex
from reconcile.names import Name, same_forms, take_apart
from reconcile.values import Payer, Reason, Receipt

CERTAIN = 3
"""An account, an e-mail address, a customer number, or a person's repeated word."""
STRONG = 2
"""The whole name."""
LIKELY = 1
"""A name that is cut, shortened or misspelt."""
FAMILY_MAX = 60
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS_MIN = 5
_AS_GOOD_AS_WHOLE = 0.98
_LONGER = 0.9
"""How well a whole name without legal form stands for a longer name that begins so."""
_SHARED_MAX = 3
"""An account or a name that stood for more customers than this belongs to a factor or a marketplace."""


class PayerHit:
    """One customer who may have paid. `weight` is 0 to 1 inside the level."""

    __slots__ = ("_reason", "called", "customer_id", "ground", "level", "once", "weight")

    def __init__(self, customer_id: str, level: int, ground: str, weight: float = 1.0, *, once: bool = False) -> None:
        """`ground` is a reason code: account, email, domain, alias, name, similar_name, customer_number.

        `once`: all that says so is one confirmation; not enough alone.
        """
        self.called = customer_id
        self.customer_id = customer_id
        self.level = level
        self.once = once
        self.ground = ground
        self.weight = weight
        self._reason: Reason | None = None

    @property
    def reason(self) -> Reason:
        """The ground as a piece of evidence, made once. Not asked before the customer is `called` by name."""
        if self._reason is None:
            self._reason = Reason(f"payer_{self.ground}", (self.customer_id, self.called))
        return self._reason


class PayerIndex:
    """Customers by everything a payment can show of them."""

    def __init__(self) -> None:
        """Empty."""
        self.customers: dict[str, Payer] = {}
        self.accounts: dict[str, set[str]] = defaultdict(set)
        self.known_accounts: dict[str, set[str]] = defaultdict(set)
        self._emails: dict[str, set[str]] = defaultdict(set)
        self._domains: dict[str, set[str]] = defaultdict(set)
        self._aliases: dict[str, dict[str, int]] = defaultdict(dict)
        self._once: set[tuple[str, str]] = set()
        self._children: dict[str, list[str]] = defaultdict(list)
        self._cache: dict[tuple[str, str, str], tuple[PayerHit, ...]] = {}
        self.names = NameIndex()
        self.numbers: dict[str, str] = {}
        self.digits: dict[str, str] = {}
        """By the digits of a customer number with letters before them; an empty string where several have them."""
        self.number_starts: set[str] = set()
        """The first letter and the first two of every customer number: a text without a word that begins so has none."""

    def add(self, payer: Payer) -> None:
        """Make a customer findable."""
        self._cache.clear()
        self.customers[payer.id] = payer
        number = compact(payer.id)
        self.numbers[number] = payer.id
        digits = number.lstrip(_LETTERS)
        if len(digits) >= _DIGITS_MIN and digits != number and digits.isdecimal():
            self.digits[digits] = payer.id if self.digits.get(digits, payer.id) == payer.id else ""
        self.number_starts |= {number[:1], number[:2]}
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
            self.names.add(payer.id, payer.name)

    def learn(self, memory: Memory) -> None:
        """Know again under which account, address and name people accepted payments for a customer."""
        self._cache.clear()
        for sign, text, customer, confirmations in memory.learnt():
            if sign == "account":
                known = self.accounts[text]
                self.known_accounts[customer].add(text)
            elif sign == "email":
                known = self._emails[text]
            else:
                self._aliases[text][customer] = confirmations
                continue
            if confirmations < PROVEN and customer not in known:
                self._once.add((text, customer))
            known.add(customer)

    def called(self, hits: Iterable[PayerHit]) -> Iterable[PayerHit]:
        """The hits with the customers' names, for the words of an explanation."""
        for hit in hits:
            payer = self.customers.get(hit.customer_id)
            hit.called = payer.name or payer.id if payer is not None else hit.customer_id
        return hits

    def family(self, customer_id: str) -> tuple[str, ...]:
        """Customers of the same group without the customer itself: parent, children, sisters."""
        payer = self.customers.get(customer_id)
        children = self._children.get(customer_id, ())
        if not children and (payer is None or not payer.parent_id):
            return ()
        found = list(children)
        if payer is not None and payer.parent_id:
            found.append(payer.parent_id)
            found += [sister for sister in self._children[payer.parent_id] if sister != customer_id]
        return tuple(sorted(set(found)))[:FAMILY_MAX]

    def knows(self, text: str) -> bool:
        """Whether a text is some customer's name, whole, cut or misspelt."""
        return bool(self._by_name(text))

    def bearers(self, text: str) -> set[str]:
        """Everybody of just this name, legal form aside."""
        return self.names.bearers(take_apart(text))

    def by_email(self, address: str) -> set[str]:
        """Customers with this very address."""
        return self._emails.get(address.strip().upper(), set())

    def resolve(self, receipt: Receipt) -> tuple[PayerHit, ...]:
        """Every customer within a margin of the best one, best first; empty where nobody fits."""
        key = receipt.payer_account, receipt.payer_email, receipt.payer_name
        known = self._cache.get(key)
        if known is None:
            known = self._resolve(receipt)
            self.called(known)
            self._cache[key] = known
        return known

    def _resolve(self, receipt: Receipt) -> tuple[PayerHit, ...]:
        hits: dict[str, PayerHit] = {}
        if receipt.payer_account:
            account = compact(receipt.payer_account)
            self._take(hits, account, self.accounts.get(account), CERTAIN, "account")
        email = receipt.payer_email.strip().upper()
        if email:
            self._take(hits, email, self._emails.get(email), CERTAIN, "email")
            if not hits:
                domain = email.rpartition("@")[2]
                self._take(hits, domain, self._domains.get(domain), STRONG, "domain")
        if receipt.payer_name:
            certain = bool(hits) and all(hit.level == CERTAIN and not hit.once for hit in hits.values())
            for hit in self._by_name(receipt.payer_name, strong_only=certain):
                known = hits.get(hit.customer_id)
                once = hit.once and (known is None or known.once)
                if known is None or hit.level > known.level:
                    hits[hit.customer_id] = known = hit
                known.once = once
        return _within_margin(hits)

    def _take(self, hits: dict[str, PayerHit], text: str, found: set[str] | None, level: int, ground: str) -> None:
        """The customers of one sign, where they are few enough to mean something."""
        if not found or len(found) > _SHARED_MAX:
            return
        for customer in sorted(found):
            once = (text, customer) in self._once
            known = hits.setdefault(
                customer, PayerHit(customer, level if len(found) == 1 else min(level, STRONG), ground, once=once)
            )
            known.once = known.once and once

    def _by_name(self, text: str, *, strong_only: bool = False) -> list[PayerHit]:
        """Whose name it could be. `strong_only`: beside something certain a likely name counts for nothing and is not looked for."""
        aliases = self._aliases.get(_alias(text))
        if aliases and len(aliases) <= _SHARED_MAX:
            return self._by_alias(text, aliases)
        said = take_apart(text)
        if not said.tokens or (said.tokens[0] in PROCESSORS and not self.names.bearers(said)):
            return []
        same = self.names.bearers(said)
        if same:
            return self._same_name(said, same, strong_only=strong_only)
        if strong_only:
            return [
                PayerHit(customer, STRONG, "similar_name", score) for customer, score in self.names.run_together(said)
            ]
        return self._similar(said)

    def _by_alias(self, text: str, aliases: dict[str, int]) -> list[PayerHit]:
        """Who was paid for under this name before; whoever bears the very name beside them stays possible."""
        level = CERTAIN if len(aliases) == 1 and sum(aliases.values()) >= PROVEN else STRONG
        others = self.names.bearers(take_apart(text)) - set(aliases)
        if others:
            level = STRONG
        return [
            PayerHit(customer, level, "alias", once=count < PROVEN and not self.names.resembles(text, customer))
            for customer, count in sorted(aliases.items())
        ] + [PayerHit(customer, STRONG, "name") for customer in sorted(others)]

    def _same_name(self, said: Name, same: set[str], *, strong_only: bool) -> list[PayerHit]:
        if len(same) > 1 and said.forms:
            exact = {customer for customer in same if self.names.of(customer).forms == said.forms}
            same = exact or same
        out = []
        for customer in sorted(same):
            other_form = not same_forms(said, self.names.of(customer))
            out.append(PayerHit(customer, LIKELY, "other_form") if other_form else PayerHit(customer, STRONG, "name"))
        if not said.forms and not strong_only:  # a whole name without its form may as well begin a longer one
            out += [PayerHit(one, LIKELY, "similar_name", _LONGER) for one in self.names.longer(said)]
        return out

    def _similar(self, said: Name) -> list[PayerHit]:
        return [
            PayerHit(customer, STRONG if score >= _AS_GOOD_AS_WHOLE else LIKELY, "similar_name", score)
            for customer, score in self.names.similar(said)
        ]


def _alias(text: str) -> str:
    return compact(fold(text))


def _within_margin(hits: dict[str, PayerHit]) -> tuple[PayerHit, ...]:
    if len(hits) < 2:
        return tuple(hits.values())
    order = sorted(hits.values(), key=lambda hit: (-hit.level, -hit.weight, hit.customer_id))
    best = order[0].level
    return tuple([hit for hit in order if best - hit.level < 2])
