"""The matcher's policy as data. Every number that decides about money stands here, with its reason."""

import msgspec


class FeeRule(msgspec.Struct, frozen=True):
    """What a bank may keep of a payment by these methods, in major units."""

    methods: frozenset[str]
    most: int


class RoundingRule(msgspec.Struct, frozen=True):
    """What counts as rounding in payments by these methods, in the smallest units of the currency."""

    methods: frozenset[str]
    most: int


class Policy(msgspec.Struct, frozen=True):
    """Defaults suit a small business that posts without looking only when nothing else can be true."""

    auto_confidence: float = 0.99
    """Least confidence of an automatic match; proved per class of evidence by bench."""
    duplicate_days: int = 45
    """A second payment of the same amount by the same payer within this time is first taken for a duplicate."""
    named_duplicate_days: int = 120
    """The same when it names the document that the first one paid."""
    repeat_days: int = 6
    """Two payments that look alike within this time are never both automatic without a reference of their own."""
    part_repeat_days: int = 14
    """Two equal parts of one invoice with the same words within this time are not both automatic; instalments are further apart."""
    decline_half_life_days: int = 90
    """A no to a payer for a customer weighs half as much after so many days."""
    rate_days: int = 7
    """A rate older than this does not price a receipt."""
    fx_band: float = 0.025
    """Banks take up to this share of the day's rate."""
    fx_band_unnamed: float = 0.012
    """The same when no number is quoted."""
    rounding_minor: int = 5
    """A difference up to so many of the smallest units is rounding, by whatever rail no rule of its own is made for."""
    rounding_rules: tuple[RoundingRule, ...] = ()
    """Cash may be paid in coins of 5, while a card takes just what was asked for; the first rule that names a rail counts."""
    discount_grace_days: int = 3
    fee_rules: tuple[FeeRule, ...] = (FeeRule(frozenset({"wire", "swift", "bank", "sepa", "transfer", "ach", ""}), 50),)
    fee_share: float = 0.10
    """A bank's fee above this share of the payment is not taken for a fee."""
    withholding_rates: tuple[str, ...] = (
        "0.015", "0.02", "0.025", "0.03", "0.035", "0.04", "0.05", "0.06", "0.07", "0.075", "0.08", "0.1", "0.11", "0.12",
        "0.125", "0.15", "0.19", "0.2", "0.25", "0.26", "0.27", "0.28", "0.3",
    )  # fmt: skip
    tax_rates: tuple[str, ...] = ("0.05", "0.07", "0.1", "0.15", "0.19", "0.2", "0.21", "0.22", "0.23", "0.24", "0.25")
    overpay_share: float = 0.30
    """An excess above this share of what is named is no slip; a person looks."""
    part_share_min: float = 0.02
    """A payment below this share of the invoice it names is not taken for a part of it."""
    unattended_max: int | None = None
    """Major units above which nothing is automatic; None: no cap."""
    oldest_first: bool = False
    """Opt in: between equal invoices of one customer take the oldest. Marked as a policy, not as a match."""
    proposals_max: int = 5

    def rounding_of(self, method: str) -> int:
        """The most that is rounding in payments by a rail, which is empty where nobody said it."""
        rail = method.lower()
        return next((rule.most for rule in self.rounding_rules if rail in rule.methods), self.rounding_minor)


DEFAULT = Policy()


class Cap(msgspec.Struct, frozen=True):
    """A sum in major units of a currency."""

    currency: str
    most: int


class Unattended(msgspec.Struct, frozen=True):
    """What may be decided with nobody looking, and where two people must. Off until it is proved here."""

    on: bool = False
    classes: frozenset[str] = frozenset()
    """Codes of the classes of evidence that are switched on."""
    caps: tuple[Cap, ...] = ()
    """Above these a person decides; a currency that is not listed is always a person's."""
    second_above: tuple[Cap, ...] = ()
    """A decision above these takes two people; none listed: one is enough."""

    def allows(self, evidence: str, currency: str, amount_minor: int, unit: int) -> bool:
        """Whether a certain answer of this class and sum is decided with nobody looking. `unit`: minor units in a major."""
        cap = _cap(self.caps, currency)
        fits = cap is not None and 0 < amount_minor <= cap * unit
        return self.on and evidence in self.classes and fits and not self.needs_two(currency, amount_minor, unit)

    def needs_two(self, currency: str, amount_minor: int, unit: int) -> bool:
        """Whether a second person must say yes too."""
        cap = _cap(self.second_above, currency)
        return cap is not None and abs(amount_minor) > cap * unit


class OwnPolicy(msgspec.Struct, frozen=True):
    """All of an organisation's policy: how the matcher weighs, and what may happen with nobody looking."""

    matching: Policy = DEFAULT
    unattended: Unattended = Unattended()


def _cap(caps: tuple[Cap, ...], currency: str) -> int | None:
    return next((cap.most for cap in caps if cap.currency == currency), None)
