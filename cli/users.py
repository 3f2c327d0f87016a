"""`tieout users`: who may sign in. There is no open sign-up; a one-time link is the way in."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.group import group
from cli.opened import opened
from cli.options import AsJson, Organisation
from cli.shown import print_json, print_table
from runtime.whereabouts import link_base
from store import people

app = group("Who may sign in: add, list, disable.")


@app.command()
def add(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    owner: Annotated[bool, typer.Option("--owner", help="The same as --role owner.")] = False,
    role: Annotated[str, typer.Option(help=f"One of {', '.join(people.ROLES)}.")] = "bookkeeper",
    name: Annotated[str, typer.Option(help="What the person is called on the pages.")] = "",
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Add a person, or change the role, and print a sign-in link that works once within 24 hours."""
    place = opened(organisation, make=True)
    now = place.app.clock.now()
    chosen = "owner" if owner else role
    with place.app.database.write() as connection:
        person_id = people.add_person(
            connection, place.organisation_id, email, name=name, role=chosen, actor=place.actor, now=now
        )
        token = people.add_link(connection, person_id, now)
    address = f"{link_base(place.app.settings)}/sign-in/link/{token}"
    if as_json:
        print_json({"person": person_id, "email": people.normal_email(email), "role": chosen, "sign_in": address})
    else:
        print(f"{people.normal_email(email)} is {chosen}. The link works once, within 24 hours:\n{address}")


@app.command("list")
def list_(organisation: Organisation = None, as_json: AsJson = False) -> None:
    """List the people of an organisation with their roles."""
    place = opened(organisation, make=True)
    with place.app.database.read() as connection:
        rows = people.list_people(connection, place.organisation_id)
    if as_json:
        print_json(
            [
                {"id": row.id, "email": row.email, "name": row.name, "role": row.role, "active": row.active}
                for row in rows
            ]
        )
    elif not rows:
        print("Nobody yet; add the first with `tieout users add --owner EMAIL`.")
    else:
        shown = [(row.email, row.name, row.role, "yes" if row.active else "no", row.last_seen_at) for row in rows]
        print_table(("e-mail", "name", "role", "may sign in", "last seen"), shown)


@app.command()
def disable(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")], organisation: Organisation = None
) -> None:
    """End a person's sessions and links; adding the person again lets them back in."""
    place = opened(organisation)
    with place.app.database.write() as connection:
        people.disable(connection, place.organisation_id, email, actor=place.actor, now=place.app.clock.now())
    print(f"{email} may not sign in any more.")
