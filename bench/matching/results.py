"""What a matcher wrote: its proposals and its verdict on each receipt."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from bench.matching import files
from bench.matching.amounts import to_minor

_LINE = ("payer_name", "payer_account", "reference", "metadata")


@dataclass(slots=True)
class Proposal:
    """One set of invoices, each with the minor units put on it."""

    rank: int
    automatic: bool
    confidence: float
    lines: dict[str, int] = field(default_factory=dict)
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """What the scorer needs of an invoice."""

    currency: str
    open_minor: int
    issued: str
    is_credit: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the scorer needs of a receipt."""

    id: str
    day: str
    currency: str
    amount: int
    line: tuple[str, ...] = ()
    """Who paid and what the text says: two receipts with the same are one line of the bank twice."""


@dataclass(frozen=True, slots=True)
class Verdict:
    status: str
    unapplied: int


@dataclass(slots=True)
class Output:
    """`faults`: what in the files breaks the format itself."""

    proposals: dict[str, list[Proposal]]
    verdicts: dict[str, Verdict]
    faults: list[str]

    def best(self, receipt_id: str) -> Proposal | None:
        ranked = self.proposals.get(receipt_id)
        return ranked[0] if ranked and ranked[0].rank == 1 else None


def read_documents(folder: Path) -> dict[str, Document]:
    return {
        row["invoice_id"]: Document(
            row["currency"],
            to_minor(row["open_amount"], row["currency"]),
            row.get("issue_date") or "",
            row.get("kind") == "credit_note",
        )
        for row in files.read(folder / "invoices.csv")
    }


def read_receipts(folder: Path) -> dict[str, Receipt]:
    return {
        row["receipt_id"]: Receipt(
            row["receipt_id"],
            row["received_date"],
            row["currency"],
            to_minor(row["amount"], row["currency"]),
            tuple(row.get(name) or "" for name in _LINE),
        )
        for row in files.read(folder / "receipts.csv")
    }


def _confidence(text: str) -> float:
    value = float(text or "0")
    if not 0 <= value <= 1:
        message = f"confidence {text} is not between 0 and 1"
        raise ValueError(message)
    return value


def read_output(folder: Path, documents: dict[str, Document], receipts: dict[str, Receipt]) -> Output:
    """Read matches.csv and receipts.csv; a row that cannot be read is a fault and is left out."""
    faults: list[str] = []
    found: dict[str, dict[int, Proposal]] = defaultdict(dict)
    for number, row in enumerate(files.read(folder / "matches.csv"), 2):
        try:
            _read_match(row, found, documents, receipts)
        except (KeyError, ValueError) as error:
            faults.append(f"matches.csv line {number}: {error}")
    verdicts: dict[str, Verdict] = {}
    for number, row in enumerate(files.read(folder / "receipts.csv"), 2):
        try:
            receipt = receipts[row["receipt_id"]]
            if receipt.id in verdicts:
                faults.append(f"receipts.csv line {number}: {receipt.id} stands twice")
            verdicts[receipt.id] = Verdict(row["status"], to_minor(row["unapplied_amount"] or "0", receipt.currency))
        except (KeyError, ValueError) as error:
            faults.append(f"receipts.csv line {number}: {error}")
    missing = len(receipts) - len(verdicts)
    if missing:
        faults.append(f"receipts.csv: {missing} receipts have no row")
    proposals = {receipt_id: [ranks[rank] for rank in sorted(ranks)] for receipt_id, ranks in found.items()}
    return Output(proposals, verdicts, faults)


def _read_match(
    row: dict[str, str],
    found: dict[str, dict[int, Proposal]],
    documents: dict[str, Document],
    receipts: dict[str, Receipt],
) -> None:
    receipt, document = receipts[row["receipt_id"]], documents[row["invoice_id"]]
    if row["decision"] not in {"auto", "suggest"}:
        message = f"decision {row['decision']!r} is neither auto nor suggest"
        raise ValueError(message)
    rank, applied = int(row["rank"] or "1"), to_minor(row["applied_amount"], document.currency)
    ranks = found[receipt.id]
    if rank not in ranks:
        ranks[rank] = Proposal(rank, row["decision"] == "auto", _confidence(row["confidence"]))
    proposal = ranks[rank]
    proposal.automatic = proposal.automatic or row["decision"] == "auto"
    proposal.repeated = proposal.repeated or row["invoice_id"] in proposal.lines
    proposal.lines[row["invoice_id"]] = proposal.lines.get(row["invoice_id"], 0) + applied
