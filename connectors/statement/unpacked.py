"""The statement files in what a person gave: the file itself, or those in a ZIP or gzip archive, within bounds."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass

from ledger.faults import BadInput

BYTES_MAX = 128 * 1024 * 1024  # 50,000 lines of the wordiest format are about 90 MB
MEMBERS_MAX = 400  # a year of daily statements
_CHUNK = 1 << 20
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_NO_TEXT = {
    b"%PDF": "a PDF, which is a picture of a statement",
    b"\xd0\xcf\x11\xe0": "an Excel or Outlook file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    data: bytes


def unpack(name: str, data: bytes) -> tuple[Member, ...]:
    """Raises BadInput for what is too large, empty, locked, or no text at all."""
    if len(data) > BYTES_MAX:
        raise BadInput(f"{name} is larger than {BYTES_MAX >> 20} MB; ask the bank for a shorter period, or split it.")
    if data.startswith(_ZIP):
        return _zipped(name, data)
    if data.startswith(_GZIP):
        return (_as_text(Member(name.removesuffix(".gz"), _gunzip(name, data))),)
    return (_as_text(Member(name, data)),)


def _as_text(member: Member) -> Member:
    if not member.data.strip():
        raise BadInput(f"{member.name} is empty; download the statement again.")
    for start, words in _NO_TEXT.items():
        if member.data.startswith(start):
            raise BadInput(
                f"{member.name} is {words}; download the statement as CAMT.053, MT940, OFX, BAI2 or CSV instead."
            )
    return member


def _gunzip(name: str, data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return _bounded(name, stream, BYTES_MAX)
    except (OSError, EOFError, zlib.error):
        raise BadInput(f"{name} is a broken gzip archive; download it again.") from None


def _zipped(name: str, data: bytes) -> tuple[Member, ...]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(name, archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error):
        raise BadInput(f"{name} is a broken ZIP archive; download it again.") from None


def _members(name: str, archive: zipfile.ZipFile) -> tuple[Member, ...]:
    infos = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
    if "[Content_Types].xml" in {info.filename for info in infos}:
        raise BadInput(f"{name} is an Excel or Word file; save it as CSV and import that.")
    if not infos:
        raise BadInput(f"{name} is an archive without a file in it; download the statement again.")
    if len(infos) > MEMBERS_MAX:
        raise BadInput(f"{name} holds {len(infos)} files, more than {MEMBERS_MAX}; import it in parts.")
    left, found = BYTES_MAX, []
    for info in infos:
        if info.flag_bits & 0x1:
            raise BadInput(f"{name} is locked with a password; unpack it and import what is in it.")
        with archive.open(info) as stream:
            content = _bounded(f"{info.filename} in {name}", stream, left)
        left -= len(content)
        if content.startswith((_ZIP, _GZIP)):
            raise BadInput(f"{info.filename} in {name} is an archive again; unpack it and import what is in it.")
        found.append(_as_text(Member(info.filename.rsplit("/", 1)[-1], content)))
    return tuple(sorted(found, key=lambda member: member.name))


def _is_litter(path: str) -> bool:
    """What macOS adds to archives."""
    return path.startswith("__MACOSX/") or path.rsplit("/", 1)[-1].startswith(".")


def _bounded(name: str, stream: object, most: int) -> bytes:
    """What is read is counted, whatever the archive says of its size: a small one may unpack to terabytes."""
    pieces, size = [], 0
    while piece := stream.read(_CHUNK):  # type: ignore[attr-defined]
        size += len(piece)
        if size > most:
            raise BadInput(f"{name} unpacks to more than {BYTES_MAX >> 20} MB; it is not read. Ask the bank for less.")
        pieces.append(piece)
    return b"".join(pieces)
