"""`tieout policy`: what the matcher may do by itself here, as data."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cli.group import group
from cli.opened import opened
from cli.options import AsJson, Organisation
from cli.shown import print_json, print_table
from ledger.faults import BadInput
from reconcile.books.policies import choices, followed, parsed
from reconcile.books.proofs import proofs
from reconcile.books.switching import apply

app = group("The matching policy: show it, set it.")


@app.command()
def show(organisation: Organisation = None, as_json: AsJson = False) -> None:
    """Show the policy that is followed, and its version."""
    place = opened(organisation)
    with place.app.database.read() as connection:
        standing = followed(connection, place.organisation_id)
    own = standing.policy
    if as_json:
        whole = msgspec.to_builtins(own, order="sorted")
        print_json({"version": standing.version, "choices": choices(own), "policy": whole})
        return
    unattended = own.unattended
    print(f"Policy version {standing.version}. Automatic decisions are {'on' if unattended.on else 'off'}.")
    print_table(
        ("rule", "value"),
        [
            ("classes on", ", ".join(sorted(unattended.classes)) or "none"),
            ("nobody looks up to", ", ".join(f"{cap.most} {cap.currency}" for cap in unattended.caps) or "none"),
            ("two people above", ", ".join(f"{cap.most} {cap.currency}" for cap in unattended.second_above) or "never"),
            ("equal invoices", "oldest first" if own.matching.oldest_first else "a person chooses"),
            ("rounding", f"{own.matching.rounding_minor} of the smallest units"),
            *[
                (f"rounding, {', '.join(sorted(rule.methods))}", f"{rule.most} of the smallest units")
                for rule in own.matching.rounding_rules
            ],
        ],
    )
    proved = [proof.code for proof in proofs().values() if proof.proved]
    print(f"Proved on the benchmark: {', '.join(proved) or 'none'}.")


@app.command("set")
def set_(
    file: Annotated[str, typer.Argument(help="JSON as `show --json` prints under choices; - reads standard input.")],
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Follow another policy from now on. Classes are switched on only where they are proved and replayed."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        content = json.loads(text)
    except OSError as error:
        raise BadInput(f"{file} cannot be read ({error.strerror}).") from None
    except ValueError as error:
        raise BadInput(f"{file} holds no JSON: {error}.") from None
    if not isinstance(content, dict):
        raise BadInput('A policy is an object like {"unattended": {...}, "matching": {...}}.')
    place = opened(organisation)
    now = place.app.clock.now()
    with place.app.database.write() as connection:
        version = apply(
            connection, place.organisation_id, parsed(content), actor=place.actor, note="Set from a file.",
            today=now.date(), now=now,
        )  # fmt: skip
    if as_json:
        print_json({"version": version})
    else:
        print(f"Policy version {version} is followed.")
