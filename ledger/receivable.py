"""A receivable: a debt, once, whatever number of documents speak of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class LinkReason(StrEnum):
    """Why two documents are one debt, strongest first."""

    PROVIDER_ID = "provider_id"  # one names the other's id in metadata, reference or note
    NUMBER = "number"  # same number, customer and total
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRef:
    """One invoice document: its connection and external id."""

    connection_id: UUID
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivable:
    """`primary` is the ledger's document where there is one; `mirrors` are the same sale in other systems."""

    entity_id: UUID
    primary: DocumentRef
    mirrors: tuple[tuple[DocumentRef, LinkReason], ...] = ()
