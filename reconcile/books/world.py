"""One entity as the matcher's values: its open items, payers, receipts, memory and rates, loaded in one go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from reconcile.books.actors import MACHINES
from reconcile.books.learning import facts, said
from reconcile.books.mirrors import Parties
from reconcile.books.names import same_party
from reconcile.facts import Fact
from reconcile.values import HistoryRow, OpenItem, Payer, Rate, Receipt
from store.database import Connection
from store.queries import learning
from store.queries import open_items as queries

_ITEM_STATUS = {"draft": "draft", "open": "open", "paid": "paid", "void": "void", "uncollectible": "uncollectible"}
MATCHED_NOUNS = (
    "invoices", "credit_notes", "customers", "payments", "allocations", "bank_entries", "charges", "payment_intents",
    "payment_links", "exchange_rates", "disputes",
)  # fmt: skip


@dataclass(slots=True)
class KeptItems:
    """Items of the last look. `told`: what all were made of besides their rows: who pays, what is reserved, and mirrors."""

    told: tuple[Any, ...] = ()
    made: dict[int, tuple[Any, OpenItem]] = field(default_factory=dict)
    """By the row object, which is kept with the item so that no other can come to its place; with all that it was made of."""

    def forget_others(self, rows: Mapping[str, Sequence[Any]]) -> None:
        """Rows that were replaced are let go, once they are many."""
        standing = sum(len(rows[noun]) for noun in ("invoices", "credit_notes"))
        if len(self.made) > standing + max(1_000, standing // 10):
            own = {id(row) for noun in ("invoices", "credit_notes") for row in rows[noun]}
            self.made = {key: known for key, known in self.made.items() if key in own}


@dataclass(slots=True)
class World:
    """Rows of one entity. `twin_of`: processor invoice id -> ledger invoice row, by the links that stand."""

    organisation_id: UUID
    entity_id: UUID
    home_currency: str
    rows: dict[str, list[Any]]
    receipts: list[Any]
    links: list[Any]
    reserved: dict[UUID, int]
    confirmed: list[Any]
    steps: list[Any]
    decided_lines: list[Any]
    forgotten: list[Any]
    owners: dict[tuple[UUID, str], str] | None = None
    """Each customer record's payer, once it was asked for."""
    kept_items: KeptItems | None = None
    """Items of an earlier look; None where nobody keeps them."""

    @classmethod
    def load(
        cls, connection: Connection, organisation_id: UUID, entity: Any, rows: dict[str, list[Any]] | None = None
    ) -> World:
        """`rows`: those of MATCHED_NOUNS, where somebody has them at hand."""
        whose = (organisation_id, entity.id)
        return cls(
            organisation_id=organisation_id,
            entity_id=entity.id,
            home_currency=entity.home_currency,
            rows=rows or {noun: queries.documents(connection, noun, *whose) for noun in MATCHED_NOUNS},
            receipts=queries.receipts_to_match(connection, *whose),
            links=queries.links(connection, *whose),
            reserved=queries.reserved(connection, organisation_id),
            confirmed=queries.confirmed(connection, *whose),
            steps=learning.steps(connection, *whose),
            decided_lines=learning.decided_lines(connection, *whose),
            forgotten=learning.forgotten_signs(connection, organisation_id),
        )

    @classmethod
    def load_to_learn(cls, connection: Connection, organisation_id: UUID, entity: Any) -> World:
        """Only what `learnt_facts` needs: customers, documents, and what people decided."""
        whose = (organisation_id, entity.id)
        rows: dict[str, list[Any]] = {noun: [] for noun in MATCHED_NOUNS}
        for noun in ("customers", "invoices", "credit_notes"):
            rows[noun] = queries.documents(connection, noun, *whose)
        return cls(
            organisation_id=organisation_id,
            entity_id=entity.id,
            home_currency=entity.home_currency,
            rows=rows,
            receipts=[],
            links=queries.links(connection, *whose),
            reserved={},
            confirmed=[],
            steps=learning.steps(connection, *whose),
            decided_lines=learning.decided_lines(connection, *whose),
            forgotten=learning.forgotten_signs(connection, organisation_id),
        )

    @property
    def has_books(self) -> bool:
        return any(row.role == "books" for row in self.rows["customers"]) or any(
            row.role == "books" for row in self.rows["invoices"]
        )

    @property
    def whose(self) -> tuple[UUID, UUID]:
        """Organisation and entity, as queries take them."""
        return self.organisation_id, self.entity_id

    def of_role(self, noun: str, role: str) -> list[Any]:
        return [row for row in self.rows[noun] if row.role == role]

    def parties(self) -> Parties:
        return Parties({(row.connection_id, row.external_id): row for row in self.rows["customers"]})

    def twins(self) -> dict[UUID, Any]:
        """Processor invoice id -> ledger invoice."""
        standing = [link for link in self.links if link.state == "linked"]
        by_id = self.invoices_by_id() if standing else {}
        return {link.mirror_id: by_id[link.primary_id] for link in standing if link.primary_id in by_id}

    def documents(self) -> dict[UUID, Any]:
        """Invoices and credit notes by id; none where nobody has decided anything on one."""
        if not (self.confirmed or self.decided_lines or self.steps):
            return {}
        return {row.id: row for noun in ("invoices", "credit_notes") for row in self.rows[noun]}

    def invoices_by_id(self) -> dict[UUID, Any]:
        return {row.id: row for row in self.rows["invoices"]}

    def applied_by_processor(self) -> dict[tuple[UUID, str], list[Any]]:
        """(connection, payment intent or charge or record id) -> the processor's own invoices that it was applied to."""
        if not self.rows["payment_links"]:
            return {}
        invoices = {(row.connection_id, row.external_id): row for row in self.rows["invoices"]}
        found: dict[tuple[UUID, str], list[Any]] = defaultdict(list)
        for link in self.rows["payment_links"]:
            invoice = invoices.get((link.connection_id, link.invoice_external_id))
            if link.status == "paid" and link.payment_external_id and invoice is not None:
                found[(link.connection_id, link.payment_external_id)].append(invoice)
        return found

    def disputes(self) -> dict[tuple[UUID, str], Any]:
        """(connection, charge) -> its dispute that is not won."""
        found = {}
        for row in self.rows["disputes"]:
            if row.charge_external_id and row.status not in ("won", "prevented", "warning_closed"):
                found[(row.connection_id, row.charge_external_id)] = row
        return found

    def charges(self) -> dict[tuple[UUID, str], Any]:
        return {(row.connection_id, row.external_id): row for row in self.rows["charges"]}


