"""How much is measured: quickly, fully, or hardly at all."""

from dataclasses import dataclass

from gatepost.server.services.credential_cache import MOST_CACHED


@dataclass(frozen=True, slots=True)
class Profile:
    """Sizes in accounts; each figure takes `rounds` pairs of bursts of so many `seconds`.

    An import goes by the `portion` for at most `import_seconds`, its preparation included. Cold credentials need
    more `tokens` than the cache holds: whoever uses them in turn never finds one cached.
    """

    name: str
    small: int
    middle: int
    large: int
    tokens: int
    rounds: int
    seconds: int
    portion: int
    import_seconds: int


_UNCACHEABLE = MOST_CACHED + MOST_CACHED // 5

QUICK = Profile(
    "quick",
    small=10_000,
    middle=10_000,
    large=100_000,
    tokens=_UNCACHEABLE,
    rounds=5,
    seconds=1,
    portion=10_000,
    import_seconds=20,
)

FULL = Profile(
    "full",
    small=10_000,
    middle=100_000,
    large=1_000_000,
    tokens=_UNCACHEABLE,
    rounds=7,
    seconds=2,
    portion=50_000,
    import_seconds=120,
)

TINY = Profile("tiny", small=100, middle=100, large=400, tokens=200, rounds=1, seconds=1, portion=200, import_seconds=5)
