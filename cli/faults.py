"""How a failure ends a command: one sentence on standard error, and an exit status that a script may rely on."""

from __future__ import annotations

import errno
import sys
import traceback
from dataclasses import dataclass
from typing import Final

import typer

from ledger.faults import Fault
from runtime.logs import redact

NEEDS_PERSON: Final = 1
WRONG_USE: Final = 2
UNREACHABLE: Final = 3
OURS: Final = 70  # a mistake in the program itself: none of the four that a script may act on
STOPPED: Final = 130  # Ctrl-C, as shells count it

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

# By name: this package may not import the libraries that raise them.
_SERVICES: Final = {
    "sqlalchemy.exc.OperationalError": "The database does not answer or is not ready ({}); see `tieout doctor`.",
    "redis.exceptions.ConnectionError": "The queue does not answer ({}); start it, or see `tieout doctor`.",
    "redis.exceptions.TimeoutError": "The queue does not answer in time ({}); see `tieout doctor`.",
    "requests.exceptions.ConnectionError": "A provider could not be reached ({}); try again later.",
    "requests.exceptions.Timeout": "A provider did not answer in time ({}); try again later.",
    "urllib3.exceptions.HTTPError": "A provider could not be reached ({}); try again later.",
}


@dataclass(frozen=True, slots=True)
class Ending:
    status: int
    sentence: str


def ending_of(error: BaseException) -> Ending | None:
    """The sentence and status of a failure that has one; None for a mistake of ours, which deserves its traceback."""
    if isinstance(error, Fault):
        return Ending(error.exit_status, str(error))
    if isinstance(error, typer.TyperException):
        return Ending(WRONG_USE, _usage(error))
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        return Ending(STOPPED, "Stopped.")
    for kind in type(error).__mro__:
        sentence = _SERVICES.get(f"{kind.__module__}.{kind.__qualname__}")
        if sentence:
            return Ending(UNREACHABLE, sentence.format(_first_line(error)))
    if isinstance(error, (ConnectionError, TimeoutError)):
        return Ending(UNREACHABLE, f"A service could not be reached ({_first_line(error)}); see `tieout doctor`.")
    if isinstance(error, OSError) and error.errno in _FULL:
        return Ending(
            WRONG_USE, f"What was to be written could not be ({error.strerror}); free some space, then try again."
        )
    if isinstance(error, OSError) and error.filename is not None:
        return Ending(WRONG_USE, f"Cannot use {error.filename} ({error.strerror}); check its path and mode.")
    return None


def report(error: BaseException) -> int:
    """Says what happened on standard error and gives the exit status."""
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{error}\n")  # a group that was called alone answers with its help
        return WRONG_USE
    ending = ending_of(error)
    if ending is None:
        # The traceback holds no values of variables; what a message may hold is redacted.
        lines = traceback.format_exception(type(error), error, error.__traceback__)
        sys.stderr.write(redact("".join(lines)))
        ending = Ending(OURS, "This is a mistake in Tieout, nothing that you did; report it with the lines above.")
    sys.stderr.write(f"tieout: {redact(ending.sentence)}\n")
    return ending.status


_NO_INTEGER = "Input should be a valid integer, unable to parse string as an integer"
"""How the library says it; nobody at a prompt has given an input or a string."""


def _usage(error: typer.TyperException) -> str:
    message = error.format_message().strip().rstrip(".").replace(_NO_INTEGER, "that is no whole number")
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "tieout"
    return f"{message}; see `{path} --help`."


def _first_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")
