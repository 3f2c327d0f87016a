"""What we lock may be used by a business without giving its own code away."""

from __future__ import annotations

import re
from importlib import metadata
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from runtime.settings import ROOT

ALLOWED: Final = re.compile(
    r"\b(?:MIT(?:-0)?|0?BSD|Apache|ISCL?|MPL|Mozilla|PSF|Python Software Foundation|Unlicense|ZPL|Zope|Zlib|CC0"
    r"|Public[ -]Domain)\b",
    re.IGNORECASE,
)
REFUSED: Final = re.compile(
    r"\b(?:L|A)?GPL|General Public|SSPL|Server Side Public|Elastic|Business Source|BUSL|Commons Clause"
)
# LGPL: used as separate, replaceable libraries, unchanged, which it allows.
LESSER: Final = frozenset({"psycopg", "psycopg-binary", "python-stdnum"})
# Their metadata is silent; read by eye in the licence file that they ship.
READ_BY_EYE: Final = {"axe-playwright-python": "MIT"}


def locked() -> list[str]:
    """Names in the locks that this system and this Python install."""
    lines = {
        line.rstrip(" \\")
        for name in ("app", "dev")
        for line in (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        if line[:1].isalnum()
    }
    wanted = (Requirement(line) for line in lines)
    return sorted({canonicalize_name(each.name) for each in wanted if each.marker is None or each.marker.evaluate()})


def licence_of(name: str) -> str:
    """What a package says, the surest field first. `metadata` raises where the lock is not installed."""
    found = metadata.metadata(name)
    given = {field: found[field] for field in ("License-Expression", "License") if field in found}
    trove = [
        each.rpartition("::")[2].strip() for each in found.get_all("Classifier", []) if each.startswith("License ::")
    ]
    short = given.get("License", "").partition("\n")[0]
    return given.get("License-Expression") or ", ".join(trove) or short or READ_BY_EYE.get(name, "")


@pytest.mark.parametrize("name", locked())
def test_a_locked_package_may_be_used(name: str) -> None:
    licence = licence_of(name)
    if name in LESSER:
        assert "LGPL" in licence
    else:
        assert ALLOWED.search(licence), f"{name} is under {licence or 'no licence that it names'}"
        assert not REFUSED.search(licence), f"{name} is under {licence}"


@pytest.mark.parametrize(
    "licence", ["GPL-3.0-only", "AGPLv3", "SSPL-1.0", "Elastic-2.0", "GNU General Public License v2"]
)
def test_what_is_refused(licence: str) -> None:
    assert REFUSED.search(licence)
