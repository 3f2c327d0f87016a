"""QuickBooks' own figures: the trial balance, receivables by customer, and how many records there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from connectors.authorised import Authorised
from connectors.decode import Loose, loosely
from connectors.figures import Balances, Basis, Control, finer, nearest
from connectors.port import Page
from connectors.quickbooks.client import QuickBooksClient
from connectors.quickbooks.faults import QuickBooksRefused
from connectors.quickbooks.kinds import BOOKS
from connectors.quickbooks.places import PAGE_SIZE
from connectors.quickbooks.records import to_records
from connectors.quickbooks.reports import Report, total_column
from connectors.tokens import TokenSource
from connectors.transport import Transport
from ledger.faults import Unreachable
from ledger.money import Money

OF_CUSTOMERS = ("Invoice", "CreditMemo", "Payment")
CUSTOMERS_A_CALL = 100
PAGES_MAX = 20
_RECEIVABLE = "SELECT Id, Name, CurrentBalance, CurrencyRef FROM Account WHERE AccountType = 'Accounts Receivable'"


class _Currency(Loose):
    value: str | None = None


class _Account(Loose, rename="pascal"):
    id: str = ""
    current_balance: Decimal | None = None
    currency_ref: _Currency | None = None


class QuickBooksFigures:
    """See connectors/figures.py for what each method promises."""

    provider = "quickbooks"
    feeds: tuple[str, ...] = ("books",)
    bank_feeds: tuple[str, ...] = ()

    def __init__(self, *, api_base: str, realm_id: str, transport: Transport, tokens: TokenSource) -> None:
        self._transport = transport
        self._client = QuickBooksClient(api_base, realm_id, Authorised(transport, tokens))

    @property
    def calls(self) -> int:
        return self._transport.meter.calls

    def control(self, on: date, home: str) -> Control | None:
        """Two calls: the receivable accounts (archived ones too), and the trial balance on the accrual basis.

        A company in France has a trial balance by another name. Where no report can be read, the accounts' present
        balances stand in, which are those of today alone.
        """
        query = f"{_RECEIVABLE} AND Active IN (true, false)"
        raws = self._client.query("Account", query).of("Account")
        accounts = [loosely(raw, _Account) for raw in raws]
        report = self._trial_balance(on)
        if report is None:
            return _present(on, home, accounts)
        told = {row.key: _balance(row.cells) for row in report.rows() if row.key}
        every = {account: nearest(one, home) for account, one in told.items()}
        balances = {one.id: every.get(one.id, Money(0, home)) for one in accounts}
        return Control(
            on=on, home=home, accounts=balances, source="trial balance", every=every, finer=finer(told, home)
        )

    def _trial_balance(self, on: date) -> Report | None:
        asked = {"end_date": on.isoformat(), "accounting_method": "Accrual"}
        for name in ("TrialBalance", "TrialBalanceFR"):
            try:
                report = self._client.report(name, asked)
            except QuickBooksRefused:
                continue
            # rows that name no account are a shape that we do not know
            if report.is_empty or any(row.key for row in report.rows()):
                return report
        return None

    def customers(self, on: date) -> Balances | None:
        """One call: receivables by age, as they stood on the day. Amounts are in home currency."""
        asked = {"report_date": on.isoformat(), "aging_method": "Report_Date"}
        report = self._client.report("AgedReceivables", asked)
        place = total_column(report)
        sums: dict[str, Decimal] = {}
        names: dict[str, str] = {}
        for row in report.rows():
            sums[row.key] = sums.get(row.key, Decimal(0)) + amount(row.cells, place)
            names[row.key] = row.label
        owing = {key: total for key, total in sums.items() if total}
        return Balances(basis=Basis.HOME, customers=owing, names={key: names[key] for key in owing})

    def counts(self) -> dict[str, int]:
        """One call: a batch of counting queries. A kind that is refused is left out."""
        named = {kind.name for kind in BOOKS if kind.named}
        queries = {
            kind.name: f"SELECT COUNT(*) FROM {kind.name}" + (" WHERE Active IN (true, false)" if kind.name in named else "")  # noqa: S608 - all parts are ours
            for kind in BOOKS
        }  # fmt: skip
        return self._client.counted(queries)

    def funds(self) -> dict[str, Money] | None:
        return None

    def owed(self) -> Iterator[Page]:
        yield from ()

    def documents(self, customers: Sequence[str]) -> Iterator[Page]:
        """A call or more for each of three kinds; journals cannot be asked for by customer."""
        for start in range(0, len(customers), CUSTOMERS_A_CALL):
            wanted = ", ".join(f"'{one}'" for one in customers[start : start + CUSTOMERS_A_CALL] if one.isdigit())
            for kind in OF_CUSTOMERS if wanted else ():
                yield from self._of(kind, wanted)

    def _of(self, kind: str, wanted: str) -> Iterator[Page]:
        for number in range(PAGES_MAX):
            statement = (
                f"SELECT * FROM {kind} WHERE CustomerRef IN ({wanted}) "  # noqa: S608 - ids of digits alone
                f"STARTPOSITION {number * PAGE_SIZE + 1} MAXRESULTS {PAGE_SIZE}"
            )
            listing = self._client.query(kind, statement)
            records, findings = to_records(kind, listing.of(kind), listing.requested_at)
            done = len(listing.of(kind)) < PAGE_SIZE
            yield Page(feed=kind, records=records, findings=findings, state={}, done=done)
            if done:
                return


def amount(cells: Sequence[str], place: int) -> Decimal:
    """An empty cell is nothing. Raises Unreachable for what is no number: a figure is never guessed."""
    text = cells[place].strip() if 0 <= place < len(cells) else ""
    if not text:
        return Decimal(0)
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise Unreachable(
            f"A report of QuickBooks holds {text!r} where an amount belongs; nothing was compared."
        ) from None


def _balance(cells: Sequence[str]) -> Decimal:
    """Debit less credit: the last two columns."""
    return amount(cells, len(cells) - 2) - amount(cells, len(cells) - 1)


def _present(on: date, home: str, accounts: Sequence[_Account]) -> Control | None:
    """None where an account in another currency makes the present balances no sum."""
    currencies = {one.currency_ref.value for one in accounts if one.currency_ref and one.currency_ref.value}
    if currencies - {home}:
        return None
    told = {one.id: one.current_balance or Decimal(0) for one in accounts}
    balances = {own: nearest(balance, home) for own, balance in told.items()}
    return Control(
        on=on, home=home, accounts=balances, source="the accounts' present balances", finer=finer(told, home)
    )
