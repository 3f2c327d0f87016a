"""Clearing: what its proof cannot explain, and whether the books' own figure of the account is what is read here. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.figures import Control
from ledger.money import Money
from proving.clearing_proof import ClearingProof, Section
from proving.verify.differences import PROVIDERS, Cause, Check, Difference, shared
from proving.verify.finer import finer_rows
from proving.verify.moves import AccountMove


def unexplained_rows(proofs: Sequence[ClearingProof]) -> list[Difference]:
    """Each part of a processor's balance that the books' clearing account does not explain."""
    return [
        Difference(
            check=Check.CLEARING, subject=row.subject, name=f"Clearing in {proof.currency}, {row.subject}",
            cause=Cause(row.cause.value) if row.cause.value else Cause.UNKNOWN, words=row.words, theirs=row.amount,
            remedy=row.remedy, detail={"on": row.on.isoformat(), "account": proof.account},
        )
        for proof in proofs
        for row in proof.rows
        if row.section is Section.UNEXPLAINED
    ]  # fmt: skip


def mirrored_rows(
    proofs: Sequence[ClearingProof], control: Control, provider: str, moved: Sequence[AccountMove] = ()
) -> list[Difference]:
    """Clearing accounts whose balance in the ledger's own report is another than the records that are read make up.

    Only in home currency, in which the report is; several proofs may share an account. moved: what changed there since the
    last sync.
    """
    if not control.every:
        return []
    sums: dict[str, Money] = {}
    names: dict[str, str] = {}
    foreign = {proof.account for proof in proofs if proof.currency != control.home}
    for proof in proofs:
        if proof.account is not None and proof.account not in foreign:
            sums[proof.account] = sums.get(proof.account, Money(0, control.home)) + proof.books
            names[proof.account] = proof.account_name
    found = []
    for account, ours in sorted(sums.items()):
        theirs = control.every.get(account, Money(0, control.home))
        if ours != theirs:
            own = [one for one in moved if one.account == account]
            found.append(_mirrored(account, names[account], ours, theirs, own, PROVIDERS[provider]))
    return found + finer_rows(
        control, provider, Check.CLEARING, {own: f"Clearing account {names[own]}" for own in sums}
    )


def _mirrored(
    account: str, name: str, ours: Money, theirs: Money, moved: Sequence[AccountMove], there: str
) -> Difference:
    explained = Money(sum(one.minor for one in moved), ours.currency)
    rest = theirs - ours - explained
    causes, told, remedy = {one.cause for one in moved}, [], ""
    if moved:
        some = ", ".join(one.words for one in moved[:3]) + (f" and {len(moved) - 3} more" if len(moved) > 3 else "")
        told.append(f"{explained} of it follows from what changed in {there} since the last sync: {some}.")
    if rest:
        causes.add(Cause.UNKNOWN)
        told.append(
            f"{there} holds entries over {rest} on this account of kinds that are not read here (a bill, say, or a wage)."
        )
        remedy = (
            "Look at the account there for what is neither a payment, a deposit, a transfer, a journal nor an expense."
        )
    return Difference(
        check=Check.CLEARING, subject=account, name=f"Clearing account {name}", cause=shared(causes), ours=ours,
        theirs=theirs, words=" ".join(told), remedy=remedy,
    )  # fmt: skip
