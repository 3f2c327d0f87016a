"""What `./tieout` goes on as: a plain `match` goes straight to work, everything else through the commands."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable


def run(leave: Callable[[], None] | None = None) -> int:
    """Runs the process's command line and gives its exit status. `leave`: ends the process, where nothing is left to do."""
    words = sys.argv[1:]
    if words[:1] == ["match"]:
        gc.disable()  # as the match itself; to collect while its modules come in takes a twelfth of that
        _import_lightly()
        from cli.match_run import Files, run_match

        files = Files.plainly(words[1:])
        if files is not None:
            os.umask(0o077)  # as every command: what we write is for this user alone
            try:
                return run_match(files, leave)
            except BaseException as error:  # noqa: BLE001 - as every command: it ends in a sentence
                from cli.faults import report

                return report(error)
        gc.enable()
    from cli import main

    return main.run(words)


def _import_lightly() -> None:
    """The value library asks for backports of typing where it finds them; Python's own do, and are there already."""
    absent = "typing_extensions" not in sys.modules
    if absent:
        sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # as Python has it: not to be imported
    import msgspec  # noqa: F401 - for those that follow

    if absent:
        del sys.modules["typing_extensions"]


def _leave() -> None:
    """Ends a process that is done as it stands: to free its million small values one by one takes a twentieth of the run."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(run(_leave))
