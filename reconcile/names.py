"""Comparing a payer's name as a bank gives it with a customer's name as it stands in the books."""

import re
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from reconcile.fold import fold, latin, words
from reconcile.legal_forms import BANK_WORDS, FORMS, GLUED_FORMS, SAME_FORM, SHORTENED, WEAK

_TYPO_LENGTH_MIN = 4
_CUT_LENGTH_MIN = 12
"""A bank field never cuts shorter than this; a shorter prefix is another name."""
_LEAD_IN = re.compile(r"^\s*(?:B/O|O/B|C/O|A/C)[ :]*")
_FORM_CUT_MIN = 18
_CUT_AT_WORD = 0.86
"""A cut that falls between two words may as well be another, shorter name."""
_PREFIX_MIN = 3
_READ_OTHERWISE = frozenset({*FORMS, *WEAK, *BANK_WORDS, *SHORTENED})


class Name:
    """A name taken apart once: its telling words, its legal forms, and a key for equality."""

    __slots__ = ("added", "forms", "joined", "key", "raw", "tokens", "whole")

    def __init__(self, raw: tuple[str, ...], forms: frozenset[str], added: int = 0, whole: str = "") -> None:
        """`raw` is without legal forms and filler words; the last `added` stood behind the legal form, as a branch's town does.

        `whole` is every word run together, as a field without blanks has it.
        """
        self.raw = raw
        self.tokens = tuple([skeleton(word) if "E" in word else word for word in raw])
        self.forms = forms
        self.added = added
        self.joined = "".join(self.tokens)
        self.key = " ".join(sorted(self.tokens)) if len(raw) > 1 else self.joined
        self.whole = skeleton(whole) or self.joined

    def without_addition(self) -> "Name":
        """The name up to its legal form."""
        return Name(self.raw[: len(self.raw) - self.added], self.forms)


def skeleton(word: str) -> str:
    """A word with the written-out umlauts taken back, so that MÜLLER, MUELLER and MULLER are one."""
    if "E" in word:
        word = word.replace("AE", "A").replace("OE", "O").replace("UE", "U")
    return word


@lru_cache(maxsize=1 << 13)
def take_apart(text: str) -> Name:
    """A name from any field. Dots inside an abbreviation vanish: `G.m.b.H.` is GMBH."""
    folded = latin(fold(text.replace(".", "") if "." in text else text))
    if "/" in folded:
        folded = _LEAD_IN.sub("", folded)
    found = words(folded.replace("'", "").replace("’", ""))
    kept: list[str] = []
    forms: set[str] = set()
    before = 0
    for said in found:
        word = said if said.isascii() else _without_glued_form(said, forms)
        if word not in _READ_OTHERWISE:
            kept.append(word)  # as most words
        elif word in FORMS:
            forms.add(SAME_FORM.get(word, word))
            before = len(kept)
        elif word not in WEAK and word not in BANK_WORDS:
            kept.append(SHORTENED.get(word, word))
    added = len(kept) - before if before else 0
    if len(kept) > 1 and kept[0].isdigit() and len(kept[0]) == 1:
        del kept[0]  # a structured field's line number, as in `1/NORDWIND`
    return Name(tuple(kept or found), frozenset(forms), added, "".join(found))


def _without_glued_form(word: str, forms: set[str]) -> str:
    """Chinese and Japanese names carry their legal form without a space, in front or behind."""
    for form in GLUED_FORMS:
        if form in word and word != form:
            forms.add(form)
            return word.replace(form, "")
    return word


@lru_cache(maxsize=1 << 16)
def word_alike(said: str, known: str) -> float:
    """How well one word stands for another: 1 equal, less for a cut, an abbreviation or a slip; 0 for another word."""
    if said == known:
        return 1.0
    if len(said) >= _PREFIX_MIN and known.startswith(said):
        return 0.93 if len(said) * 2 >= len(known) else 0.8
    if len(said) >= _TYPO_LENGTH_MIN and len(known) >= _TYPO_LENGTH_MIN:
        allowed = 1 if max(len(said), len(known)) < 9 else 2
        if abs(len(said) - len(known)) <= allowed:
            distance = OSA.distance(said, known, score_cutoff=allowed)
            if distance <= allowed:
                return 0.94 - 0.06 * distance
    if _abbreviates(said, known):
        return 0.86
    return 1.0 if ("E" in said or "E" in known) and skeleton(said) == skeleton(known) else 0.0


