"""What `./tieout` goes on as: a plain `match` goes straight to work, everything else through the commands."""

from __future__ import annotations

import os
import sys


def run() -> int:
    """Runs the process's command line and gives its exit status."""
    words = sys.argv[1:]
    if words[:1] == ["match"]:
        from cli.match_run import Files, run_match

        files = Files.plainly(words[1:])
        if files is not None:
            os.umask(0o077)  # as every command: what we write is for this user alone
            try:
                return run_match(files)
            except BaseException as error:  # noqa: BLE001 - as every command: it ends in a sentence
                from cli.faults import report

                return report(error)
    from cli import main

    return main.run(words)


if __name__ == "__main__":
    sys.exit(run())
