import re

import pytest

from gatepost.server.store.directory import trigrams


def chosen(expression: str) -> list[str]:
    return re.findall(r'"([^"]+)"', expression)


def test_trigrams_are_counted_once_and_in_order() -> None:
    assert trigrams.trigrams("banana🐍x") == ["ban", "ana", "nan", "na🐍", "a🐍x"]
    assert trigrams.trigrams("ab") == []


@pytest.mark.parametrize("length", [3, 31, 32, 33, 63, 64, 1_000, 10_000])
def test_long_text_is_looked_at_in_few_places_up_to_its_end(length: int) -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E00 + length)))
    looked_at = trigrams.looked_at(text)
    assert 1 <= len(looked_at) <= trigrams.MOST_LOOKED_AT
    assert text.index(looked_at[-1]) + 3 + length // trigrams.MOST_LOOKED_AT >= length


def test_a_rare_trigram_is_asked_for_alone() -> None:
    seen = {"jon": 50_000, "ona": 2, "nas": 30_000}
    assert trigrams.intersection("jonas", seen) == '"ona"'


def test_common_trigrams_are_intersected() -> None:
    seen = {"jon": 50_000, "ona": 40_000, "nas": 30_000}
    assert sorted(chosen(trigrams.intersection("jonas", seen))) == ["jon", "nas", "ona"]
    assert " AND " in trigrams.intersection("jonas", seen)


def test_trigrams_that_lie_apart_are_preferred_to_those_that_occur_together() -> None:
    seen = {"stu": 9_000, "tut": 9_001, "utt": 9_002, "ttg": 9_003, "tga": 9_004, "ga@": 9_500}
    assert chosen(trigrams.intersection("stuttga@", seen))[:2] == ["stu", "ttg"]


def test_a_list_too_long_to_pay_for_is_left_out() -> None:
    seen = {"abc": 1_000, "bcd": 900_000, "cde": 800_000, "def": 2_000}
    assert sorted(chosen(trigrams.intersection("abcdef", seen))) == ["abc", "def"]


@pytest.mark.parametrize("count", [0, 1, 2, 5, 6, 500])
def test_unions_ask_for_every_trigram_once_and_few_at_first(count: int) -> None:
    grams = [f"{number:03}" for number in range(count)]
    unions = list(trigrams.unions(grams))
    assert [gram for union in unions for gram in chosen(union)] == grams
    assert len(chosen("".join(unions[:1]))) <= 1
    assert all(union.count(" OR ") == len(chosen(union)) - 1 for union in unions)


def test_quotes_are_doubled() -> None:
    assert trigrams.intersection('a"b', {'a"b': 1}) == '"a""b"'
