"""Short digests that say which source made a figure."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from reconcile.policy import Policy

_LENGTH = 16
_HERE = Path(__file__).parent
_MEASURES = frozenset({"__main__.py", "digest.py", "document.py", "prove.py", "run.py", "score.py", "stopwatch.py"})
_MEASURES_TOO = frozenset(
    {
        "invariants.py",
        "matchers.py",
        "report.py",
        "results.py",
        "table.py",
        "tally.py",
        "truth.py",
        "warm.py",
        "wanted.py",
    }
)


def _of(paths: Iterable[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:_LENGTH]


def generator() -> str:
    """Everything that decides what a seed gives; not what measures."""
    own = {path for path in _HERE.glob("*.py") if path.name not in _MEASURES | _MEASURES_TOO}
    return _of(own | set((_HERE / "plans").glob("*.py")), _HERE)


def engine() -> str:
    root = _HERE.parent.parent / "reconcile"
    return _of(root.glob("*.py"), root)


def policy(given: Policy) -> str:
    return hashlib.sha256(msgspec.json.encode(given, order="deterministic")).hexdigest()[:_LENGTH]
