"""Invented customers. Every mail address ends in .example, which nobody can own."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass

_FIRST = (
    "Alderbrook", "Ashdown", "Bramley", "Briarfield", "Calder", "Cedar Hollow", "Copperline", "Crestwell", "Dovecote",
    "Eastmere", "Elmsworth", "Fairhaven", "Fenwick", "Foxglove", "Glenrock", "Granby", "Hadleigh", "Hawthorn",
    "Ironbridge", "Juniper", "Kestrel", "Kingsmead", "Larkspur", "Lindenwood", "Lowfield", "Maplehurst", "Marlow",
    "Millrace", "Northgate", "Oakley", "Orchard Row", "Pebblebrook", "Quarry Hill", "Ravenscar", "Redfern", "Rowan",
    "Saltmarsh", "Silverdale", "Stonebridge", "Tamarack", "Thistledown", "Underwood", "Vale", "Wexcombe", "Whitfield",
    "Willowbank", "Yarrow", "Zephyr",
)  # fmt: skip
_TRADE = (
    "Bakery", "Bathrooms", "Bikes", "Boatyard", "Brewing", "Builders", "Cabinets", "Catering", "Coffee", "Dental",
    "Design", "Electrical", "Farms", "Fitness", "Florists", "Foods", "Garage", "Glass", "Hardware", "Homes", "Hotel",
    "Interiors", "Kitchens", "Landscapes", "Logistics", "Marine", "Nurseries", "Office Fitting", "Outdoor", "Paper",
    "Plumbing", "Pottery", "Print Works", "Properties", "Roofing", "School", "Signs", "Studio", "Textiles", "Timber",
    "Tools", "Veterinary Clinic", "Wines",
)  # fmt: skip
_FORMS = {
    "USD": ("LLC", "Inc.", "Co.", "Corp.", ""),
    "GBP": ("Ltd", "Limited", "LLP", "& Sons", ""),
    "EUR": ("GmbH", "B.V.", "S.A.R.L.", "S.r.l.", "AG"),
}
_CONTINENT = (
    "Bäckerei Holzmann", "Atelier Dubreuil", "Van der Meulen Interieur", "Möbelhaus Krüger", "Ferretti Arredi",
    "Maison Lagrange", "Schreinerei Böttcher", "Officina Bellandi", "Drukkerij Hoekstra", "Menuiserie Chênevert",
)  # fmt: skip
_PEOPLE = (
    "Dana Whitlock", "Theo Marsh", "Priya Raman", "Owen Castell", "Marisol Vega", "Hugh Penrose", "Imani Brooks",
    "Lena Forsberg", "Sam Okafor", "Ruth Ellison", "Callum Reid", "Noor Haddad",
)  # fmt: skip


@dataclass(frozen=True)
class Name:
    name: str
    email: str


def slug(name: str) -> str:
    flat = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", flat).strip("-")


def companies(chance: random.Random, count: int, currency: str) -> list[Name]:
    """Different names, at most 10 of the continent's and 2,064 of the others."""
    forms = _FORMS.get(currency, _FORMS["USD"])
    if currency == "EUR":
        stems = chance.sample(_CONTINENT, count)
    else:
        pairs = chance.sample(range(len(_FIRST) * len(_TRADE)), count)
        stems = [f"{_FIRST[pair // len(_TRADE)]} {_TRADE[pair % len(_TRADE)]}" for pair in pairs]
    return [_named(stem, chance.choice(forms)) for stem in stems]


def person(chance: random.Random) -> Name:
    name = chance.choice(_PEOPLE)
    return Name(name, f"{slug(name)}@post.example")


def damaged(name: str, chance: random.Random) -> str:
    """A payer's name as card forms and banks hand it on: capitals, cut, shortened, or turned round."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = plain.replace(".", "").split()
    way = chance.randrange(4)
    if way == 0:
        return plain.upper()
    if way == 1:
        return plain.upper()[:18].rstrip()
    if way == 2:
        return " ".join([words[0], *(word[:4] for word in words[1:])]).upper()
    return " ".join([*words[1:], words[0]])


def _named(stem: str, form: str) -> Name:
    return Name(f"{stem} {form}".strip(), f"accounts@{slug(stem)}.example")
