"""The address that a link is printed with."""

from __future__ import annotations

from pathlib import Path

from runtime import whereabouts
from runtime.settings import Settings


def test_where_it_was_served_last_unless_the_owner_says_otherwise(tmp_path: Path) -> None:
    home = {"TIEOUT_HOME": str(tmp_path)}
    settings = Settings.load(home, None)
    assert whereabouts.link_base(settings) == "http://127.0.0.1:8765"
    whereabouts.note(settings, "0.0.0.0", 9100)
    assert whereabouts.link_base(settings) == "http://127.0.0.1:9100"
    whereabouts.note(settings, "::1", 9100)
    assert whereabouts.link_base(settings) == "http://[::1]:9100"
    named = Settings.load({**home, "TIEOUT_BASE_URL": "https://books.acme.example"}, None)
    assert whereabouts.link_base(named) == "https://books.acme.example"