def items(world: World) -> list[OpenItem]:
    """Receivables once each, with their twins' names, and open credit notes."""
    mirrors: dict[UUID, list[Any]] = defaultdict(list)
    twins = world.twins()
    by_id = world.invoices_by_id() if twins else {}
    for mirror_id, primary in twins.items():
        if mirror_id in by_id:
            mirrors[primary.id].append(by_id[mirror_id])
    owner = payer_ids(world)
    kept = KeptItems() if world.kept_items is None else world.kept_items
    told = kept.told == (owner, world.reserved, mirrors)
    kept.told = (owner, dict(world.reserved), mirrors)
    found = []
    for noun, make in (("invoices", _invoice), ("credit_notes", _credit)):
        for row in world.rows[noun]:
            known = kept.made.get(id(row))
            if known is not None and told and known[0][0] is row:
                found.append(known[1])
                continue
            if row.id in twins:
                continue
            own = tuple(mirrors.get(row.id, ()))
            taken = sum(world.reserved.get(one.id, 0) for one in (row, *own))
            parts = (row, own, taken, owner.get((row.connection_id, row.customer_external_id or ""), ""))
            if known is None or known[0] != parts:
                known = (parts, make(*parts))
            found.append(known[1])
            kept.made[id(row)] = known
    kept.forget_others(world.rows)
    return found


