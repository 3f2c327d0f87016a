"""Customers' names, and how banks and people spoil them."""

import unicodedata
from random import Random

from bench.matching.places import Place

_ONSETS = (
    "nor",
    "cal",
    "ver",
    "lum",
    "tan",
    "bri",
    "sol",
    "kar",
    "mon",
    "del",
    "fen",
    "qui",
    "zan",
    "hol",
    "pro",
    "gri",
)
_MIDDLES = ("da", "vi", "de", "ro", "lo", "ti", "ma", "ne", "xi", "ba", "su", "ke")
_ENDS = ("via", "rix", "tec", "ton", "mer", "lux", "nex", "dale", "gen", "sys", "core", "fort", "mark", "line")
_SHORT = {
    "Maschinenbau": "Masch.bau",
    "Elektrotechnik": "Elektrotech.",
    "Construction": "Constr",
    "Manufacturing": "Mfg",
    "Engineering": "Eng",
    "Building Services": "Bldg Svcs",
    "Company": "Co",
    "Limited": "Ltd",
    "Software": "SW",
    "Logistics": "Logist",
    "Consulting": "Consult",
    "Medical Center": "Med Ctr",
    "Großhandel": "Grosshdl",
    "Medizintechnik": "Med.technik",
    "Distribution": "Distrib",
    "Transports": "Transp",
    "Transport": "Transp",
    "International": "Intl",
    "Ingenieurbüro": "Ing.büro",
}
_TRANSLATE = str.maketrans({"ß": "SS", "ø": "O", "Ø": "O", "ł": "L", "Ł": "L", "æ": "AE", "Æ": "AE"})
_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "å": "aa", "ø": "oe"}
)
_SCRIPTS = {"ja", "zh", "ko", "ar"}
CUT_TO = (18, 20, 22, 24, 27, 35)


def folded(text: str) -> str:
    """Upper case without marks; other scripts keep their letters."""
    flat = unicodedata.normalize("NFKD", text.translate(_TRANSLATE))
    return "".join(sign for sign in flat if not unicodedata.combining(sign)).upper()


def key(name: str) -> str:
    """What two names that a spoilt spelling may confuse have in common."""
    return "".join(sign for sign in folded(name) if sign.isalnum())[:8]


def _brand(rng: Random) -> str:
    middle = "".join(rng.choice(_MIDDLES) for _ in range(rng.choice((0, 1, 1, 2))))
    return (rng.choice(_ONSETS) + middle + rng.choice(_ENDS)).capitalize()


def company(place: Place, rng: Random, crowd: int) -> str:
    """A name for one of about `crowd` customers; more of them get a city or an invented brand."""
    form, trade = rng.choice(place.forms), rng.choice(place.trades)
    plain = rng.random() < 600 / max(crowd, 600)
    if place.language in _SCRIPTS or place.language == "bg":
        extra = "" if plain else _extra(place, rng)
        body = rng.choice(place.surnames) + (" " if place.language in {"ar", "bg"} else "") + trade + extra
        leading = place.language in {"ja", "ko"} and rng.random() < 0.6
        return f"{form}{body}" if leading else f"{body} {form}" if place.language in {"ar", "bg"} else f"{body}{form}"
    stem = rng.choice(place.surnames) if plain or rng.random() < 0.4 else _brand(rng)
    if rng.random() < 0.12:
        stem = f"{stem} & {rng.choice(place.surnames)}"
    if not plain and rng.random() < 0.6:
        trade = f"{trade} {rng.choice(place.cities)}"
    return f"{stem} {trade} {form}"


def _extra(place: Place, rng: Random) -> str:
    gap = " " if place.language in {"ar", "bg"} else ""
    if place.language == "ja":
        return rng.choice(place.cities) + rng.choice(place.surnames)
    return f"{gap}{rng.choice(place.cities)}{gap}{rng.choice(place.surnames)}"


def person(place: Place, rng: Random) -> str:
    first = rng.choice(
        ("Anna", "Peter", "Maria", "Jan", "Laura", "Thomas", "Ines", "Robert", "Clara", "Simon", "Olga", "Paul")
    )
    return f"{first} {rng.choice(place.surnames)}"


def _half_width() -> dict[str, str]:
    table = {}
    for code in range(0xFF66, 0xFFA0):
        narrow = chr(code)
        table[unicodedata.normalize("NFKC", narrow)] = narrow
    table["\u3099"], table["\u309a"] = "\uff9e", "\uff9f"
    return table


_NARROW = _half_width()


def narrow(name: str) -> str:
    """Half-width katakana, as Japanese bank lines are written."""
    spelt = name.replace("株式会社", "カ)").replace("有限会社", "ユ)").replace("合同会社", "ド)")
    return "".join(_NARROW.get(sign, sign) for sign in unicodedata.normalize("NFD", spelt))


def _misspelt(name: str, rng: Random) -> str:
    spots = [place for place in range(2, len(name) - 2) if name[place].isalpha() and name[place + 1].isalpha()]
    if not spots:
        return name
    spot = rng.choice(spots)
    way = rng.random()
    if way < 0.35:
        return name[:spot] + name[spot + 1] + name[spot] + name[spot + 2 :]
    if way < 0.7:
        return name[:spot] + name[spot + 1 :]
    return name[:spot] + name[spot] + name[spot:]


def _cut(name: str, rng: Random) -> str:
    fits = [width for width in CUT_TO if 10 <= width < len(name)]
    return name[: rng.choice(fits)].rstrip() if fits else name


def _short(name: str, rng: Random) -> str:
    del rng
    for long, brief in _SHORT.items():
        name = name.replace(long, brief)
    return name


def _reordered(name: str, rng: Random) -> str:
    words = name.split()
    if len(words) < 2:
        return name
    turn = rng.randrange(1, len(words))
    return " ".join(words[turn:] + words[:turn])


def _without_form(name: str, place: Place) -> str:
    for form in sorted(place.forms, key=len, reverse=True):
        name = name.removesuffix(form).removeprefix(form).strip()
    return name


def spoil(name: str, place: Place, rng: Random, *, hard: bool = False) -> str:
    """One or more of: cut, upper case, marks lost, misspelt, shortened, words moved, glued, a bank's prefix.

    `hard` always cuts, shortens or reorders: the three of case 17.
    """
    if place.language == "ja":
        return narrow(name)
    if place.language in _SCRIPTS:
        return _without_form(name, place) if rng.random() < 0.7 else name.replace(" ", "")
    done = name
    if hard:
        done = rng.choice((_cut, _short, _reordered))(name, rng)
        done = _reordered(name, rng) if done == name else done
    done = _in_one_way(done, place, rng, hard=hard)
    if rng.random() < 0.12 and len(done) > 16:
        done = _misspelt(done, rng)
    if rng.random() < 0.75 or done == name:
        done = folded(done)
    if rng.random() < 0.3 and not hard:
        done = _cut(done, rng)
    return done if done != name else done.upper()


def _in_one_way(name: str, place: Place, rng: Random, *, hard: bool) -> str:
    """At most one further damage; none in four cases of ten."""
    way = rng.random()
    if way < 0.2:
        return _misspelt(name, rng)
    if way < 0.32:
        return _without_form(name, place)
    if way < 0.42:
        return name if hard else _short(name, rng)
    if way < 0.47:
        return name if hard else name.replace(" ", "")
    if way < 0.53:
        return name.translate(_GERMAN)
    if way < 0.56:
        return f"{rng.choice(('B/O ', '1/', 'FA. ', 'DBA '))}{name}"
    return f"{name} {rng.choice(place.cities)}" if way < 0.59 else name
