"""A `.env` file as plain names and values: no substitution, and a line that cannot be read is a fault, not a warning."""

from __future__ import annotations

from pathlib import Path

from dotenv.parser import parse_stream

from ledger.faults import BadInput


def read_dotfile(path: Path) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            bindings = list(parse_stream(file))
    except OSError as error:
        raise BadInput(f"Cannot read the settings file {path} ({error.strerror}); check its path and mode.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text; save it again as UTF-8.") from error
    for binding in bindings:
        if binding.error:
            line = binding.original.line
            raise BadInput(f"{path}, line {line} cannot be read; write NAME=value, with quotes around blanks and #.")
    return {each.key: each.value for each in bindings if each.key is not None and each.value is not None}
