"""The sixty cases: number, name, share and the kind of answer that is right."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the right treatment of a receipt is."""

    ONE = "one"
    NONE = "none"
    AMBIGUOUS = "ambiguous"
    DUPLICATE = "duplicate"
    PAYOUT = "payout"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Case:
    number: int
    share_tenths: int
    kind: Kind
    group: str
    name: str


_TABLE = """
clear
1 280 one exact number, exact amount
2 80 one number re-formatted
3 50 one structured check-digit reference
4 50 one charge id or metadata
5 40 one purchase order number
6 20 one customer number only, unique amount
7 110 one no reference, payer known, unique amount
8 30 one subscription, one open
damaged
9 15 one digit transposed
10 10 one letter read for a digit
11 15 one number cut by field length
12 10 one number split or glued
13 5 one number of a paid invoice quoted
14 3 one typo hits another customer's invoice
15 5 one two numbers, only one open
16 5 one noise digits equal an invoice number
17 30 one name cut, abbreviated or reordered
18 15 one payer is parent or sister
19 7 one factor, marketplace or personal account
20 4 one two customers of one name
sets
21 30 one two numbers, one payment
22 5 one range of numbers
23 35 one 2 to 5 invoices, no numbers, one solution
24 10 one 6 to 12 invoices, no numbers
25 10 one statement of a month or all overdue
26 8 one set with a credit note
27 7 ambiguous set with several solutions
28 3 one more than 30 open invoices
29 5 one one payment, several customers
differs
30 15 one instalment k of n
31 15 one part payment
32 5 one last part after parts
33 7 one overpaid
34 12 one short by a bank fee
35 10 one early discount inside terms
36 4 one discount taken late
37 5 one tax withheld
38 5 one disputed line deducted
39 3 one VAT omitted or doubled
40 4 one rounding of 1 to 5 minor units
41 2 one digits of the amount transposed
forms
42 10 one foreign invoice, home-currency receipt
43 4 one currency with 0 or 3 decimals
44 20 payout processor payout, net of fees
45 5 payout payout with refunds or disputes
46 2 payout instant and standard payout, same amount
47 4 one cheque or lockbox batch
traps
48 20 ambiguous twin invoices of one customer
49 7 ambiguous same amount at two customers, no name
50 12 duplicate duplicate payment
51 5 duplicate duplicate feed line
52 6 none prepayment before the invoice
53 15 none unrelated receipt
54 4 reversal chargeback or return
55 3 reversal refund out
56 3 none void, draft or written-off invoice named
57 4 none coincidence among round prices
58 1 none instructions in the memo
59 2 none supplier with a customer's name
60 4 none paid in the other system meanwhile
"""


def _read(table: str) -> dict[int, Case]:
    cases: dict[int, Case] = {}
    group = ""
    for line in table.strip().splitlines():
        if " " not in line:
            group = line
            continue
        number, share, kind, name = line.split(" ", 3)
        cases[int(number)] = Case(int(number), int(share), Kind(kind), group, name)
    return cases


CASES = _read(_TABLE)


def counts(receipts: int) -> dict[int, int]:
    """How many receipts of each case: largest remainders, so that the shares hold at any size."""
    total = sum(case.share_tenths for case in CASES.values())
    exact = {number: divmod(receipts * case.share_tenths, total) for number, case in CASES.items()}
    result = {number: whole for number, (whole, _) in exact.items()}
    by_rest = sorted(exact, key=lambda number: (-exact[number][1], number))
    for number in by_rest[: receipts - sum(result.values())]:
        result[number] += 1
    return result
