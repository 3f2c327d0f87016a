"""Amounts as whole minor units, and the plain decimals that files hold."""

_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_DECIMALS = dict.fromkeys(_NONE.split(), 0) | dict.fromkeys(_THREE.split(), 3)


def decimals(currency: str) -> int:
    return _DECIMALS.get(currency, 2)


def unit(currency: str) -> int:
    """Minor units in one whole unit of the currency."""
    return int(10 ** decimals(currency))


def to_text(minor: int, currency: str) -> str:
    places = decimals(currency)
    sign = "-" if minor < 0 else ""
    if places == 0:
        return f"{sign}{abs(minor)}"
    whole, part = divmod(abs(minor), unit(currency))
    return f"{sign}{whole}.{part:0{places}d}"


def to_minor(text: str, currency: str) -> int:
    """Raise ValueError for what is not a plain decimal exact to the minor unit."""
    places = decimals(currency)
    body = text.removeprefix("-")
    whole, _, part = body.partition(".")
    if not whole.isdigit() or (part and not part.isdigit()) or len(part.rstrip("0")) > places:
        message = f"{text!r} is not an amount in {currency}"
        raise ValueError(message)
    value = int(whole) * unit(currency) + int(part[:places].ljust(places, "0") or "0")
    return -value if text.startswith("-") else value


def share(minor: int, numerator: int, denominator: int) -> int:
    """`minor * numerator / denominator`, rounded half up."""
    return (2 * minor * numerator + denominator) // (2 * denominator)
