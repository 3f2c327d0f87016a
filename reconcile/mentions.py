"""Reading a payment's text: which documents and which customer numbers it names."""

import re

from reconcile.fold import DIGIT, compact, fold, runs, without_dates
from reconcile.numbers import HINTED, LOOSE, SHORT, STRUCTURED, dotted, pattern_of, stripped
from reconcile.references import START, Entry, ReferenceIndex
from reconcile.slot import Slot

_WINDOW_MAX = 9
"""A Swiss reference is printed in six groups, an ISO 11649 one in up to seven."""
_RANGE_MAX = 60
_SHORT_MIN = 3
"""Fewer digits than this name nothing on their own, and two short runs never do together."""
_OWN_ID_MIN = 8
_ID = re.compile(r"[A-Za-z]{2,8}_[A-Za-z0-9_]{6,}")
_PROVIDER_ID = re.compile(
    r"\b(?:pi|ch|in|po|py|cus|sub|txn|re|pm|cs|acct|price|prod|evt|si|il|tr)_[A-Za-z0-9_]{6,}", re.IGNORECASE
)
"""A processor's own ids: looked up whole, never read for digits."""
_RANGE = re.compile(
    r"(?<!\d)(\d{2,}+)\s*(?:-|–|\.{2,3}|\bTO\b|\bBIS\b|\bTHRU\b|\bTHROUGH\b|\bAU\b|\bAL\b)\s*[^\W\d_]{0,5}-?(\d{1,})\b"
)
_SEVERAL = re.compile(r"\d\d[^\d]+\d")
"""Every range has two numbers, and most texts one."""
_BANKS_OWN = re.compile(
    r"\b(?:IMAD|OMAD|TRN|TRACE ?(?:NO|#)?|ORIG ID|DESC DATE|EED|SEQB?|CO ID|TNR)\s*[:#]+\s*\S+|/TRCD/\d+", re.IGNORECASE
)
"""Fields in which a bank writes its own numbers and days: they name no document."""
_TYPED = re.compile(r"NOTE|MEMO|COMMENT|MESSAGE|DESCRIPTION|TEXT|REMARK|MEMBER|CUSTOM_FIELD")
"""Names of metadata fields that a payer fills in."""
HINTS = frozenset({
    "INV", "INVOICE", "INVOICES", "INVS", "RECHNUNG", "RECHNUNGEN", "RE", "RG", "RNR", "RENR", "RGNR", "FACTURE", "FACT",
    "FACTURA", "FATTURA", "FAKTURA", "NO", "NR", "NUM", "NUMBER", "NUMMER", "BILL", "REF", "PO", "ORDER", "CN", "BESTELLUNG",
})  # fmt: skip


class Mention:
    """A stretch of the text that names one or more items equally well."""

    __slots__ = ("slots", "strength", "text")

    def __init__(self, text: str, strength: int, slots: list[Slot]) -> None:
        """`text` is the key as found."""
        self.text = text
        self.strength = strength
        self.slots = slots


def read_mentions(reference: str, metadata: tuple[tuple[str, str], ...], index: ReferenceIndex) -> list[Mention]:
    """Every item named, without repeats, in the order of the text."""
    found: list[Mention] = []
    for name, value in metadata:
        entry = index.find(compact(value))
        slot = index.by_id(value.strip())
        if slot is not None and (entry is None or "INVOICE" in fold(name)):
            found.append(Mention(value, STRUCTURED, [slot]))
        elif entry:
            found.append(_by_machine(name, _mention(compact(value), entry)))
        else:
            found += _scan(fold(value), index)
    if reference:
        found += _ids(reference, index)
        if ":" in reference or "#" in reference:
            reference = _BANKS_OWN.sub(" ", reference)
        found += _scan(fold(_PROVIDER_ID.sub(" ", reference) if "_" in reference else reference), index)
    return _tidy(found)


def _by_machine(name: str, mention: Mention) -> Mention:
    """A number that is a whole field of a processor's metadata was written by a program, which makes no slips; people fill in notes."""
    if mention.strength >= LOOSE and len(mention.slots) == 1 and not _TYPED.search(fold(name)):
        mention.strength = STRUCTURED
    return mention


def _ids(reference: str, index: ReferenceIndex) -> list[Mention]:
    """Ids that a machine wrote: a processor's, found in any spelling, and our own, found exactly."""
    found = []
    if "_" in reference:
        keys = [compact(token) for token in _ID.findall(reference)]
        found = [_mention(key, entry) for key in keys if (entry := index.find(key))]
    tokens = [token for token in reference.split() if len(token) >= _OWN_ID_MIN]
    bare = [token.strip(".,;:()[]#") for token in tokens]
    if not index.slots.keys().isdisjoint(bare):
        for token, own in zip(tokens, bare, strict=True):
            if own in index.slots and not index.find(compact(token)):
                found.append(Mention(token, STRUCTURED, [index.slots[own]]))
    return found


def _mention(text: str, entries: list[Entry]) -> Mention:
    if len(entries) == 1:
        return Mention(text, entries[0][1], [entries[0][0]])
    best = max([strength for _, strength in entries])
    return Mention(text, best, [slot for slot, strength in entries if strength == best])


def _scan(folded: str, index: ReferenceIndex) -> list[Mention]:
    undated = without_dates(folded)
    found = _read(undated, index)
    if undated != folded and not any(mention.strength >= LOOSE for mention in found):
        found = [mention for mention in _read(folded, index) if mention.strength >= LOOSE] or found
    return found


