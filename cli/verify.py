"""`tieout verify`: what stands here, held against the providers' own figures; each difference with its cause."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from cli.opened import Opened, opened
from cli.options import AsJson, Entity, Organisation
from cli.shown import print_json, print_table
from ledger.faults import BadInput, Fault, NotFound
from proving.verify.differences import WORDS, Difference
from proving.verify.run import Verified
from runtime.proving import verify_connection
from runtime.wiring import FILES


def verify(
    connection: Annotated[str | None, typer.Argument(help="One connection: its id, or provider:company.")] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Day of the control account; today without it.")
    ] = None,
    organisation: Organisation = None,
    entity: Entity = None,
    as_json: AsJson = False,
) -> int:
    """Hold receivables, counts, balances and what was posted against the providers' own figures, at few calls.

    Nothing is changed by it. Ends with 1 where something differs, with 3 where a provider could not be reached.
    """
    day = day_of(on, "--on")
    place = opened(organisation)
    rows = [row for row in place.connections(connection, entity) if row.provider != FILES]
    if not rows:
        raise NotFound("There is no connection to verify; make one with `tieout connect`.")
    done: list[tuple[Any, Verified]] = []
    failed: list[tuple[Any, Fault]] = []
    for row in rows:
        try:
            done.append((row, _one(place, row, day)))
        except Fault as fault:
            if len(rows) == 1:
                raise
            failed.append((row, fault))  # one provider that is down does not keep the others waiting
    if as_json:
        print_json({
            "connections": [_content(row, found) for row, found in done],
            "problems": [{"connection": _name(row), "problem": str(fault)} for row, fault in failed],
        })  # fmt: skip
    else:
        _print(done, failed)
    if failed:
        return max(fault.exit_status for _, fault in failed)
    return int(any(found.rows for _, found in done))


def day_of(text: str | None, option: str) -> date | None:
    """Raises BadInput for what is no date."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option} {text!r} is no date; write it like 2026-03-31.") from None


def _one(place: Opened, row: Any, day: date | None) -> Verified:
    return verify_connection(
        place.app, place.organisation_id, row.id, by=place.actor, on=day, report=teller(_name(row))
    )


def teller(name: str) -> Callable[[str], None]:
    """One line, rewritten; nothing where nobody watches."""

    def tell(what: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{name}  {what} ...\x1b[K")
            sys.stderr.flush()

    return tell


def _name(row: Any) -> str:
    return f"{row.provider}:{row.company_id}"


def _content(row: Any, found: Verified) -> dict[str, Any]:
    return {
        "connection": _name(row), "company": row.company_name, "verification": found.id, "state": found.state,
        "calls": found.calls, "compared": found.totals, "differences": [_difference(one) for one in found.rows],
        "not_compared": list(found.not_compared), "notes": list(found.notes),
    }  # fmt: skip


def _difference(one: Difference) -> dict[str, Any]:
    content = asdict(one)
    numbers = content.pop("numbers") or (None, None)
    return {
        **content, "cause_words": WORDS[one.cause], "remedy": one.to_do, "detail": dict(one.detail),
        "currency": next((money.currency for money in (one.ours, one.theirs) if money is not None), None),
        "ours": numbers[0] if one.ours is None else f"{one.ours.decimal():f}",
        "theirs": numbers[1] if one.theirs is None else f"{one.theirs.decimal():f}",
    }  # fmt: skip


def _print(done: list[tuple[Any, Verified]], failed: list[tuple[Any, Fault]]) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    for row, found in done:
        told = {"tied": "ties out", "failed": "nothing was compared"}.get(found.state, f"{len(found.rows)} differences")
        print(f"{_name(row)}  {row.company_name}: {told} ({found.calls} calls)")
        for check, total in found.totals.items():
            print(f"  {check}: {total['compared']:,} compared, {total['differ']:,} differ")
        for words in (*found.not_compared, *found.notes):
            print(f"  Note: {words}")
        if found.rows:
            heads = ("check", "what", "here", "there", "cause", "why")
            print_table(heads, [_line(one) for one in found.rows])
            for remedy in dict.fromkeys(one.to_do for one in found.rows):
                print(f"  To do: {remedy}")
    for row, fault in failed:
        typer.echo(f"{_name(row)}: {fault}", err=True)


def _line(one: Difference) -> tuple[Any, ...]:
    numbers = one.numbers or (None, None)
    here = numbers[0] if one.ours is None else one.ours
    there = numbers[1] if one.theirs is None else one.theirs
    return one.check.value, one.name, here, there, WORDS[one.cause], one.words
