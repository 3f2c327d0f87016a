"""`tieout posting`: whether anything is written to the books, where to, and the switch that stops it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import msgspec
import typer

from cli.group import group
from cli.opened import Opened, opened
from cli.options import AsJson, Entity, Organisation
from cli.posting_waits import waits
from cli.shown import print_json, print_table
from ledger.faults import Ambiguous, BadInput, NotFound
from posting import ruling, stops
from posting.rules import Mode, PostingRules, Role
from posting.rules import Place as Posted
from runtime.shadow import shadow
from store import tenancy
from store.queries import outbox as queries
from store.queries.planning import accounts_of

app = group("The rules of posting: show them, set them, switch posting on and off.")


app.command()(waits)


@app.command()
def show(organisation: Organisation = None, entity: Entity = None, as_json: AsJson = False) -> None:
    """Show the rules of each entity, the accounts they name, and what waits."""
    place = opened(organisation)
    found = [_shown(place, row) for row in place.entities(entity)]
    if as_json:
        print_json({"entities": found})
        return
    for one in found:
        print(
            f"{one['entity']}: posting is {one['mode'].replace('_', ' ')}"
            + (f" (rules version {one['version']})." if one["version"] else ".")
        )
        if one["stopped"]:
            print(f"  Stopped: {one['stopped']['reason']}")
        rows = [
            (
                item["role"],
                item["account_name"],
                item["account"],
                item["source_name"] or "any",
                item["currency"] or "any",
            )
            for item in one["places"]
        ]
        if rows:
            print_table(("role", "account", "id", "source", "currency"), rows)
        waits = ", ".join(f"{count} {state}" for state, count in sorted(one["postings"].items())) or "nothing"
        print(f"  In the outbox: {waits}.")


@app.command("set")
def set_(
    role: Annotated[
        str | None, typer.Argument(help="What the account is for: bank, clearing, processor_fee...")
    ] = None,
    account: Annotated[str | None, typer.Argument(help="The books' account by its name, code or id.")] = None,
    file: Annotated[
        str | None, typer.Option("--file", help="All rules as JSON (`show --json`, rules); - is standard input.")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="Only for money of this connection.")] = None,
    currency: Annotated[str, typer.Option("--currency", help="Only for this currency.")] = "",
    tax_code: Annotated[str, typer.Option("--tax-code", help="The tax code of lines to this account.")] = "",
    organisation: Organisation = None,
    entity: Entity = None,
    as_json: AsJson = False,
) -> None:
    """Name the account for a role, or set all rules from a file. Each change is a version."""
    place = opened(organisation)
    row = _one_entity(place, entity)
    if file is not None:
        if role is not None:
            raise BadInput("Give a role with its account, or --file with all rules; not both.")
        before, version = _load(place, row.id)
        rules = _from_file(file)
        if rules.mode is Mode.AUTOMATIC and before.mode is not Mode.AUTOMATIC:
            _refuse_unproved(place)
        note = "Set from a file."
    else:
        if role is None or account is None:
            raise BadInput("Name a role and an account, as in `tieout posting set bank Checking`, or give --file.")
        before, version = _load(place, row.id)
        rules, note = _with_place(place, row, before, role, account, source, currency.upper(), tax_code)
    _save(place, row, rules, version, note, as_json=as_json)


@app.command()
def on(
    automatic: Annotated[bool, typer.Option("--automatic", help="The worker sends what is ready by itself.")] = False,
    organisation: Organisation = None,
    entity: Entity = None,
    as_json: AsJson = False,
) -> None:
    """Switch posting on: by hand, or with --automatic once a replay has shown its figure."""
    place = opened(organisation)
    row = _one_entity(place, entity)
    mode = Mode.AUTOMATIC if automatic else Mode.BY_HAND
    if automatic:
        _refuse_unproved(place)
    words = "Posting is automatic." if automatic else "Posting is on, by hand."
    _switch(place, row, mode, words, as_json=as_json)


@app.command()
def off(organisation: Organisation = None, entity: Entity = None, as_json: AsJson = False) -> None:
    """Switch posting off: nothing is written to the books any more."""
    place = opened(organisation)
    row = _one_entity(place, entity)
    _switch(place, row, Mode.OFF, "Posting is off.", as_json=as_json)


@app.command()
def stop(
    reason: Annotated[
        str, typer.Option("--reason", help="Why, for whoever finds it stopped.")
    ] = "Somebody stopped it.",
    organisation: Organisation = None,
    entity: Entity = None,
    as_json: AsJson = False,
) -> None:
    """The kill switch: nothing more is sent from this moment on. All entities, or the one named; the rules stay."""
    place = opened(organisation)
    books = _books(place, entity)
    for own in books:
        stops.stop(
            place.app.database, place.organisation_id, own, reason=reason, by=place.actor, now=place.app.clock.now()
        )
    words = f"Posting is stopped for {', '.join(books.values())}: {reason}"
    _say(words, {"stopped": [str(own) for own in books]}, as_json=as_json)


@app.command()
def resume(organisation: Organisation = None, entity: Entity = None, as_json: AsJson = False) -> None:
    """End a stop: a person's, or a pause after a storm of refusals."""
    place = opened(organisation)
    now, ended, asked = place.app.clock.now(), {}, 0
    for own, name in _books(place, entity).items():
        found = stops.resume(place.app.database, place.organisation_id, own, by=place.actor, now=now)
        if found is not None:
            ended[own], asked = name, asked + found
    words = f"Posting goes on for {', '.join(ended.values())}." if ended else "Posting was not stopped."
    if asked:
        words += f" {asked} that had been asked for before are ready again as if nobody had."
    _say(words, {"resumed": [str(own) for own in ended]}, as_json=as_json)


