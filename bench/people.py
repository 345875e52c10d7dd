"""Made-up people, always the same ones: the n-th person does not depend on how many are asked for."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

SEED = 20_260_101
EPOCH_MS = 1_700_000_000_000
SPACING_MS = 1_500
"""Accounts appear one every so often, so that their ids sort by creation as real ones do."""

_PORTION = 10_000


def _words(name: str) -> list[str]:
    return (Path(__file__).parent / "words" / f"{name}.txt").read_text(encoding="utf-8").split()


_FIRST_NAMES, _ROOTS, _ENDINGS, _DOMAINS = map(_words, ("first_names", "roots", "endings", "domains"))
_PLAIN = str.maketrans("äåçéèêëíïñóöøőúüşæćß", "aaceeeeiinoooouusacs")


class MadeUp(NamedTuple):
    """One person; `number` counts from 0."""

    number: int
    id: str
    email: str
    username: str
    first_name: str
    last_name: str


def people(count: int) -> Iterator[MadeUp]:
    """Give the first `count` people."""
    return islice(_everybody(), count)


def _everybody() -> Iterator[MadeUp]:
    start = 0
    while True:
        yield from _portion(start)
        start += _PORTION


def _portion(start: int) -> Iterator[MadeUp]:
    draw = Random(SEED + start)
    first_names = _skewed(draw, _FIRST_NAMES)
    roots, endings = _skewed(draw, _ROOTS), _skewed(draw, _ENDINGS)
    domains = _skewed(draw, _DOMAINS)
    for offset, first in enumerate(first_names):
        number, last = start + offset, roots[offset] + endings[offset]
        address = f"{first}.{last}{number}".lower().translate(_PLAIN) + "@" + domains[offset]
        username = address if number % 3 else f"{first}{last[:3]}{number}".lower()
        yield MadeUp(number, _id(number, draw), address, username, first, last)


def _skewed(draw: Random, words: list[str]) -> list[str]:
    """Draw a portion of words of which the first ones are common and the last ones rare."""
    return draw.choices(words, weights=[1 / (rank + 3) for rank in range(len(words))], k=_PORTION)


def _id(number: int, draw: Random) -> str:
    """Make a UUIDv7 whose time is the person's and whose random part is the generator's."""
    time, noise = f"{EPOCH_MS + number * SPACING_MS:012x}", f"{draw.getrandbits(72):018x}"
    return f"{time[:8]}-{time[8:]}-7{noise[:3]}-a{noise[3:6]}-{noise[6:]}"
