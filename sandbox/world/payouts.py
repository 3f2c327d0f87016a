"""What Stripe sent to the bank week by week, and what the ledger has already booked of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sandbox.world import plan
from sandbox.world.entity import EntityDraft

_ARRIVES_AFTER_DAYS = 2
_BOOKED_OLDER_THAN_DAYS = 60


def weekly(entity: EntityDraft) -> None:
    """One payout each Monday of what moved before it; the last but one failed, and one debits the bank."""
    takings = entity.takings
    apart = next(dispute.key for dispute in takings.disputes if dispute.status == "lost")
    waiting = sorted((key for key in takings.nets if key != apart), key=lambda key: (takings.at[key], key))
    first = min(takings.at.values()).date()
    monday = first + timedelta(days=7 - first.weekday())
    while monday < entity.today:
        cut = _at(monday)
        carried = tuple(key for key in waiting if takings.at[key] < cut)
        if sum(takings.nets[key] for key in carried) > 0:
            _send(entity, cut, carried)
            waiting = waiting[len(carried) :]
        if cut - timedelta(days=7) <= takings.at[apart] < cut:
            _send(entity, cut + timedelta(days=1), (apart,))  # nothing else came in: the bank is debited
        monday += timedelta(days=7)
    takings.payouts[2] = replace(takings.payouts[2], automatic=False)  # nobody can ask what it carried
    takings.payouts[-2] = replace(takings.payouts[-2], status="failed")
    _book(entity)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(6), tzinfo=UTC)


def _send(entity: EntityDraft, left_at: datetime, carried: tuple[str, ...]) -> None:
    takings = entity.takings
    arrives_on = left_at.date() + timedelta(days=_ARRIVES_AFTER_DAYS)
    status = "paid" if arrives_on < entity.today else "in_transit"
    home = takings.company.home_currency
    takings.payouts.append(plan.Payout(takings.key("po"), left_at, arrives_on, home, carried, status))


def _book(entity: EntityDraft) -> None:
    """The older ones stand in the ledger: a transfer from clearing and the fees that were kept."""
    books, takings = entity.books, entity.takings
    for payout in takings.payouts:
        if payout.status != "paid" or (entity.today - payout.arrives_on).days <= _BOOKED_OLDER_THAN_DAYS:
            continue
        net = sum(takings.nets[key] for key in payout.carries)
        source, target = ("clearing", "bank") if net > 0 else ("bank", "clearing")
        reference = f"{{stripe:{payout.key}}}"
        books.transfers.append(
            plan.Transfer(books.key("tr"), payout.arrives_on, payout.currency, abs(net), source, target, reference)
        )
        fee = sum(takings.charges[key].fee for key in payout.carries if key in takings.charges)
        if fee:
            books.move(
                "spend", payout.arrives_on, fee, account="clearing", reference=f"Stripe fees {payout.arrives_on}"
            )
