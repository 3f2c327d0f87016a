"""What the product does at the end of each day, and what its people do in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from sqlalchemy import select

from bench.month.happenings import BankLine, Month
from bench.month.shop import FOREIGN, OWNER, Shop
from ledger.balance import Treatment
from posting.processor.saying import settle_lost
from reconcile.books.batches import accept_many
from reconcile.books.decisions import Deciding
from runtime.outgoing import write_what_is_due
from runtime.passes import sync_connection
from runtime.posting import PostRun, post_connection
from runtime.reconciling import reconcile_one
from runtime.statements import bring_in
from store import tenancy
from store.queries import processor
from store.tables.matching import matches, receipts
from sync.statements.plan import Asked


def look(shop: Shop) -> PostRun:
    """Sync, match, decide, write what is due, post: as the worker does it."""
    for own in (shop.source, shop.books):
        sync_connection(shop.app, shop.organisation_id, own)
    reconcile_one(shop.app, shop.organisation_id, shop.entity_id)
    accept_best(shop)
    write_what_is_due(shop.app, shop.organisation_id, shop.entity_id)
    return post_connection(shop.app, shop.organisation_id, shop.books)


def tell_the_bank(shop: Shop, lines: Sequence[BankLine], name: str) -> None:
    """A statement for each of the two accounts, imported."""
    for currency in (shop.home, FOREIGN):
        own = [line for line in lines if line.currency == currency]
        if not own:
            continue
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(("Date", "Payee", "Description", "Amount"))
        for line in own:
            sign = "-" if line.minor < 0 else ""
            table.writerow(
                (
                    line.on.isoformat(),
                    line.name,
                    line.text,
                    f"{sign}{abs(line.minor) // 100}.{abs(line.minor) % 100:02d}",
                )
            )
        with shop.app.database.read() as connection:
            entity = tenancy.find_entity(connection, shop.organisation_id, str(shop.entity_id))
        asked = Asked(
            organisation_id=shop.organisation_id, entity=entity, file_name=f"{name}-{currency}.csv",
            data=text.getvalue().encode(), account=f"Operating {currency}", currency=currency,
        )  # fmt: skip
        bring_in(shop.app, asked, actor=OWNER)


def accept_best(shop: Shop) -> int:
    """A person says yes to what the policy left: the first answer of each receipt."""
    query = (
        select(matches.c.id, receipts.c.revision)
        .join_from(matches, receipts, receipts.c.id == matches.c.receipt_id)
        .where(matches.c.state == "proposed", matches.c.rank == 1)
        .order_by(matches.c.recorded_at, matches.c.id)
    )
    with shop.app.database.read() as connection:
        chosen = [(row.id, row.revision) for row in connection.execute(query)]
    if chosen:
        deciding = Deciding(shop.app.database, shop.organisation_id, OWNER)
        accept_many(deciding, chosen, now=shop.app.clock.now())
    return len(chosen)


def settle_the_lost(month: Month) -> None:
    """The owner gives the money of the lost dispute up."""
    shop = month.shop
    lost = str(month.kept["dispute lost"]["id"])
    with shop.app.database.write() as connection:
        row = next(
            one for one in processor.transactions(connection, shop.organisation_id, shop.source)
            if one.source_external_id == lost and one.treatment == Treatment.DISPUTE.value
        )  # fmt: skip
        settle_lost(
            connection, shop.organisation_id, shop.entity_id, row.id, "bad_debt", by=OWNER, now=shop.app.clock.now()
        )
