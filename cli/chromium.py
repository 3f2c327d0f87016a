"""Finds the browser that the tests need, and brings Debian's where that may be done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from ledger.faults import BadInput

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_MACOS: Final = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
INSTALL: Final = (("apt-get", "update"), ("apt-get", "install", "-y", "--no-install-recommends", "chromium"))


def find_chromium() -> Path | None:
    found = (shutil.which(name) for name in PROGRAMS)
    places = [Path(each) for each in found if each] + [path for path in ON_MACOS if path.is_file()]
    return places[0] if places else None


def how_to_install() -> str:
    if shutil.which("apt-get"):
        sudo = "" if os.geteuid() == 0 else "sudo "
        return f"install it with: {sudo}apt-get install -y chromium"
    return "install Chromium or Google Chrome, so that it is found on PATH."


def demand_chromium() -> Path:
    """The browser; installed first, as root on Debian. Elsewhere its absence is a fault: nothing is left out silently."""
    found = find_chromium()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in INSTALL:
            print(f"tieout: {' '.join(command)}", file=sys.stderr, flush=True)
            done = subprocess.run(
                command, stdout=subprocess.DEVNULL, stderr=sys.stderr, stdin=subprocess.DEVNULL, check=False
            )
            if done.returncode:
                break
        found = find_chromium()
    if found is None:
        raise BadInput(f"The tests drive a real browser, and no Chromium was found; {how_to_install()}")
    return found
