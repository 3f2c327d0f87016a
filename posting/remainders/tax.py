"""An invoice's tax mix in proportion: what of an amount falls under each tax code. Shown, summed to the cent, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ledger.invoice import InvoiceLine
from ledger.money import Money, total
from posting.refusal import NotPosted


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxPart:
    """gross includes tax. code: the books' own, None where the invoice names none and has no tax."""

    code: str | None
    gross: Money
    tax: Money


def mix_of(lines: Sequence[InvoiceLine], invoice_total: Money, tax_total: Money, name: str) -> tuple[TaxPart, ...]:
    """The invoice by tax codes. Raises NotPosted where the books do not say which tax belongs to which line."""
    if not lines:
        if tax_total:
            raise _unknown(name)
        return (TaxPart(code=None, gross=invoice_total, tax=tax_total),)
    taxes = _taxes(lines, invoice_total, tax_total)
    if taxes is None:
        raise _unknown(name)
    amounts = total((line.amount for line in lines), invoice_total.currency)
    net = amounts + tax_total == invoice_total
    if not net and amounts != invoice_total:
        raise _unknown(name)  # something stands beside the lines: a discount or shipping on the whole
    parts: dict[str | None, TaxPart] = {}
    for line, tax in zip(lines, taxes, strict=True):
        gross = line.amount + tax if net else line.amount
        known = parts.get(line.tax_code)
        parts[line.tax_code] = TaxPart(
            code=line.tax_code,
            gross=gross if known is None else known.gross + gross,
            tax=tax if known is None else known.tax + tax,
        )
    found = tuple(part for part in parts.values() if part.gross or part.tax)
    if any(part.gross.minor <= 0 for part in found):
        raise _unknown(name)
    return found


def _taxes(lines: Sequence[InvoiceLine], invoice_total: Money, tax_total: Money) -> list[Money] | None:
    """The tax of each line: as the books give it, none, or the whole where there is one code only."""
    given = [line.tax for line in lines]
    known = [tax for tax in given if tax is not None]
    if len(known) == len(given) and total(known, tax_total.currency) == tax_total:
        return known
    if not tax_total:
        return [tax_total for _ in lines]
    codes = {line.tax_code for line in lines}
    weights = [line.amount.minor for line in lines]
    if len(codes) == 1 and min(weights) >= 0 and invoice_total:
        return tax_total.split(weights)
    return None


def _unknown(name: str) -> NotPosted:
    return NotPosted(
        "tax_unknown",
        f"The books do not say which part of invoice {name}'s tax belongs to which line, and tax is never guessed.",
        "Write the credit note in the books, where you choose the tax code; the next sync sees it.",
    )


def in_proportion(mix: Sequence[TaxPart], amount: Money) -> tuple[TaxPart, ...]:
    """The mix of a part of the invoice, to the cent: each code's share of the amount, and that share's tax."""
    shares = amount.split([part.gross.minor for part in mix])
    return tuple(
        TaxPart(code=part.code, gross=share, tax=_share(part, share)) for part, share in zip(mix, shares, strict=True) if share
    )  # fmt: skip


def _share(part: TaxPart, gross: Money) -> Money:
    exact = Decimal(part.tax.minor * gross.minor) / Decimal(part.gross.minor)
    return Money(int(exact.to_integral_value(rounding=ROUND_HALF_UP)), gross.currency)
