"""The server of a benchmark leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from runtime.settings import ROOT, environment

SCRIPT = "from bench.postgres import postgres\nwith postgres(): pass"


def test_no_folder_of_it_outlives_the_process() -> None:
    with tempfile.TemporaryDirectory(prefix="t-") as name:  # a socket's path is limited
        folder = Path(name)
        folder.chmod(0o755)
        given = {key: text for key, text in environment().items() if key != "XDG_RUNTIME_DIR"}
        env = {**given, "TMPDIR": name, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        subprocess.run([sys.executable, "-c", SCRIPT], env=env, check=True, timeout=240, cwd=ROOT)
        assert list(folder.iterdir()) == []
