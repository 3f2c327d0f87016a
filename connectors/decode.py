"""Reading providers' JSON: exact decimals, one record at a time, so that one odd record never costs a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from threading import Lock
from typing import Any, TypeVar

import msgspec

from connectors.fitted import fitted
from ledger.finding import Finding, Severity

S = TypeVar("S", bound=msgspec.Struct)

_any = msgspec.json.Decoder(dict[str, Any])
_learning = Lock()


def learn_shapes() -> None:
    """Has msgspec work out every struct there is, before threads read with them.

    It does so at a struct's first use and without a lock: a second thread that reads with the same struct meanwhile
    takes what is half made, and the process ends with a segmentation fault (msgspec 0.22, seen under load). Called by
    whatever loads structs that threads read with; what is known already costs nothing.
    """
    with _learning:
        for struct in list(_structs(msgspec.Struct)):
            with suppress(TypeError, NameError):  # another library's, that is not meant to be read
                msgspec.json.Decoder(struct)


def _structs(base: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for struct in base.__subclasses__():
        yield struct
        yield from _structs(struct)


class NoAnswer(msgspec.DecodeError):
    """JSON that is not what was asked for, as `{}` with status 200: that it holds no rows says nothing. Transport.fetch
    tries again, as with an answer that was cut short.
    """


class Loose(msgspec.Struct, forbid_unknown_fields=False, omit_defaults=True):
    """Base of wire structs: unknown fields are passed over. Give every field a default and allow None.

    Status and type fields stay `str`; `unknown_value` says when one is new. Amounts are `Decimal` or `int`, no floats.
    """


def loosely(raw: bytes | msgspec.Raw, struct: type[S], *, whole: bool = False) -> S:
    """As `decode_record` reads it, for those who need a few fields of a record: its mapping says what is odd about it.

    Raises msgspec.DecodeError, UnicodeDecodeError; where it has to be read whole, also for a field that says nothing.
    """
    try:
        return msgspec.json.decode(raw, type=struct)
    except msgspec.ValidationError:
        fit = fitted(bytes(raw), struct)
        if whole and fit.left_out:
            raise
        found: S = fit.found
        return found


def decode_record(
    raw: bytes | msgspec.Raw, struct: type[S], *, kind: str, external_id: str
) -> tuple[S | None, tuple[Finding, ...]]:
    """The record as its struct, with findings where it came in another form than documented or a text of it can not be kept
    whole; or None and a finding of severity error that names it.
    """
    data = bytes(raw)  # no copy of what is bytes
    odd: tuple[Finding, ...] = ()
    try:
        try:
            found, data = _whole(data, struct)
        except msgspec.ValidationError:
            data = mended(data)
            found, odd = _fitted(data, struct, kind, external_id)
    except msgspec.DecodeError as error:
        return None, (undecodable(kind, external_id, str(error)),)
    except UnicodeDecodeError:
        return None, (undecodable(kind, external_id, "a text in it is not UTF-8"),)
    return found, (*odd, *_altered(found, data, kind, external_id)) if _ESCAPE in data and _CODE in data else odd


_ESCAPE, _CODE, _NUL = b"\\", b"\\u", b"\\u0000"  # one byte is looked for ten times faster than six
BEYOND = "a number in it is larger or smaller than anything can be reckoned with; check it at its source."
_MENDED = rb"\uFFfd"  # U+FFFD as nobody else writes it: so that it is told in a kept payload too
_ESCAPES = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a pair
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"  # a half
    rb"|\\.",  # any other escape, a backslash's own too
    re.DOTALL,
)


def mended(body: bytes) -> bytes:
    """JSON with U+FFFD for every half of a surrogate pair, and nothing else altered.

    JSON allows such an escape (RFC 8259, 8.2), and names that were cut after so many UTF-16 units end with one. No text
    can hold it, and our decoder refuses the whole page for it: what it has refused is read again so.
    """
    return _ESCAPES.sub(lambda found: _MENDED if found[1] else found[0], body)


def _whole(data: bytes, struct: type[S]) -> tuple[S, bytes]:
    """And what it was read from. Raises msgspec.ValidationError where a field is of another type."""
    try:
        return msgspec.json.decode(data, type=struct), data
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        again = mended(data)
        if again == data:
            raise
        return msgspec.json.decode(again, type=struct), again


def _fitted(data: bytes, struct: type[S], kind: str, external_id: str) -> tuple[S, tuple[Finding, ...]]:
    """What the documented types refuse (connectors/fitted.py), and what was odd about it."""
    fit = fitted(data, struct)
    odd = []
    if fit.taken:
        names = ", ".join(fit.taken)
        sentence = f"{kind} {external_id} came with {names} in another form than documented; read as what it says."
        odd.append(Finding("other_form", sentence, Severity.NOTE, kind, external_id, names))
    if fit.left_out:
        names = ", ".join(fit.left_out)
        sentence = f"{kind} {external_id} came with {names} in a form that says nothing here; that was left out."
        odd.append(Finding("field_left_out", sentence, Severity.WARNING, kind, external_id, names))
    return fit.found, tuple(odd)


def _altered(found: msgspec.Struct, data: bytes, kind: str, external_id: str) -> tuple[Finding, ...]:
    """What of a record's texts is not kept as it came."""
    nul = _without_nul(found, kind, external_id) if _NUL in data else ()
    return (*nul, *_halves(found, kind, external_id)) if _MENDED in data else nul


