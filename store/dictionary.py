"""A compression dictionary of one kind's payloads: they repeat each other more than themselves.

It holds no word but those that most of its samples share: keys, and what is said of nearly everything.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import zstandard

from store.ready import LEVEL

SAMPLES = 64
BYTES_MAX = 16 * 1024
_SAMPLE_BYTES_MAX = 8 * 1024
_SHARED = 0.5  # of the samples: who is named in so many is no one's secret among them
_WORD = re.compile(rb"([0-9A-Za-z\x80-\xff]+)")
_SEGMENT_BYTES, _GRAM_BYTES = 500, 8  # k and d of the training: left open it tries many, for ten times as long
_NUMBERS = range(1 << 15, 1 << 31)  # what zstandard leaves to private use
_HEAD_BYTES, _NUMBER_BYTES = 4, 4


class Dictionary(msgspec.Struct, frozen=True, array_like=True):
    """number: follows from the content, and stands in the head of every frame that was made with it."""

    number: int
    kind: str
    content: bytes


def trained(kind: str, payloads: Sequence[bytes]) -> Dictionary | None:
    """None where the payloads are too few or too short to learn from."""
    if len(payloads) < SAMPLES:
        return None
    samples: list[Any] = shared(payloads[:: len(payloads) // SAMPLES][:SAMPLES])
    try:
        made = zstandard.train_dictionary(BYTES_MAX, samples, k=_SEGMENT_BYTES, d=_GRAM_BYTES).as_bytes()
    except zstandard.ZstdError:
        return None
    content = made[_HEAD_BYTES + _NUMBER_BYTES :]
    digest = int.from_bytes(hashlib.blake2b(content, digest_size=8).digest())
    number = _NUMBERS[digest % len(_NUMBERS)]
    return Dictionary(number, kind, made[:_HEAD_BYTES] + number.to_bytes(_NUMBER_BYTES, "little") + content)


def shared(payloads: Sequence[bytes]) -> list[bytes]:
    """The payloads' beginnings without the words that less than half of them have. What is between words stays: a provider
    writes its spaces and line ends everywhere alike.
    """
    parted = [_WORD.split(payload[:_SAMPLE_BYTES_MAX]) for payload in payloads]
    found = Counter(word for parts in parted for word in set(parts[1::2]))
    kept = {word: word for word, times in found.items() if times >= _SHARED * len(payloads)}
    for parts in parted:
        parts[1::2] = [kept.get(word, b"") for word in parts[1::2]]
    return [b"".join(parts) for parts in parted]


def packer_with(dictionary: Dictionary) -> Callable[[bytes], bytes]:
    """Compresses payloads of its kind; one thread's own."""
    made = zstandard.ZstdCompressionDict(dictionary.content)
    made.precompute_compress(level=LEVEL)
    return zstandard.ZstdCompressor(level=LEVEL, dict_data=made).compress


def number_of(body: bytes) -> int:
    """Of the dictionary that a body was compressed with; 0: with none."""
    return zstandard.get_frame_parameters(body).dict_id


def unpacked(body: bytes, content: zstandard.ZstdCompressionDict | None) -> bytes:
    return zstandard.ZstdDecompressor(dict_data=content).decompress(body)
