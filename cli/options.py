"""The options that commands share, so that each reads and behaves the same everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

Organisation = Annotated[
    str | None, typer.Option("--organisation", metavar="NAME", help="Whose books; may be left out where there is one.")
]
Entity = Annotated[
    str | None,
    typer.Option("--entity", metavar="NAME", help="One legal entity; without it, all of the organisation's."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