def _abbreviates(said: str, known: str) -> bool:
    """`INGBURO` for `INGENIEURBURO`: letters left out, both ends kept."""
    ends = 2 if len(said) >= _TYPO_LENGTH_MIN else 1
    if not (len(said) >= _PREFIX_MIN and said[:ends] == known[:ends] and said[-ends:] == known[-ends:]):
        return False
    rest = iter(known)
    return all(letter in rest for letter in said)


def same_forms(said: Name, known: Name) -> bool:
    """Whether legal forms do not contradict each other; a slip of one letter does not, nor the cut end of a long field."""
    one, two = said.forms, known.forms
    if not one or not two or one & two:
        return True
    if len(said.whole) >= _FORM_CUT_MIN and any(there.startswith(here) for here in one for there in two):
        return True
    return any(
        OSA.distance(here, there, score_cutoff=1) <= 1 for here in one for there in two if len(here) + len(there) > 4
    )


def may_be_cut(said: Name) -> bool:
    """Whether a text is long enough to be what a short field left."""
    return len(said.joined) >= _CUT_LENGTH_MIN


def cut_of(said: Name, known: Name) -> bool:
    """Whether a text is the beginning of a name, as a bank's short field leaves it."""
    return may_be_cut(said) and known.joined.startswith(said.joined)


def begin_alike(one: Name, two: Name) -> bool:
    """Whether the first words are long and one slip apart at most; a common trade is no first word."""
    here, there = one.tokens[0] if one.tokens else "", two.tokens[0] if two.tokens else ""
    return min(len(here), len(there)) > _TYPO_LENGTH_MIN and OSA.distance(here, there, score_cutoff=1) <= 1


def alike(said: Name, known: Name) -> float:
    """0 to 1. Every telling word of both sides has to find its like, unless the text was cut."""
    if said.key == known.key:
        return 1.0
    if said.joined == known.joined:
        return 0.98
    if cut_of(said, known):
        whole_words = said.tokens == known.tokens[: len(said.tokens)]
        return _CUT_AT_WORD if whole_words else 0.95
    if len(said.tokens) > 1 and said.tokens[:-1] == known.tokens and len(said.tokens[-1]) <= 2:
        return 0.96
    if said.added:
        trunk = said.without_addition()
        if trunk.key == known.key:
            return 0.95
    if len(known.tokens) > 1 and len(said.tokens) == len(known.tokens) + 1 and set(known.tokens) < set(said.tokens):
        return _CUT_AT_WORD
    forward = _covered(said.raw, known.raw)
    if forward < 0.6 or len(said.raw) == 1 < len(known.raw):
        return _glued(said, known)
    return min(forward, _covered(known.raw, said.raw, back=True))


def _covered(these: tuple[str, ...], those: tuple[str, ...], *, back: bool = False) -> float:
    """The share of these words' letters that find a like among those, weighed by how good the likes are."""
    total = sum(map(len, these))
    cut = these[-1] if these and not back else ""
    stump = those[-1] if back and len(those[-1]) > 1 and len("".join(those)) >= _CUT_LENGTH_MIN else ""
    free = list(those)
    score = 0.0
    for word in these:
        best, at = 0.0, -1
        for place, other in enumerate(free):
            value = 1.0 if word == other else word_alike(other, word) if back else word_alike(word, other)
            if not value and ((word is cut and other.startswith(word)) or (other is stump and word.startswith(stump))):
                value = 0.8
            if value > best:
                best, at = value, place
                if best == 1.0:
                    break
        if at >= 0:
            score += best * len(word)
            del free[at]
    return score / total if total else 0.0


def _glued(said: Name, known: Name) -> float:
    """Words run together or split: compared as one string, with and without the legal form."""
    best = 0.0
    for here, there in ((said.joined, known.joined), (said.whole, known.whole), (said.joined, known.whole)):
        if len(here) < _TYPO_LENGTH_MIN or abs(len(here) - len(there)) > 3:
            continue
        if here == there:
            return 0.97
        ratio = fuzz.ratio(here, there) / 100
        best = max(best, ratio - 0.05 if ratio >= 0.9 else 0.0)
    return best
