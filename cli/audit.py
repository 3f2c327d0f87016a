"""`tieout audit verify`: whether the hash chain of the audit log holds."""

from __future__ import annotations

import typer

from cli.opened import opened
from cli.options import AsJson, Organisation
from cli.shown import print_json
from store.audit import first_broken, length

app = typer.Typer(no_args_is_help=True, help="The audit log.")


@app.callback()
def audit() -> None:
    """The audit log: who decided what, in a chain that shows any change."""


@app.command()
def verify(organisation: Organisation = None, as_json: AsJson = False) -> int:
    """Check the audit log's hash chain. Ends with 1 and the first broken entry where it does not hold."""
    place = opened(organisation)
    with place.app.database.read() as connection:
        broken = first_broken(connection, place.organisation_id)
        entries = length(connection, place.organisation_id)
    if as_json:
        print_json({"organisation": place.organisation.name, "entries": entries, "first_broken": broken})
    elif broken is None:
        print(f"The chain of {entries} entries is whole.")
    else:
        print(f"Entry {broken} of {entries} does not fit the chain: it, or one before it, was changed.")
    return int(broken is not None)
