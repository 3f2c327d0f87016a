"""`tieout dev samples`: the providers' published examples through decoding and mapping; nothing is lost unsaid."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.options import AsJson
from cli.shown import print_json, print_table
from ledger.faults import BadInput
from runtime.providers.samples import mapped_samples


@dataclass(slots=True)
class Tally:
    """One provider's kind: how many records came, how many gave values, how many are named by a finding or are not ours."""

    came: int = 0
    mapped: int = 0
    not_ours: int = 0
    found: int = 0
    values: Counter[str] = field(default_factory=Counter)


def samples(
    path: Annotated[Path, typer.Argument(help="Folder with xero/, stripe/ and quickbooks/ in it.")],
    verbose: Annotated[bool, typer.Option("--verbose", help="Print every finding.")] = False,
    as_json: AsJson = False,
) -> int:
    """Map the providers' example answers. Ends with 1 where a record is neither mapped, nor named, nor plainly not ours."""
    if not path.is_dir():
        raise BadInput(f"{path} is no folder; give the one that holds xero/, stripe/ and quickbooks/.")
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    lost: list[str] = []
    said: list[str] = []
    for provider, record, mapped, ours in mapped_samples(path):
        tally = tallies[(provider, record.kind)]
        tally.came += 1
        tally.values.update(type(value).__name__ for value in mapped.values)
        said += [f"{provider}: {finding.sentence}" for finding in mapped.findings]
        if mapped.values:
            tally.mapped += 1
        elif mapped.findings:
            tally.found += 1
        elif not ours:
            tally.not_ours += 1
        else:
            lost.append(f"{provider}: {record.kind} {record.external_id} gave neither a value nor a finding")
    _print(tallies, said if verbose else [], lost, as_json=as_json)
    return int(bool(lost))


def _print(tallies: dict[tuple[str, str], Tally], said: Iterable[str], lost: list[str], *, as_json: bool) -> None:
    if as_json:
        print_json({"kinds": [_content(key, tally) for key, tally in sorted(tallies.items())], "lost": lost})
        return
    heads = ("provider", "kind", "records", "mapped", "named by a finding", "not ours", "values")
    rows: list[tuple[Any, ...]] = []
    for (provider, kind), tally in sorted(tallies.items()):
        values = ", ".join(f"{count} {name}" for name, count in sorted(tally.values.items()))
        rows.append((provider, kind, tally.came, tally.mapped, tally.found, tally.not_ours, values))
    print_table(heads, rows)
    for sentence in (*said, *lost):
        print(sentence)


def _content(key: tuple[str, str], tally: Tally) -> dict[str, Any]:
    return {
        "provider": key[0], "kind": key[1], "records": tally.came, "mapped": tally.mapped, "named": tally.found,
        "not_ours": tally.not_ours, "values": dict(tally.values),
    }  # fmt: skip