def _say(words: str, content: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(content)
    else:
        print(words)


def _load(place: Opened, entity_id: Any) -> tuple[PostingRules, int | None]:
    with place.app.database.read() as connection:
        return ruling.load(connection, place.organisation_id, entity_id)


def _one_entity(place: Opened, wanted: str | None) -> Any:
    rows = place.entities(wanted)
    if not rows:
        raise NotFound("There are no books yet; connect them with `tieout connect`.")
    if len(rows) > 1:
        raise Ambiguous(f"There are several entities; name one with --entity: {', '.join(row.name for row in rows)}.")
    return rows[0]


def _books(place: Opened, entity: str | None) -> dict[UUID, str]:
    """The connections that are posted to, with their entities' names."""
    with place.app.database.read() as connection:
        found = {
            own: row.name
            for row in place.entities(entity)
            if (own := queries.books_of(connection, place.organisation_id, row.id)) is not None
        }
    if not found:
        raise NotFound("There are no books to post to; connect them with `tieout connect`.")
    return found


def _refuse_unproved(place: Opened) -> None:
    """Automatic posting is off until shadow mode has shown its figure."""
    with place.app.database.read() as connection:
        found = shadow(connection, place.organisation_id, place.app.clock.now().date())
    if found.closed is not None:
        raise BadInput(found.closed)


def _switch(place: Opened, row: Any, mode: Mode, note: str, *, as_json: bool) -> None:
    version = ruling.switch(
        place.app.database, place.organisation_id, row.id, mode, note=note, by=place.actor, now=place.app.clock.now()
    )
    _say(f"{row.name}: {note} Rules version {version}.", {"version": version, "mode": mode.value}, as_json=as_json)


def _save(place: Opened, row: Any, rules: PostingRules, over: int | None, note: str, *, as_json: bool) -> None:
    """over: the version that was looked at; somebody may have switched posting off since."""
    version = ruling.save(
        place.app.database, place.organisation_id, row.id, rules, note=note, by=place.actor, now=place.app.clock.now(),
        over=over or 0,
    )  # fmt: skip
    content = {"version": version, "mode": rules.mode.value}
    _say(f"{row.name}: {note} Rules version {version}.", content, as_json=as_json)


def _from_file(file: str) -> PostingRules:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        return msgspec.convert(json.loads(text), PostingRules)
    except OSError as error:
        raise BadInput(f"{file} cannot be read ({error.strerror}).") from None
    except (ValueError, msgspec.ValidationError) as error:
        raise BadInput(f"{file} does not hold rules of posting: {error}.") from None


def _with_place(
    place: Opened,
    row: Any,
    rules: PostingRules,
    role: str,
    account: str,
    source: str | None,
    currency: str,
    tax_code: str,
) -> tuple[PostingRules, str]:
    roles = [one.value for one in Role]
    if role not in roles:
        raise BadInput(f"There is no role {role!r}; choose one of {', '.join(roles)}.")
    with place.app.database.read() as connection:
        found = _account(connection, place, row, account)
        own = "" if source is None else str(tenancy.find_connection(connection, place.organisation_id, source).id)
    new = Posted(role=Role(role), account=found.external_id, source=own, currency=currency, tax_code=tax_code)
    kept = [one for one in rules.places if (one.role, one.source, one.currency) != (new.role, new.source, new.currency)]
    changed = msgspec.structs.replace(rules, places=(*kept, new))
    return changed, f"{role} is {found.name}."


def _account(connection: Any, place: Opened, row: Any, wanted: str) -> Any:
    books = queries.books_of(connection, place.organisation_id, row.id)
    rows = [] if books is None else accounts_of(connection, place.organisation_id, books)
    found = [one for one in rows if wanted in (one.external_id, one.code)]
    found = found or [one for one in rows if wanted.lower() == one.name.lower()]
    active = [one for one in found if one.status == "active"] or found
    if not active:
        raise NotFound(f"There is no account {wanted!r} in the books of {row.name}; sync them, or name it by its id.")
    if len(active) > 1:
        named = ", ".join(f"{one.name} ({one.external_id})" for one in active)
        raise Ambiguous(f"Several accounts are called {wanted!r}; name one by its id: {named}.")
    return active[0]


def _shown(place: Opened, row: Any) -> dict[str, Any]:
    own = place.organisation_id
    with place.app.database.read() as connection:
        rules, version = ruling.load(connection, own, row.id)
        books = queries.books_of(connection, own, row.id)
        stop = None if books is None else stops.standing(connection, own, books)
        names = {} if books is None else {one.external_id: one.name for one in accounts_of(connection, own, books)}
        sources = {
            str(one.id): f"{one.provider}:{one.company_id}" for one in tenancy.list_connections(connection, own, row.id)
        }
        states = {} if books is None else queries.count_by_state(connection, own, books)
    content = msgspec.to_builtins(rules)
    return {
        "entity": row.name, "mode": rules.mode.value, "version": version,
        "stopped": None if stop is None else {"kind": stop.stopped, "reason": stop.reason, "by": stop.by, "at": stop.at},
        "places": [
            {
                **one, "account_name": names.get(one["account"], one["account"]),
                "source_name": sources.get(one["source"], one["source"]),
            }
            for one in content["places"]
        ],
        "postings": states, "rules": content,
    }  # fmt: skip
