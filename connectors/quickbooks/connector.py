"""QuickBooks' feeds: the small lists, read whole each time, the books, by the change feed, and what lies before a start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import msgspec

from connectors.authorised import Authorised
from connectors.decode import Loose, learn_shapes
from connectors.port import Context, Mapped, Page, Record, State, Told
from connectors.quickbooks import history, mapping
from connectors.quickbooks.by_id import by_id
from connectors.quickbooks.changes import changed
from connectors.quickbooks.client import QuickBooksClient
from connectors.quickbooks.kinds import BOOKS, BY_NAME, CHANGED, REFERENCE, Kind
from connectors.quickbooks.linked import linked
from connectors.quickbooks.places import whole_list
from connectors.quickbooks.recheck import KIND as OPEN_KIND
from connectors.quickbooks.recheck import open_invoices
from connectors.quickbooks.records import company_record, to_records
from connectors.quickbooks.times import instant
from connectors.quickbooks.walk import walk
from connectors.rechecking import recheck
from connectors.tokens import TokenSource
from connectors.transport import Transport
from ledger.company import Company
from ledger.finding import Finding

_COMPANY = ("CompanyInfo", "Preferences")


class NoticeBody(Loose):
    """One event as runtime keeps it: a kind of ours (None: not read), an id, and what happened."""

    kind: str | None = None
    external_id: str = ""
    op: str = ""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A small list. whole: it was read to its end."""

    records: list[Record] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    whole: bool = True


class QuickBooksConnector:
    """One company at QuickBooks. See connectors/port.py for what each method promises."""

    provider = "quickbooks"
    mapping = staticmethod(mapping.map_record)

    def __init__(self, *, api_base: str, realm_id: str, transport: Transport, tokens: TokenSource) -> None:
        self._api_base = api_base
        self._realm_id = realm_id
        self._transport = transport
        self._authorised = Authorised(transport, tokens)
        self._client = QuickBooksClient(api_base, realm_id, self._authorised)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(kind.name for kind in (*REFERENCE, *BOOKS))

    @property
    def calls(self) -> int:
        return self._transport.meter.calls

    def company(self) -> Company:
        from connectors.quickbooks.sdk import company_answers

        info, preferences = company_answers(self._api_base, self._realm_id, self._authorised)
        return mapping.company_of(info, preferences, self._realm_id)

    def feeds(self) -> tuple[str, ...]:
        return ("reference", "books", history.FEED)

    def waves(self) -> tuple[tuple[str, ...], ...]:
        return (("reference",), ("books",), self.behind())

    def behind(self) -> tuple[str, ...]:
        return (history.FEED,)

    def map(self, record: Record, context: Context) -> Mapped:
        return mapping.map_record(record, context)

    def pull(self, feed: str, state: State | None, *, since: date | None = None) -> Iterator[Page]:
        if feed == "reference":
            return self._reference()
        if feed == history.FEED:
            return history.before(self._client, state, since)
        if since is not None and not state:
            return history.recent(self._client, feed, since)
        left = dict(state or {})
        stood = instant(left.get("since"))
        if stood is not None:
            return changed(self._client, feed, stood)
        return walk(self._client, feed, left if left.get("todo") else {"todo": CHANGED})

    def recheck(self, held: Mapping[str, Sequence[str]]) -> Iterator[Page]:
        return recheck(open_invoices(self._client), self.read, held, (OPEN_KIND,))

    def told(self, body: bytes, event_type: str, kept_seconds: float) -> Told:
        """What to read; a deletion is read too: the record's absence is the proof."""
        notice = msgspec.json.decode(body, type=NoticeBody)
        if notice.kind not in BY_NAME or not notice.external_id:
            return Told()
        if notice.kind in _COMPANY:  # the two are one company and are read together
            return Told(read=(("CompanyInfo", notice.external_id),))
        return Told(read=((notice.kind, notice.external_id),))

    def follow(self, record: Record) -> Sequence[tuple[str, str]]:
        """The documents that a payment or refund was applied to, and the payments of a deposit: their balances moved."""
        return linked(record)

    def _reference(self) -> Iterator[Page]:
        """The small lists in one page, so that a lock date and the accounts stand before the books are mapped.

        They are read side by side, but for the rates: whether there are any the preferences tell.
        """
        side_by_side = [kind for kind in REFERENCE if kind.name != "ExchangeRate"]
        with ThreadPoolExecutor(len(side_by_side)) as pool:
            lists = dict(zip(side_by_side, pool.map(self._listed, side_by_side), strict=True))
        by_name = {kind.name: listed for kind, listed in lists.items()}
        records, findings = _company_of(by_name["CompanyInfo"], by_name["Preferences"])
        if _has_currencies(records):
            lists[BY_NAME["ExchangeRate"]] = self._listed(BY_NAME["ExchangeRate"])
        whole = list(_COMPANY)
        for kind, listed in lists.items():
            if kind.name in _COMPANY:
                continue
            records += listed.records
            findings += listed.findings
            whole += [kind.name] if listed.whole and kind.name != "ExchangeRate" else []  # old rates stay true
        yield Page(
            feed="reference", records=records, findings=findings, state={"read": True}, done=True, total=len(records),
            full=True, complete=tuple(whole),
        )  # fmt: skip

    def _listed(self, kind: Kind) -> _Listed:
        found = _Listed()
        for listing in whole_list(self._client, kind):
            if isinstance(listing, Finding):
                return _Listed(found.records, [*found.findings, listing], whole=False)
            came, odd = to_records(kind.name, listing.of(kind.name), listing.requested_at)
            found.records.extend(came)
            found.findings.extend(odd)
        return found

    def read(self, kind: str, external_ids: Sequence[str]) -> Iterator[Page]:
        if kind in _COMPANY:
            records, findings = _company_of(*map(self._listed, (BY_NAME[name] for name in _COMPANY)))
            yield Page(feed=kind, records=records, findings=findings, state={}, done=True)
            return
        yield from self.read_several({kind: external_ids})

    def read_several(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[Page]:
        """Queries of several kinds go out as one batch."""
        for kind in wanted.keys() & set(_COMPANY):
            yield from self.read(kind, wanted[kind])
        known = {
            kind: ids for kind, ids in wanted.items() if kind in BY_NAME and kind not in (*_COMPANY, "ExchangeRate")
        }
        yield from by_id(self._client, known)


def _company_of(infos: _Listed, preferences: _Listed) -> tuple[list[Record], list[Finding]]:
    first = preferences.records[0] if preferences.records else None
    records = [*(company_record(info, first) for info in infos.records), *preferences.records]
    return records, [*infos.findings, *preferences.findings]


def _has_currencies(records: Sequence[Record]) -> bool:
    return any(record.kind == "Preferences" and mapping.multi_currency(record.raw) for record in records)


learn_shapes()  # lists are read by several threads
