"""The program: finds the command, runs it, and turns what stops it into a sentence and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from cli.faults import report
from cli.lazy import lazy_group
from cli.registry import COMMANDS

EPILOG: Final = """\b
Examples:
  tieout demo              the whole product on a pretend business
  tieout match --invoices invoices.csv --receipts receipts.csv --out matched
  tieout doctor            the settings, and whether everything answers
  tieout COMMAND --help    what a command takes, with an example
"""

app = lazy_group(
    COMMANDS,
    "Matches cash to invoices across QuickBooks Online, Xero and Stripe, and proves that the books tie out to the cent.",
    "tieout",
    EPILOG,
)


def version() -> str:
    """The installed version, or, beside a checkout that is only run, what its pyproject.toml says."""
    import tomllib
    from importlib import metadata

    from runtime.settings import ROOT

    source = ROOT / "pyproject.toml"
    if source.is_file():
        with source.open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
    return metadata.version("tieout")


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"tieout {version()}")
        raise typer.Exit


@app.callback()
def tieout(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """The options before any command."""


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and gives its exit status. A command ends with the status that it returns, or 0."""
    os.umask(0o077)  # what we write holds a business's books: it is for this user alone
    command = typer.main.get_command(app)
    try:
        answer = command.main(args=list(arguments), prog_name="tieout", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _read_enough()
    except SystemExit as ending:
        if isinstance(ending.__context__, BrokenPipeError):
            return _read_enough()
        return ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException as error:  # noqa: BLE001 - the one place where everything ends in a sentence
        return report(error)
    return answer if isinstance(answer, int) else 0


def _read_enough() -> int:
    """Whoever read our output has seen what they wanted (`| head`); the interpreter must not try to flush the rest."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
