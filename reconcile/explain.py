"""Evidence in a bookkeeper's words. Codes are for programs; these sentences are for people."""

from collections.abc import Iterable

from ledger.currency import exponent
from reconcile.values import Reason

_WORDS = {
    "names": "names {0}",
    "form_1": "by its last digits", "form_2": "by its short number", "form_3": "by its digits",
    "form_4": "in another form", "form_5": "in full", "form_6": "by its reference",
    "paid_together": "with the other receipts that name it, to the cent",
    "completed": "with {0} to make the sum",
    "amount_exact": "exact amount", "sum_exact": "exact sum",
    "exact_amount": "exactly this amount, among {0} open",
    "exact_discounted": "exact amount less the early-payment discount",
    "exact_sum": "{0} invoices of {1} open add up to it",
    "exact_at_rate": "amount at the day's rate in {0}", "close_amount": "nearest amount of {0} open",
    "only_amount": "only the amount fits ({0} open items have it)", "other_currency": "invoice is in {0}",
    "near_number": "text is nearly {0}",
    "oldest_first": "the oldest of {0} equal invoices, by your policy",
    "also_names": "the text names {0}",
    "cut_all": "everything open ({0})", "cut_all_invoices": "all open invoices ({0})", "cut_overdue": "everything overdue ({0})",
    "cut_oldest": "the {0} oldest", "cut_month": "one month's {0} invoices", "cut_order": "one order's {0} invoices",
    "rounding": "rounded by {money}", "overpay": "{money} too much", "tax_twice": "{money} too much: the tax paid twice",
    "transposed": "digits of the amount changed places, {money} apart",
    "discount": "early-payment discount of {money}", "discount_late": "discount of {money} taken after the terms",
    "withholding": "tax of {money} withheld", "fee": "bank fee of {money}", "usual_fee": "short by {money}, as this customer always is", "tax_left_out": "short by the tax, {money}",
    "instalment": "an instalment; {money} stays open", "short_pay": "short by {money}", "part": "part payment; {money} stays open",
    "fx": "exchange difference of {money}",
    "payer_account": "account of {1}", "payer_email": "e-mail of {1}", "payer_domain": "e-mail domain of {1}",
    "payer_alias": "paid for {1} before", "payer_name": "payer is {1}", "payer_similar_name": "payer's name is like {1}",
    "payer_other_form": "name of {1} with another legal form", "payer_customer_number": "customer number {0}, {1}",
    "agrees_family": "payer belongs to the same group", "agrees_unknown": "payer not known", "agrees_stranger": "payer is somebody else",
    "agrees_payer": "payer fits",
    "order_text": "the text reads like an order to a program, so a person decides",
    "no_rate": "no exchange rate to {0} for the day", "issued_later": "invoice was issued after the payment",
    "unrelated": "the text says '{0}', which is no customer's payment", "closed_named": "{0} is named but is {1}",
    "paid_named": "{0} is named, which had this amount and is paid",
    "settled_beside": "{0} is named too and is paid already",
    "rival_unnamed": "the text does not name it", "rival_weaker_number": "the text names it less fully",
    "rival_not_near": "the text is not nearly its number", "rival_larger_set": "takes {0} items where {1} are enough",
    "rival_less_usual": "is paid so more rarely", "rival_equal": "fits as well",
    "several_sets": "{0} sets of open invoices add up to it", "by_chance": "so many invoices are open that some add up to it by chance",
    "near_twin": "{0} has the same amount, and the text is only nearly a number",
    "exact_rival": "{0} items add up to this amount exactly",
    "agrees_resembles": "payer's name resembles the customer's",
    "payer_unknown": "would be automatic if the payer were known", "weak_number": "too few digits of a number to rely on",
    "payer_and_amount_missing": "number named, but neither payer nor amount agrees", "stranger": "number belongs to another customer",
    "payer_doubtful": "would be automatic if the payer's name were certain",
    "other_account": "name fits, but the account is not one this customer has used",
    "other_name": "the account is this customer's, but the name is {0}'s",
    "learnt_once": "would be automatic if a payment under this name or account had been confirmed twice",
    "refused_before": "this answer was declined or taken back before", "undone_before": "a match of this payer was taken back; confirm one by hand",
    "declined_before": "an answer like it was declined lately",
    "unnamed_difference": "amount differs and no number is named", "too_much": "far more than what is named",
    "too_little": "far less than what is named", "contested": "another receipt claims {0}",
    "other_exact": "{0} has exactly this amount", "cap": "above the cap of {0} for unattended posting",
    "names_another": "{0} is named, but the amount is not its",
    "ambiguous": "{0} answers fit; not certain which", "not_sure": "not certain enough", "nothing_fits": "no open invoice fits",
    "late_claim": "an answer only after other receipts were placed", "suggested_elsewhere": "what fits is suggested for another receipt",
    "paid_before_return": "receipt {0} paid it and was sent back; undo that match first",
    "repeats": "same payer and amount as receipt {0}, {1} days before", "repeats_history": "same as receipt {0}, already matched to {1}",
    "may_be_recorded": "{0}",
    "disputed": "the payer's bank disputes it; it waits until that is decided",
    "payout_sum": "payout {0}: {1} charges less fees", "payout_named": "payout {0} is named", "payout_processor": "{0} transfer, not a customer's payment",
    "reversal_of": "money back, of {0}", "reversal_words": "money back: the text speaks of a return", "reversal": "money back",
}  # fmt: skip
_PLAIN = frozenset(code for code, words in _WORDS.items() if "{" not in words)
_MONEY = frozenset(code for code, words in _WORDS.items() if "{money}" in words)


def plain_amount(minor: int, currency: str) -> str:
    """A plain decimal, exact to the minor unit: `-12.30`, `1200` for yen."""
    places = exponent(currency)
    if places == 2 and minor >= 0:
        return f"{minor // 100}.{minor % 100:02d}"  # nearly every amount
    if not places:
        return str(minor)
    sign = "-" if minor < 0 else ""
    digits = str(abs(minor)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def sentence(reason: Reason) -> str:
    """One piece of evidence in words."""
    words = _WORDS[reason.code]
    if reason.code in _PLAIN:
        return words
    if reason.code in _MONEY:
        minor, currency = reason.values
        return words.format(money=f"{plain_amount(int(minor), currency)} {currency}")
    if reason.code == "names":
        return words.format(", ".join(reason.values))
    return words.format(*reason.values)


def in_words(reasons: Iterable[Reason]) -> str:
    """Evidence as one line."""
    return "; ".join([sentence(reason) for reason in reasons])
