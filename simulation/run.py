"""One seed from its first step to its quiet end: steps are drawn, faults are laid on them, and what must hold is looked at."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from pathlib import Path

from ledger import faults
from simulation import entropy
from simulation.checks.all import Checks
from simulation.home import DATABASE, Template
from simulation.ledgers import books_of
from simulation.looks import Looks
from simulation.office import Office
from simulation.outcome import Broken, Outcome
from simulation.plants import PLANTS, Parts
from simulation.power import Power, PowerCut
from simulation.quiet import calm_down
from simulation.serial import serialise
from simulation.steps.all import KINDS, OURS
from simulation.steps.kinds import Kind, NothingToDoError, Scene
from simulation.trace import Trace
from simulation.weather import Fault, Weather, draw
from simulation.wire import Wire
from store import tenancy

FAULT_SHARE = 0.1
CRASH_SHARE = 0.5
FULL_EVERY = 50
"""Steps between two looks at everything."""


class Run:
    """`go` once. The world of the template is used up by it: a process runs one seed and ends."""

    def __init__(self, template: Template, seed: int, *, plant: str = "", keep_trace: bool = False) -> None:
        self.seed = seed
        self.plant = plant
        self.chance = random.Random(f"steps/{seed}")
        entropy.seeded(random.Random(f"ids/{seed}"))
        serialise()
        template.restore()
        world = template.world
        self.power, self.weather = Power(), Weather()
        self.wire = Wire(world.stands, world.clock, self.power, self.weather, random.Random(f"wire/{seed}"))
        parts = PLANTS[plant].parts if plant else Parts()
        if plant:
            PLANTS[plant].put()
        self.office = Office(
            template.settings, template.database, world.clock, self.power, self.wire, random.Random(f"ours/{seed}"),
            parts, template.organisation_id,
        )  # fmt: skip
        self.office.start()
        self.looks = Looks(template.settings.home / DATABASE)
        self.scene = Scene(
            world, books_of(world), self.office, self.looks, self.chance, template.entity_id,
            self.office.row(world.provider).id, self.office.row("stripe").id,
        )  # fmt: skip
        self.scene.entity = self._entity()
        self.checks = Checks(self.scene)
        self.wire.uses = self.checks.tokens.used
        self.trace = Trace()
        if keep_trace:
            self.trace.keep_all()
        self.tallies: Counter[str] = Counter()
        self._lasted: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))

    def go(self, steps: int) -> Outcome:
        began, at, broken = time.process_time(), 0, None
        try:
            for at in range(1, steps + 1):
                self._step(at)
            at = steps + 1
            calm_down(self.scene, self._note, self.checks.after_a_step)
            self.checks.at_the_end()
        except Broken as found:
            broken = found
            self.trace.add(f"{at} BROKEN {found}")
        finally:
            self.looks.close()
            self.power.begin()
            self.office.end()
        return Outcome(
            seed=self.seed, books=self.scene.world.provider, steps=steps, digest=self.trace.digest, plant=self.plant,
            step=at if broken else 0, invariant=broken.invariant if broken else "",
            sentence=broken.sentence if broken else "", last=tuple(self.trace.last), tallies=dict(self.tallies),
            seconds=round(time.process_time() - began, 2),
        )  # fmt: skip

    def _step(self, at: int) -> None:
        kind, fault, cut = self._drawn()
        self.weather.begin(fault)
        self.power.begin(cut)
        self.wire.token_calls = 0
        laid = f" [{fault}]" if fault else f" [cut at {cut}]" if cut else ""
        came = self._done(kind)
        self.tallies[kind.name] += 1
        self._lasted[kind.name] = (self.power.passed, self.weather.calls)
        if laid:
            self.tallies["faults"] += 1
        self._note(f"{at} {kind.name}{laid}: {came} ({self.weather.calls} calls, {self.power.passed} boundaries)")
        self.weather.begin(None)
        self.power.begin()
        if kind.ours:
            self.checks.after_a_step()
        if at % FULL_EVERY == 0:
            self.checks.fully()

    def _drawn(self) -> tuple[Kind, Fault | None, int | None]:
        if self.chance.random() >= FAULT_SHARE:
            return self.chance.choices(KINDS, _WEIGHTS)[0], None, None
        kind = self.chance.choices(OURS, _OUR_WEIGHTS)[0]
        if not kind.calls or self.chance.random() < CRASH_SHARE:
            return kind, None, self.chance.randint(1, max(kind.boundaries, self._lasted[kind.name][0]))
        return kind, draw(self.chance, max(kind.calls, self._lasted[kind.name][1]), writes=kind.writes), None

    def _done(self, kind: Kind) -> str:
        """What came of it. Raises Broken where the product ended in an error of its own."""
        try:
            return kind.act(self.scene)
        except NothingToDoError:
            return "nothing to do"
        except PowerCut as cut:
            self.tallies["cuts"] += 1
            if self.wire.token_calls:  # the new ones may have come and not been kept yet
                self.wire.lost.add(self.scene.world.provider)
            self.power.begin()
            self.office.end()
            self.office.start()
            return f"the power went {cut}"
        except faults.Fault as fault:
            self.tallies["faults met"] += 1
            return f"{type(fault).__name__}: {fault}"
        except (ValueError, LookupError) as refused:
            if kind.ours:
                raise Broken("no step ends in an error of ours", f"{kind.name}: {_where(refused)}") from refused
            return f"refused there: {refused}"
        except Exception as error:
            raise Broken("no step ends in an error of ours", f"{kind.name}: {_where(error)}") from error

    def _note(self, line: str) -> None:
        self.trace.add(f"{self.scene.world.clock.now():%m-%d %H:%M:%S} {line}")

    def _entity(self) -> object:
        with self.office.app.database.read() as connection:
            return tenancy.find_entity(connection, self.office.organisation_id, str(self.scene.entity_id))


_WEIGHTS = [kind.weight for kind in KINDS]
_OUR_WEIGHTS = [kind.weight * kind.care for kind in OURS]


def _where(error: Exception) -> str:
    """The error and the last place of ours that it came through."""
    found, trace = "", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/.venv/" not in code.co_filename:
            found = f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next
    return f"{type(error).__name__} ({error}) in {found}"
