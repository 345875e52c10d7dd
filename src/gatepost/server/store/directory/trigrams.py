"""Which trigrams of a text to ask a full-text index for.

Trigrams are of code points. An index entry is a haystack that contains the trigram; asking for the
intersection of some of a text's trigrams leaves candidates that must still be verified. Overlapping
trigrams occur together anyway, so the rarest ones are not always the best: two that lie apart leave far
fewer candidates.
"""

from collections.abc import Iterator, Mapping

LENGTH = 3
MOST_LOOKED_AT = 32
"""How many trigrams of a text are looked at, spread evenly over long ones."""

_VERIFYING = 80
"""What it costs to verify one candidate, in steps over index entries (measured: 40 to 160)."""

_LEFT_BESIDE = {1: 0.7, 2: 0.5}
_LEFT = 0.2
"""The share of candidates that one more trigram leaves, by its distance to those chosen (measured)."""

_MOST_ALTERNATIVES = 64


def trigrams(text: str, step: int = 1) -> list[str]:
    """List the distinct trigrams that begin at every `step`th character."""
    return list(dict.fromkeys([text[at : at + LENGTH] for at in range(0, len(text) - LENGTH + 1, step)]))


def looked_at(text: str) -> list[str]:
    """List the trigrams that `intersection` may choose from, at most `MOST_LOOKED_AT`."""
    return trigrams(text, step=1 + len(text) // MOST_LOOKED_AT)


def intersection(text: str, seen: Mapping[str, int]) -> str:
    """Ask for the trigrams that are cheapest to intersect and verify.

    `seen` tells about how many haystacks contain each of `looked_at(text)`, of which there must be one.
    """
    return " AND ".join(map(_quoted, _cheapest(text, seen)))


def unions(grams: list[str]) -> Iterator[str]:
    """Ask for any of the trigrams, in portions of growing size, as the first mostly gives enough."""
    start, size = 0, 1
    while start < len(grams):
        yield " OR ".join(map(_quoted, grams[start : start + size]))
        start, size = start + size, min(size * 4, _MOST_ALTERNATIVES)


def _cheapest(text: str, seen: Mapping[str, int]) -> list[str]:
    counts = {text.index(gram): count for gram, count in seen.items()}
    best = min(counts, key=counts.__getitem__)
    candidates, gain, chosen = float(counts[best]), 1.0, list[int]()
    while gain > 0:
        chosen.append(best)
        del counts[best]
        gain, best, left = max(_gains(counts, chosen, candidates), default=(0.0, 0, 1.0))
        candidates *= left
    return [text[at : at + LENGTH] for at in chosen]


def _gains(counts: Mapping[int, int], chosen: list[int], candidates: float) -> Iterator[tuple[float, int, float]]:
    """Yield what each further trigram would save, its place, and the share of candidates it would leave."""
    for at, count in counts.items():
        left = _LEFT_BESIDE.get(min(abs(at - other) for other in chosen), _LEFT)
        yield candidates * (1 - left) * _VERIFYING - count, at, left


def _quoted(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'
