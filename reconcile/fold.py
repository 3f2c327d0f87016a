"""Text made comparable: one case, no accents, no invisible characters; letters of every script stay."""

import re
import unicodedata
from functools import lru_cache

_SPECIAL = str.maketrans({
    "ß": "SS", "ẞ": "SS", "Ø": "O", "ø": "O", "Æ": "AE", "æ": "AE", "Œ": "OE", "œ": "OE", "Ł": "L", "ł": "L",
    "Đ": "D", "đ": "D", "Ð": "D", "ð": "D", "Þ": "TH", "þ": "TH", "ı": "I",
})  # fmt: skip
_LATIN = str.maketrans({
    "А": "A", "Б": "B", "В": "V", "Г": "G", "Ґ": "G", "Д": "D", "Е": "E", "Є": "YE", "Ж": "ZH", "З": "Z", "И": "I",
    "І": "I", "Ї": "I", "Й": "I", "К": "K", "Л": "L", "М": "M", "Н": "N", "О": "O", "П": "P", "Р": "R", "С": "S", "Т": "T",
    "У": "U", "Ф": "F", "Х": "KH", "Ц": "TS", "Ч": "CH", "Ш": "SH", "Щ": "SHCH", "Ъ": "", "Ы": "Y", "Ь": "", "Э": "E",
    "Ю": "YU", "Я": "YA", "Α": "A", "Β": "V", "Γ": "G", "Δ": "D", "Ε": "E", "Ζ": "Z", "Η": "I", "Θ": "TH", "Ι": "I",
    "Κ": "K", "Λ": "L", "Μ": "M", "Ν": "N", "Ξ": "X", "Ο": "O", "Π": "P", "Ρ": "R", "Σ": "S", "Τ": "T", "Υ": "Y",
    "Φ": "F", "Χ": "CH", "Ψ": "PS", "Ω": "O",
})  # fmt: skip
_RUN = re.compile(r"[^\W\d_]+|\d+")
_DATES = re.compile(r"\b(?:20\d\d-[01]\d-[0-3]\d|[0-3]?\d\.[01]?\d\.(?:20)?\d\d|[0-3]?\d/[0-3]?\d/(?:20)?\d\d)\b")
"""Days as people write them: digits that name no document."""
_WORD = re.compile(r"[^\W_]+")
_PLAIN_RUN, _PLAIN_WORD = re.compile(r"[A-Za-z]+|[0-9]+"), re.compile(r"[A-Za-z0-9]+")
"""The same for ASCII, found in half the time."""
DIGIT = re.compile(r"\d")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


_SMALL_KANA = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")


def fold(text: str) -> str:
    """Upper case without accents or bidi marks; full-width and native digits become ASCII digits, small kana large as banks print them."""
    if text.isascii():
        return text.upper()
    return _fold_letters(text)


@lru_cache(maxsize=1 << 16)
def _fold_letters(text: str) -> str:
    """The slow part, remembered: names and numbers of one book come again and again."""
    split = unicodedata.normalize("NFKD", text.translate(_SPECIAL))
    kept = _BEYOND_ASCII.sub(_kept, split)
    if kept.isascii():  # as nearly every Latin name
        return kept.upper()
    return unicodedata.normalize("NFC", kept).translate(_SMALL_KANA).upper()


def _kept(found: re.Match[str]) -> str:
    """What is left of a character beyond ASCII: nothing of a mark, its digit of a digit."""
    char = found[0]
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return ""
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def without_dates(folded: str) -> str:
    """A text with a blank for each day."""
    if folded.count("-") > 1 or folded.count(".") > 1 or folded.count("/") > 1:
        return _DATES.sub(" ", folded)
    return folded


def runs(folded: str) -> list[str]:
    """Unbroken runs of letters or of digits, in order."""
    return (_PLAIN_RUN if folded.isascii() else _RUN).findall(folded)


def words(folded: str) -> list[str]:
    """Unbroken runs of letters and digits together."""
    return (_PLAIN_WORD if folded.isascii() else _WORD).findall(folded)


def compact(text: str) -> str:
    """Only letters and digits, folded."""
    if not text.isascii():
        return "".join(_WORD.findall(_fold_letters(text)))
    run = text.replace(" ", "")  # which is all that most names need
    return run.upper() if run.isalnum() else "".join(_PLAIN_WORD.findall(run.upper()))


def latin(folded: str) -> str:
    """Cyrillic and Greek as a bank's Latin-only field writes them; other scripts unchanged."""
    return folded if folded.isascii() else folded.translate(_LATIN)
