"""A home of the product over a world: made and synced once in a process, then copied for each run."""

from __future__ import annotations

import random
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from connectors.tokens import TokenSet
from ledger.company import Company
from posting.ruling import save
from reconcile.books.policies import change
from reconcile.books.proofs import proofs
from reconcile.policy import Cap, OwnPolicy, Unattended
from runtime.passes import sync_connection
from runtime.reconciling import reconcile_entity_of
from runtime.settings import Settings
from runtime.wiring import PROVIDERS, provider_module
from simulation import entropy
from simulation.fragile import FragileDatabase
from simulation.looks import Looks
from simulation.office import PEOPLE, Office
from simulation.plants import Parts
from simulation.power import Power
from simulation.rules import rules_of
from simulation.serial import serialise
from simulation.weather import Weather
from simulation.wire import Wire
from simulation.world import World, build
from store import people, schema, tenancy

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory, where there is one; a run's own folder is made in it
DATABASE = "tieout.db"
PRISTINE = "pristine.db"


def folder() -> Path:
    """A new folder, in memory where the machine has such a place."""
    parent = _MEMORY if _MEMORY.is_dir() else None
    return Path(tempfile.mkdtemp(prefix="tieout-simulate-", dir=parent))


@dataclass(frozen=True, slots=True)
class Template:
    """A world with a home that is connected, synced and matched; nothing is open, so that a process may fork over it."""

    world: World
    settings: Settings
    database: FragileDatabase
    organisation_id: UUID
    entity_id: UUID

    @classmethod
    def make(cls, provider: str, place: Path, database: FragileDatabase | None = None) -> Template:
        """`database`: of an earlier template in the same place, whose store is thrown away."""
        for path in place.glob(f"{DATABASE}*"):
            if path.is_file():
                path.unlink()
        for each in PROVIDERS:
            provider_module(each)
        serialise()
        world = build(provider)
        settings = Settings.load({**world.settings(), "TIEOUT_HOME": str(place)}, None)
        database = database or FragileDatabase(settings.database_url)
        chance = random.Random(provider)
        power, weather = Power(), Weather()
        wire = Wire(world.stands, world.clock, power, weather, chance)
        office = Office(settings, database, world.clock, power, wire, chance, Parts())
        office.start()
        schema.upgrade(office.app.database)
        entropy.seeded(random.Random(f"ids/{provider}"))  # here: keys are made the first time alone
        organisation_id, entity_id = _furnish(office, world)
        office.end()
        shutil.copyfile(place / DATABASE, place / PRISTINE)
        return cls(world, settings, database, organisation_id, entity_id)

    def restore(self) -> None:
        """The store is as it was made. One run at a time works on it."""
        for path in self.settings.home.glob(f"{DATABASE}-*"):
            path.unlink()
        shutil.copyfile(self.settings.home / PRISTINE, self.settings.home / DATABASE)


def _furnish(office: Office, world: World) -> tuple[UUID, UUID]:
    app = office.app
    now = app.clock.now
    with app.database.write() as connection:
        own = tenancy.add_organisation(connection, "Harrow Creek", actor="simulation", now=now())
        for person in PEOPLE:
            people.add_person(connection, own, person, name=person, role="owner", actor=ACTOR, now=now())
    office.organisation_id = own
    connecting = app.connecting(own)
    books = connecting.save(
        world.provider, books_company(world), books_tokens(world), entity_id=None, since=None, actor=ACTOR, now=now()
    )
    key = TokenSet(access_token=world.stripe.api_key(world.account), webhook_secret=None)
    stripe = connecting.save(
        "stripe", app.describe("stripe", key, ""), key, entity_id=books.entity_id, since=None, actor=ACTOR, now=now()
    )
    for connected in (books, stripe):
        sync_connection(app, own, connected.connection_id)
    reconcile_entity_of(app, own, books.connection_id)
    with app.database.write() as connection:
        change(connection, own, _policy(world), actor=ACTOR, note="What is proved is decided.", now=now())
    looks = Looks(office.settings.home / DATABASE)
    accounts = {row["name"]: row["external_id"] for row in looks.rows("SELECT name, external_id FROM accounts")}
    looks.close()
    rules = rules_of(world.provider, accounts, stripe.connection_id, now().date())
    save(app.database, own, books.entity_id, rules, note="All of it, from today.", by=ACTOR, now=now())
    return own, books.entity_id


ACTOR = "simulation"


def _policy(world: World) -> OwnPolicy:
    proved = frozenset(proof.code for proof in proofs().values() if proof.proved)
    cap, large = Cap(currency=world.currency, most=600), Cap(currency=world.currency, most=1_500)
    return OwnPolicy(unattended=Unattended(on=True, classes=proved, caps=(cap,), second_above=(large,)))


def books_company(world: World) -> Company:
    country = {"quickbooks": "US", "xero": "GB"}[world.provider]
    return Company(
        external_id=world.tenant, name="Harrow Creek Supply Co.", country=country, home_currency=world.currency,
        time_zone=world.time_zone, live=False,
    )  # fmt: skip


def books_tokens(world: World) -> TokenSet:
    tokens: Any = world.books.tokens(world.tenant)
    return TokenSet(
        access_token=tokens.access_token, refresh_token=tokens.refresh_token,
        expires_at=world.clock.now() + timedelta(seconds=tokens.expires_in or 0),
    )  # fmt: skip