def _invoice(row: Any, twins: Sequence[Any], taken: int, customer: str) -> OpenItem:
    closed = any(twin.status in ("void", "uncollectible") for twin in twins) and row.status == "open"
    names = [row.external_id, *(twin.external_id for twin in twins), *(twin.number for twin in twins if twin.number)]
    return OpenItem(
        id=str(row.id),
        customer_id=customer,
        currency=row.currency,
        total_minor=row.total_minor,
        open_minor=max(0, row.open_amount_minor - taken),
        number=row.number or "",
        references=tuple(dict.fromkeys(name for name in names if len(name) > 5)),
        po_number=row.po_number or "",
        payment_reference=row.reference or "",
        issued_on=row.issued_on,
        due_on=row.due_on,
        terms=row.terms or "",
        status="disputed" if closed else _ITEM_STATUS.get(row.status, "draft"),  # type: ignore[arg-type]
    )


def _credit(row: Any, _twins: Sequence[Any], taken: int, customer: str) -> OpenItem:
    """What is taken of a credit note is negative, as its lines are."""
    return OpenItem(
        id=str(row.id),
        customer_id=customer,
        currency=row.currency,
        total_minor=row.total_minor,
        open_minor=max(0, row.open_amount_minor + taken),
        kind="credit_note",
        number=row.number or "",
        references=(),
        payment_reference=row.reference or "",
        issued_on=row.issued_on,
        status={"open": "open", "applied": "paid", "void": "void"}.get(row.status, "draft"),  # type: ignore[arg-type]
    )


def payer_ids(world: World) -> dict[tuple[UUID, str], str]:
    """Each customer record's payer: the ledger's customer, and the processor's where it is the same party, else its own."""
    if world.owners is None:
        world.owners = _find_owners(world)
    return world.owners


def _find_owners(world: World) -> dict[tuple[UUID, str], str]:
    books = world.of_role("customers", "books")
    by_email: dict[str, list[Any]] = defaultdict(list)
    by_name: dict[str, list[Any]] = defaultdict(list)
    for row in books:
        by_email[(row.email or "").lower()].append(row)
        by_name[row.name.lower()].append(row)
    owner = {(row.connection_id, row.external_id): str(row.id) for row in world.rows["customers"]}
    for row in world.of_role("customers", "processor"):
        same = by_email.get((row.email or "-").lower()) or by_name.get(row.name.lower() or "-") or []
        fits = [other for other in same if same_party(row, other)]
        if len(fits) == 1:
            owner[(row.connection_id, row.external_id)] = str(fits[0].id)
    twins = world.twins()
    by_id = world.invoices_by_id() if twins else {}
    for mirror_id, primary in twins.items():
        mirror = by_id.get(mirror_id)
        if mirror is not None and mirror.customer_external_id and primary.customer_external_id:
            known = owner.get((primary.connection_id, primary.customer_external_id))
            if known is not None:
                owner[(mirror.connection_id, mirror.customer_external_id)] = known
    return owner


def payers(world: World) -> list[Payer]:
    """Ledger customers, and those of the processor that stand for nobody in the ledger."""
    owner = payer_ids(world)
    own_ids = {(row.connection_id, row.external_id): str(row.id) for row in world.rows["customers"]}
    found = []
    for row in world.rows["customers"]:
        key = (row.connection_id, row.external_id)
        if owner[key] != own_ids[key]:
            continue
        parent = owner.get((row.connection_id, row.parent_external_id or ""), "")
        found.append(Payer(id=own_ids[key], name=row.name, email=row.email or "", parent_id=parent))
    return found