def _halves(found: msgspec.Struct, kind: str, external_id: str) -> tuple[Finding, ...]:
    names = ", ".join(_holding("\ufffd", found))
    if not names:
        return ()
    sentence = (
        f"{kind} {external_id} was sent with half a character (one of a surrogate pair) in {names}, as of a text that was"
        " cut: U+FFFD is kept in its place."
    )
    return (Finding("half_a_character", sentence, Severity.NOTE, kind, external_id, names),)


def _without_nul(found: msgspec.Struct, kind: str, external_id: str) -> tuple[Finding, ...]:
    """No text of PostgreSQL holds this character: it is left out where the text is kept (store/plain.py)."""
    names = _holding("\x00", found)
    if not names:
        return ()  # in what is not read, or after a backslash that is one itself
    sentence = (
        f"{kind} {external_id} holds the character U+0000 in {', '.join(names)}, which cannot be stored: the text is kept"
        " without it, and as it came in what was sent."
    )
    return (Finding("character_left_out", sentence, Severity.NOTE, kind, external_id, ", ".join(names)),)


def _holding(character: str, found: msgspec.Struct) -> list[str]:
    """The fields, by the names that the provider has for them, whose texts hold it."""
    return sorted(set(_fields_with(character, _any.decode(msgspec.json.encode(found)))))


def _fields_with(character: str, item: Any, name: str = "") -> Iterator[str]:
    if isinstance(item, str):
        if character in item:
            yield name
    elif isinstance(item, dict):
        for own, part in item.items():
            yield from _fields_with(character, part, f"{name}.{own}" if name else own)
    elif isinstance(item, list):
        for part in item:
            yield from _fields_with(character, part, name)


def peek(raw: bytes | msgspec.Raw, name: str) -> str | None:
    """One top-level text or number of a record that may be odd otherwise; None where it is not there."""
    try:
        value = _any.decode(raw).get(name)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value)


def undecodable(kind: str, external_id: str, reason: str) -> Finding:
    return Finding(
        code="undecodable",
        sentence=f"{kind} {external_id} could not be read ({reason}); its figures are missing until it can.",
        severity=Severity.ERROR,
        record_kind=kind,
        external_id=external_id,
    )


ID_CHARACTERS_MAX = 255  # what the store's keys hold


def unnameable(kind: str, external_id: str) -> Finding | None:
    """What is told of a record whose id can be no key here; None where it can."""
    if len(external_id) <= ID_CHARACTERS_MAX and "\x00" not in external_id:
        return None
    reason = f"its id has {len(external_id):,} characters" if "\x00" not in external_id else "its id holds U+0000"
    return undecodable(kind, external_id.replace("\x00", "")[:_ID_SHOWN], reason)


_ID_SHOWN = 40


def unknown_value(kind: str, external_id: str, name: str, value: str, read_as: str | None = None) -> Finding:
    """A value of an enumeration that we do not know. read_as: what it counts as; None: it was kept as it stands."""
    what = "kept as it stands" if read_as is None else f"read as {read_as}"
    return Finding(
        code=f"unknown_{name}",
        sentence=f"{kind} {external_id} has the {name.replace('_', ' ')} {value!r}, not known here; {what}.",
        severity=Severity.NOTE,
        record_kind=kind,
        external_id=external_id,
        field=name,
    )


def drift(record: bytes, struct: type[msgspec.Struct]) -> tuple[str, ...]:
    """Top-level fields that the provider sends and the struct does not name. For a report; no finding by itself."""
    known = {field.encode_name for field in msgspec.structs.fields(struct)}
    try:
        return tuple(sorted(set(_any.decode(record)) - known))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ()
