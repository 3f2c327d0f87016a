"""`tieout shadow`: the last 90 days once more, beside what people decided and the books did. Nothing is changed by it."""

from __future__ import annotations

from typing import Any

from cli.opened import opened
from cli.options import AsJson, Organisation
from cli.shown import print_json, print_table
from ledger.money import Money
from reconcile.books import replay
from reconcile.books.switching import Switches, switches
from store.replays import cases_page, find_replay

WRONG_SHOWN = 20


def shadow(organisation: Organisation = None, as_json: AsJson = False) -> None:
    """Replay the last 90 days: what would have been decided with nobody looking, and was it right."""
    place = opened(organisation)
    database, own, clock = place.app.database, place.organisation_id, place.app.clock
    today = clock.now().date()
    replay_id = replay.ask(database, own, today=today, actor=place.actor, now=clock.now())
    replay.run(database, own, replay_id, clock.now)
    with database.read() as connection:
        row = find_replay(connection, own, replay_id)
        found = switches(connection, own, today)
        wrong = cases_page(connection, own, replay_id, verdict="wrong", evidence="", limit=WRONG_SHOWN, offset=0)
    if as_json:
        print_json(_content(row, found, wrong))
        return
    tally = found.tally
    print(
        f"{row.since} to {row.until}: {row.receipts} receipts, {row.automatic} would have been automatic; "
        f"{tally.checked} checked, {tally.agreed} agreed, {tally.wrong} wrong."
    )
    rows = [
        (gate.proof.code, gate.proof.decisions, _rate(gate.proof.upper), gate.tally.checked, gate.tally.wrong,
         _interval(gate.tally.bounds), gate.closed or ("on" if gate.on else "may be switched on"))
        for gate in found.gates
    ]  # fmt: skip
    print_table(("class", "benchmark", "at most wrong", "checked here", "wrong", "so the rate is", "state"), rows)
    for case in wrong:
        print(f"Wrong: {_said(case)}")


def _said(case: Any) -> str:
    answer = " + ".join(name for name, _, _ in case.answer)
    truth = " + ".join(name for name, _, _ in case.truth)
    amount = Money(case.amount_minor, case.currency)
    payer = case.payer_name or "payer not named"
    return f"{case.external_id}, {amount} of {case.received_on}, {payer}: {answer}, but {case.said_by} said {truth}."


def _rate(share: float) -> str:
    return f"{share:.3%}"


def _interval(bounds: tuple[float, float] | None) -> str | None:
    return None if bounds is None else f"{_rate(bounds[0])} to {_rate(bounds[1])}"


def _content(row: Any, found: Switches, wrong: list[Any]) -> dict[str, Any]:
    return {
        "replay": row.id,
        "since": row.since,
        "until": row.until,
        "receipts": row.receipts,
        "automatic": row.automatic,
        "checked": found.tally.checked,
        "agreed": found.tally.agreed,
        "wrong": found.tally.wrong,
        "classes": [
            {
                "code": gate.proof.code,
                "words": gate.proof.words,
                "benchmark": {"n": gate.proof.decisions, "wrong": gate.proof.wrong, "upper_95": gate.proof.upper},
                "here": {
                    "checked": gate.tally.checked,
                    "wrong": gate.tally.wrong,
                    "unchecked": gate.tally.unchecked,
                    "interval_95": gate.tally.bounds,
                },
                "proved": gate.proof.proved,
                "on": gate.on,
                "closed": gate.closed,
            }
            for gate in found.gates
        ],
        "wrong_cases": [_said(case) for case in wrong],
    }
