"""`tieout doctor`: every setting with its origin, and whether everything answers."""

from __future__ import annotations

import json
from dataclasses import asdict

from cli.options import AsJson
from runtime.health import Health, check_all
from runtime.settings import Settings, Shown


def doctor(as_json: AsJson = False) -> int:
    """Show each setting and where it came from, secrets masked, and check the database, the queue and the versions.

    Ends with 1 where a person has to do something, with 3 where something does not answer.
    """
    settings = Settings.load()
    checks = check_all(settings)
    if as_json:
        print(json.dumps(_answer(settings.shown(), checks), indent=2, ensure_ascii=False))
    else:
        print("\n".join([*_setting_lines(settings.shown()), "", *_check_lines(checks)]))
    return max(check.exit_status for check in checks)


def _answer(shown: tuple[Shown, ...], checks: tuple[Health, ...]) -> dict[str, object]:
    return {"settings": [asdict(line) for line in shown], "checks": [asdict(check) for check in checks]}


def _setting_lines(shown: tuple[Shown, ...]) -> list[str]:
    """Names in one column, so that a person finds one; an absent value is a dash."""
    width = max(len(line.name) for line in shown)
    return [f"{line.name:<{width}}  {line.value or '-'}  ({line.origin})" for line in shown]


def _check_lines(checks: tuple[Health, ...]) -> list[str]:
    words = {0: "ok", 1: "do", 3: "down"}
    return [f"{words[check.exit_status]:<4}  {check.name}: {check.detail}" for check in checks]
