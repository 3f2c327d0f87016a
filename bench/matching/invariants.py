"""What must hold of every matcher's output, right or wrong: nothing spent twice, no money made or lost."""

from bisect import bisect_right
from collections import defaultdict
from pathlib import Path

from bench.matching import files
from bench.matching.amounts import to_text, unit
from bench.matching.results import Document, Output, Proposal, Receipt

_MATCHED = frozenset({"matched", "partly_matched"})
_STATUSES = _MATCHED | {"suggested", "duplicate", "payout", "reversal", "unmatched"}
_PROPOSALS_MAX = 5


class RateTable:
    """The set's rates.csv: units of one currency for one of the other, on a day or the last day before it."""

    def __init__(self, path: Path) -> None:
        self._rates: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
        if path.exists():
            for row in files.read(path):
                self._rates[row["from"], row["to"]].append((row["date"], float(row["rate"])))
        for listed in self._rates.values():
            listed.sort()

    def _rate(self, day: str, money: str, home: str) -> float | None:
        listed = self._rates.get((money, home), [])
        position = bisect_right(listed, (day, float("inf")))
        return listed[position - 1][1] if position else None

    def convert(self, day: str, money: str, home: str, minor: int) -> float | None:
        """Minor units of `home`, unrounded; None where no rate is known."""
        if money == home:
            return float(minor)
        rate = self._rate(day, money, home)
        if rate is None:
            inverse = self._rate(day, home, money)
            rate = 1 / inverse if inverse else None
        return None if rate is None else minor / unit(money) * rate * unit(home)


class Checker:
    """Collects sentences, each naming the receipt or the invoice that breaks a rule."""

    def __init__(
        self, documents: dict[str, Document], receipts: dict[str, Receipt], output: Output, rates: RateTable
    ) -> None:
        self._documents, self._receipts, self._output, self._rates = documents, receipts, output, rates
        self.found: list[str] = list(output.faults)

    def run(self) -> list[str]:
        for receipt in self._receipts.values():
            self._form(receipt)
            self._money(receipt)
        self._spent()
        self._claimed()
        return self.found

    def _form(self, receipt: Receipt) -> None:
        proposals = self._output.proposals.get(receipt.id, [])
        verdict = self._output.verdicts.get(receipt.id)
        automatic = [one for one in proposals if one.automatic]
        if len(proposals) > _PROPOSALS_MAX:
            self.found.append(f"{receipt.id}: {len(proposals)} proposals, at most {_PROPOSALS_MAX} are allowed")
        if len(automatic) > 1 or any(one.rank != 1 for one in automatic):
            self.found.append(f"{receipt.id}: only the proposal of rank 1 can be automatic")
        if proposals and proposals[0].rank != 1:
            self.found.append(f"{receipt.id}: no proposal has rank 1")
        if any(one.repeated for one in proposals):
            self.found.append(f"{receipt.id}: one proposal names an invoice twice")
        if verdict is None:
            return
        if verdict.status not in _STATUSES:
            self.found.append(f"{receipt.id}: status {verdict.status!r} is not one of the contract's")
        elif (verdict.status in _MATCHED) != bool(automatic) and verdict.status != "reversal":
            self.found.append(
                f"{receipt.id}: status {verdict.status} but {'an' if automatic else 'no'} automatic match"
            )
        elif verdict.status == "suggested" and not proposals:
            self.found.append(f"{receipt.id}: status suggested but no proposal")

    def _worth(self, receipt: Receipt, proposal: Proposal) -> tuple[float, float] | None:
        """What the proposal takes of the receipt, and how far rounding may be off, in the receipt's minor units."""
        total, slack = 0.0, 1.0
        for invoice_id, applied in proposal.lines.items():
            document = self._documents[invoice_id]
            worth = self._rates.convert(receipt.day, document.currency, receipt.currency, applied)
            if worth is None:
                return None
            total += worth
            if document.currency != receipt.currency:
                slack += abs(self._rates.convert(receipt.day, document.currency, receipt.currency, 1) or 0)
        return total, slack

    def _money(self, receipt: Receipt) -> None:
        verdict, best = self._output.verdicts.get(receipt.id), self._output.best(receipt.id)
        for proposal in self._output.proposals.get(receipt.id, []):
            worth = self._worth(receipt, proposal)
            if worth is None:
                if proposal.automatic:
                    self.found.append(f"{receipt.id}: automatic across currencies without a rate")
                continue
            over = worth[0] - receipt.amount if receipt.amount >= 0 else receipt.amount - worth[0]
            if over > worth[1] or (worth[0] < -1 and receipt.amount > 0):
                amount = to_text(receipt.amount, receipt.currency)
                self.found.append(
                    f"{receipt.id}: rank {proposal.rank} applies more than the receipt's {amount} {receipt.currency}"
                )
        if verdict is None or verdict.status in {"duplicate", "payout", "reversal"}:
            return
        worth = self._worth(receipt, best) if best else (0.0, 1.0)
        if worth is None:
            return
        sums = (
            [worth[0] + verdict.unapplied]
            if best and best.automatic
            else [worth[0] + verdict.unapplied, verdict.unapplied]
        )
        if all(abs(one - receipt.amount) > worth[1] for one in sums):
            self.found.append(f"{receipt.id}: applied and unapplied do not add up to the receipt")

    def _spent(self) -> None:
        """Automatic matches in order of date: never more than what is open then, never before the issue."""
        left = {key: -one.open_minor if one.is_credit else one.open_minor for key, one in self._documents.items()}
        steps: list[tuple[str, bool, str, str, int]] = []
        for receipt_id, proposals in self._output.proposals.items():
            receipt = self._receipts[receipt_id]
            for proposal in proposals:
                if proposal.automatic:
                    steps += [
                        (receipt.day, receipt.amount > 0, receipt_id, key, applied)
                        for key, applied in proposal.lines.items()
                    ]
        for day, inward, receipt_id, key, applied in sorted(steps):
            document = self._documents[key]
            before, left[key] = left[key], left[key] - applied
            wrong_way = inward and (applied > 0) == document.is_credit
            beyond = (left[key] > 0) if document.is_credit else (left[key] < 0)
            if beyond or (wrong_way and applied):
                text = to_text(applied, document.currency)
                self.found.append(
                    f"{receipt_id}: {text} on {key}, of which {to_text(before, document.currency)} was open"
                )
            if day < document.issued and inward:
                self.found.append(f"{receipt_id}: automatic on {key}, which was issued later, on {document.issued}")

    def _claimed(self) -> None:
        """All proposals of rank 1 together never claim one balance twice."""
        claims: dict[str, int] = defaultdict(int)
        returned: dict[str, int] = defaultdict(int)
        for receipt_id in self._output.proposals:
            best = self._output.best(receipt_id)
            for key, applied in best.lines.items() if best else ():
                if self._receipts[receipt_id].amount < 0:
                    returned[key] += abs(applied)
                else:
                    claims[key] += abs(applied)
        for key, claimed in claims.items():
            document = self._documents[key]
            if claimed > document.open_minor + returned[key]:
                text = (
                    f"{to_text(claimed, document.currency)} of {to_text(document.open_minor, document.currency)} open"
                )
                self.found.append(f"{key}: proposals of rank 1 claim {text}")
