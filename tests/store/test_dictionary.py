"""A dictionary makes payloads small, and holds nothing that only some of them say."""

from __future__ import annotations

import re

import pytest
import zstandard

from store.dictionary import SAMPLES, Dictionary, number_of, packer_with, shared, trained, unpacked
from store.ready import packer
from tests.store.payloads import objects


def dictionary(payloads: list[bytes]) -> Dictionary:
    found = trained("invoice", payloads)
    assert found is not None
    return found


@pytest.mark.parametrize("indent", [None, 2])
def test_no_word_that_less_than_half_of_the_samples_have_is_in_it(indent: int | None) -> None:
    samples = objects(SAMPLES, indent)
    content = dictionary(samples).content
    words = [set(re.findall(rb"[0-9A-Za-z\x80-\xff]{4,}", sample)) for sample in samples]
    rare = {word for own in words for word in own if sum(word in other for other in words) < SAMPLES / 2}
    assert len(rare) > 3 * SAMPLES
    assert [word for word in rare if word in content] == []
    assert b"collection_method" in content
    assert (b"\n  " in content) == (indent is not None)


def test_what_is_between_words_stays_as_it_came() -> None:
    same = [b'{\n  "id" : "\\u00e9t\xc3\xa9",\r\n\t"n":-1.5e3 }'] * 4
    assert shared(same) == same
    assert shared([b'{"a":"x%d y","b": %d}' % (number, number) for number in range(9)]) == [b'{"a":" y","b": }'] * 9


def test_payloads_come_back_and_are_half_of_what_they_were() -> None:
    known = dictionary(objects(SAMPLES))
    pack, plain = packer_with(known), packer()
    content = zstandard.ZstdCompressionDict(known.content)
    others = objects(3 * SAMPLES)[SAMPLES:]
    bodies = [pack(raw) for raw in others]
    assert [unpacked(body, content) for body in bodies] == others
    assert {number_of(body) for body in bodies} == {known.number}
    assert 2 * sum(map(len, bodies)) < sum(len(plain(raw)) for raw in others)
    assert unpacked(pack(b""), content) == b""
    assert number_of(plain(others[0])) == 0


def test_its_number_follows_from_its_content() -> None:
    one, other = dictionary(objects(SAMPLES)), dictionary(objects(SAMPLES, None))
    assert dictionary(objects(SAMPLES)) == one
    assert one.number != other.number
    for each in (one, other):
        assert zstandard.ZstdCompressionDict(each.content).dict_id() == each.number
        assert 1 << 15 <= each.number < 1 << 31


def test_too_few_or_too_short_ones_teach_nothing() -> None:
    assert trained("invoice", objects(SAMPLES - 1)) is None
    assert trained("invoice", [b""] * SAMPLES) is None