def _read(folded: str, index: ReferenceIndex) -> list[Mention]:
    if not DIGIT.search(folded):
        return []  # letters alone name no document
    parts = runs(folded)
    reach = index.reach
    found: list[Mention] = []
    free = 0
    for place in [at for at, part in enumerate(parts) if part[:START] in reach or part[0] == "0"]:
        if place < free:
            continue  # inside what was found before
        mention, width = _at(parts, place, index)
        if mention is None:
            continue
        if mention.strength == SHORT and place and parts[place - 1] in HINTS:
            mention.strength = HINTED
        found.append(mention)
        free = place + width
    if found:
        _lift_series(found)
        return found + _ranged(folded, found, index)
    return _glued(parts, index)


def _at(parts: list[str], place: int, index: ReferenceIndex) -> tuple[Mention | None, int]:
    """The best reading that starts here: strongest, then longest."""
    best = 0, 1, ""
    keys, reach, most = index.keys, index.reach, index.most
    joined = loose = ""
    digits = begun = False
    limit = loose_limit = 0
    for width, part in enumerate(parts[place : place + _WINDOW_MAX], 1):
        bare = part if part[0] != "0" else stripped(part)
        joined += part
        loose = f"{loose}.{bare}" if loose else bare
        if not begun:
            limit, loose_limit = reach.get(joined[:START], 0), reach.get(loose[:START], 0)
            begun = len(joined) >= START <= len(loose)
        if len(joined) > limit and len(loose) > loose_limit:
            break
        digits = digits or part.isdigit()
        if digits and (joined in keys or loose in keys):
            for key in (joined, loose) if loose != joined else (joined,):
                if key not in keys:
                    continue
                strength = most.get(key) or keys[key][1]
                if strength == SHORT and (width > 1 or len(key) < _SHORT_MIN):
                    continue
                if strength >= best[0]:
                    best = strength, width, key
        if begun and len(joined) >= limit and len(loose) >= loose_limit:
            break  # nothing that is known is longer
    if not best[0]:
        return None, 1
    return _mention(best[2], index.find(best[2]) or []), best[1]


def _glued(parts: list[str], index: ReferenceIndex) -> list[Mention]:
    """`PAYMENTINV10234`: a known prefix at the end of a word; `INV10234150324`: a date stuck to the digits."""
    found: list[Mention] = []
    for place in range(len(parts) - 1):
        word, digits = parts[place], parts[place + 1]
        if word.isdigit() or not digits.isdigit():
            continue
        for cut in range(max(0, len(word) - 6), len(word)):
            if word[cut:] not in index.prefixes:
                continue
            rest = [word[cut:], *parts[place + 1 :]]
            mention, _ = _at(rest, 0, index)
            if mention is None:
                mention = _shortened(word[cut:], digits, index)
            if mention is not None and mention.strength >= LOOSE:
                found.append(mention)
                break
    return found


def _shortened(prefix: str, digits: str, index: ReferenceIndex) -> Mention | None:
    for end in range(len(digits) - 1, 3, -1):
        entries = index.find(prefix + digits[:end])
        if entries:
            return _mention(prefix + digits[:end], entries)
    return None


def _lift_series(found: list[Mention]) -> None:
    """In `INV-1001, 1002` the second number borrows the first one's prefix."""
    if len(found) < 2 or all(mention.strength >= LOOSE for mention in found):
        return
    series = {pattern_of(fold(slot.item.number)) for each in found if each.strength >= LOOSE for slot in each.slots}
    for mention in found:
        if mention.strength < LOOSE and series:
            near = [slot for slot in mention.slots if pattern_of(fold(slot.item.number)) in series]
            if near:
                mention.slots = near
                mention.strength = max(mention.strength, HINTED)


def _ranged(folded: str, found: list[Mention], index: ReferenceIndex) -> list[Mention]:
    """Items between the two ends of `1001-1006` or `INV-1001 to 06`; empty unless both ends exist."""
    out: list[Mention] = []
    for first, last in _RANGE.findall(folded) if _SEVERAL.search(folded) else ():
        ends = [slot for each in found for slot in each.slots if fold(slot.item.number).endswith(first)]
        if not ends:
            continue
        between = _between(first, last)
        if not between:
            continue
        stem = fold(ends[0].item.number)[: -len(first)]
        keys = [dotted(runs(f"{stem}{value:0{len(first)}d}")) for value in between]
        hits = [(key, entry) for key in keys if (entry := index.find(key))]
        if hits and hits[-1][0] == keys[-1]:
            out += [_mention(key, entry) for key, entry in hits]
            for mention in out:
                mention.strength = max(mention.strength, HINTED)
    return out


def _between(first: str, last: str) -> range:
    """What follows the first number of a range up to its last, which may be cut to its end; empty for what is no such range."""
    upper = int(first[: -len(last)] + last) if len(last) < len(first) else int(last)
    return range(int(first) + 1, upper + 1) if 0 < upper - int(first) <= _RANGE_MAX else range(0)


def ranged_numbers(folded: str) -> set[int]:
    """Every number that a text could name by a range without spelling it out."""
    return {value for first, last in _RANGE.findall(folded) for value in _between(first, last)}


def _tidy(found: list[Mention]) -> list[Mention]:
    """One mention for each item, the strongest; weak digits fall away beside a strong number."""
    if len(found) < 2:
        return found
    best: dict[str, Mention] = {}
    for mention in found:
        key = mention.slots[0].item.id if len(mention.slots) == 1 else mention.text
        known = best.get(key)
        if known is None or mention.strength > known.strength:
            best[key] = mention
    kept = list(best.values())
    if any(mention.strength >= LOOSE for mention in kept):
        kept = [mention for mention in kept if mention.strength > SHORT]
    return kept