def receipt_values(world: World, rows: Iterable[Any], *, whole: bool = False) -> list[Receipt]:
    """`whole`: with all of their money, not only what is left of it to be matched."""
    applied = world.applied_by_processor()
    charges = world.charges()
    found = [_receipt(row, applied, charges) for row in rows]
    if not whole:
        return found
    return [
        msgspec.structs.replace(value, amount_minor=row.amount_minor) for value, row in zip(found, rows, strict=True)
    ]


def payment_value(row: Any, customer: Any | None) -> Receipt:
    """A payment of the ledger as the receipt that it would have been, had nobody applied it there."""
    return Receipt(
        id=str(row.id),
        received_on=row.paid_on,
        currency=row.currency,
        amount_minor=row.amount_minor,
        payer_name=(customer.name if customer is not None else "") or "",
        payer_email=(customer.email if customer is not None else "") or "",
        reference=row.reference or "",
        method=row.method or "",
        source=row.provider,
    )


def _receipt(row: Any, applied: dict[tuple[UUID, str], list[Any]], charges: dict[tuple[UUID, str], Any]) -> Receipt:
    metadata = [(str(key), str(value)) for key, value in row.metadata]
    charge = charges.get((row.connection_id, row.external_id))
    if charge is not None:
        for name in (charge.external_id, charge.payment_intent):
            paid = applied.get((row.connection_id, name or ""), ())
            metadata += [("stripe_invoice", invoice.external_id) for invoice in paid]
    same = row.fee_currency in (None, row.currency)
    return Receipt(
        id=str(row.id),
        received_on=row.received_on,
        currency=row.currency,
        amount_minor=row.open_minor,
        fee_minor=(row.fee_minor or 0) if same else 0,
        payer_name=row.payer_name or "",
        payer_account=row.payer_account or "",
        payer_email=row.payer_email or "",
        reference=row.reference or "",
        method=row.method or "",
        source=row.source,
        metadata=tuple(dict.fromkeys(metadata)),
        payout_id=row.payout_external_id or "",
    )


def history(world: World) -> list[HistoryRow]:
    """What was approved, by which the same money is known when it comes twice."""
    return [row for _, row in dated_history(world)]


def dated_history(world: World) -> list[tuple[datetime | None, HistoryRow]]:
    """The same with when each was decided."""
    owner = payer_ids(world)
    documents = world.documents()
    found = []
    for row in world.confirmed:
        document = documents.get(row.document_id)
        if document is None:
            continue
        customer = owner.get((document.connection_id, document.customer_external_id or ""), "")
        receipt = _receipt(row, {}, {})
        one = HistoryRow(
            receipt=receipt, invoice_id=str(row.document_id), customer_id=customer, applied_minor=row.applied_minor,
            learn=False,
        )  # fmt: skip
        found.append((row.decided_at, one))
    return found


def learnt_facts(world: World) -> list[Fact]:
    """What people confirmed, declined and undid in this organisation, in order of time."""
    owner = payer_ids(world)
    documents = world.documents()

    def owner_of(document_id: UUID) -> str:
        row = documents.get(document_id)
        return "" if row is None else owner.get((row.connection_id, row.customer_external_id or ""), "")

    told = said(world.steps, MACHINES)
    return facts(told, world.decided_lines, owner_of, lambda row: _receipt(row, {}, {}), world.forgotten)


def rates(world: World) -> list[Rate]:
    """Dated rates to the home currency: the ledger's own, and those of its documents."""
    found = {
        (row.on, row.currency): Rate(on=row.on, base=row.currency, target=row.home_currency, value=row.rate)
        for row in world.rows["exchange_rates"]
    }
    for row in (*world.of_role("invoices", "books"), *world.of_role("credit_notes", "books")):
        if row.exchange_rate is not None and row.currency != world.home_currency and row.issued_on is not None:
            key = (row.issued_on, row.currency)
            found.setdefault(
                key, Rate(on=row.issued_on, base=row.currency, target=world.home_currency, value=row.exchange_rate)
            )
    return [found[key] for key in sorted(found)]
