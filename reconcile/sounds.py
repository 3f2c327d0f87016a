"""Names of other scripts as they sound: what a bank's Latin-only field makes of a Chinese, Arabic or Thai name.

Nobody romanises alike, so vowels are left out and consonants that are written for one another count as one. That finds no
customer by itself; it says which of a few is meant, once the amount has named them.
"""

from functools import lru_cache

from rapidfuzz.distance import Indel

_TOGETHER = (("PH", "P"), ("TH", "T"), ("CH", "S"), ("SH", "S"), ("TS", "S"), ("GH", "K"), ("KH", "K"))
_SOUND = {
    letter: letters[0]
    for letters in ("KQCG", "TD", "PBFV", "SZJX", "M", "N", "RL")
    for letter in letters
}  # fmt: skip
_LETTERS_MIN = 5
_ALIKE_MIN = 0.8
"""Of one book's names in one script, 4 of 5 true pairs are this much alike and 1 of 12 others."""
_CUT_SLACK = 2


@lru_cache(maxsize=1 << 13)
def sound(text: str) -> str:
    """A name's consonants, doubled ones once."""
    latin = text.upper()
    if not latin.isascii():
        from anyascii import anyascii  # its tables are for other scripts alone, and most books have none

        latin = anyascii(text).upper()
    for two, one in _TOGETHER:
        latin = latin.replace(two, one)
    kept: list[str] = []
    for letter in latin:
        heard = _SOUND.get(letter)
        if heard is not None and kept[-1:] != [heard]:
            kept.append(heard)
    return "".join(kept)


def sounds_like(said: str, known: str) -> bool:
    """Whether a name in one script may be the other's, whole or cut; False where both are in one script."""
    if said.isascii() == known.isascii():
        return False
    plain, other = (said, known) if said.isascii() else (known, said)
    if len(sound(plain)) < _LETTERS_MIN or len(sound(other)) < _LETTERS_MIN:
        return False
    here, there = sound(said), sound(known)
    beginning = there[: len(here) + _CUT_SLACK]
    return max(Indel.normalized_similarity(here, there), Indel.normalized_similarity(here, beginning)) >= _ALIKE_MIN
