"""Companies of many countries, each with its name as written at home and as a bank of A to Z writes it."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from typing import Final

from bench.matching_second.words import CYRILLIC, GREEK, LATIN, OTHER


@dataclass(frozen=True)
class Name:
    native: str
    latin: str


GERMAN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
LETTERS: Final = str.maketrans({
    "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "å": "a", "Å": "A", "ł": "l", "Ł": "L", "ß": "ss", "ı": "i", "đ": "d",
    "Đ": "D", "ð": "d", "þ": "th",
})  # fmt: skip
SLAVIC: Final = dict(zip("абвгдезийклмнопрстуфхыэь", "abvgdeziyklmnoprstufhye", strict=False)) | {
    "ё": "e", "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ь": "", "ъ": "",
    "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "х": "kh",
}  # fmt: skip
HELLENIC: Final = dict(zip("αβγδεζηικλμνοπρσςτυφω", "avgdeziiklmnoprsstyfo", strict=True)) | {
    "θ": "th", "ξ": "x", "χ": "ch", "ψ": "ps", "ά": "a", "έ": "e", "ή": "i", "ί": "i", "ό": "o", "ύ": "y", "ώ": "o",
}  # fmt: skip


def without_accents(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.translate(LETTERS))
    return "".join(each for each in spread if not unicodedata.combining(each))


def _romanised(text: str, table: dict[str, str]) -> str:
    return "".join(
        table.get(each.lower(), each.lower()).capitalize() if each.isupper() else table.get(each, each) for each in text
    )


def company(rng: random.Random, country: str) -> Name:
    if country in CYRILLIC:
        families, trades, forms = CYRILLIC[country]
        native = forms[0].format(f"{rng.choice(trades)}{rng.choice(families)}-{rng.choice(trades).lower()}")
        return Name(native, without_accents(_romanised(native, SLAVIC)))
    if country == "GR":
        families, trades, forms = GREEK
        native = forms[0].format(f"{rng.choice(families)} {rng.choice(trades)}")
        return Name(native, without_accents(_romanised(native, HELLENIC)))
    if country in OTHER:
        firsts, seconds, thirds, (native_form, latin_form) = OTHER[country]
        picked = [rng.choice(firsts), rng.choice(seconds), rng.choice(thirds)]
        joint = "" if country in {"CN", "JP", "KR", "TH"} else " "
        native = native_form.format(joint.join(each[0] for each in picked))
        return Name(native, latin_form.format(" ".join(each[1] for each in picked)))
    families, trades, forms = LATIN[country]
    first, second = rng.sample(families, 2)
    stem = rng.choice((f"{first} {rng.choice(trades)}", f"{first} & {second} {rng.choice(trades)}"))
    native = f"{stem} {rng.choice(forms)}".replace("{n}", second)
    return Name(native, without_accents(native.translate(GERMAN) if country in {"DE", "AT", "CH"} else native))
