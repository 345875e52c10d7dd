"""`python -m bench`: measure, print the table, write the figures as JSON."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench import machine, report
from bench.figure import Comparison, Figure
from bench.figures import (
    client,
    hot_path,
    importing,
    paging,
    postgres_growth,
    postgres_import,
    postgres_processes,
    postgres_reads,
    programs,
    search,
    sign_in,
    startup,
    writes,
)
from bench.profile import FULL, QUICK, TINY, Profile
from bench.workplace import Workplace

RESULTS = Path(__file__).parent / "results" / "latest.json"

GROUPS: dict[str, Callable[[Workplace], Iterator[Figure | Comparison]]] = {
    "hot-path": hot_path.measure,
    "sign-in": sign_in.measure,
    "writes": writes.measure,
    "startup": startup.measure,
    "search": search.measure,
    "paging": paging.measure,
    "programs": programs.measure,
    "import": importing.measure,
    "client": client.measure,
    "postgres-reads": postgres_reads.measure,
    "postgres-processes": postgres_processes.measure,
    "postgres-import": postgres_import.measure,
    "postgres-growth": postgres_growth.measure,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one profile."""
    chosen = _parser().parse_args(arguments)
    described, figures, comparisons = machine.describe(), list[Figure](), list[Comparison]()
    try:
        with tempfile.TemporaryDirectory(prefix="gatepost-bench-") as folder:
            for found in _measure(Workplace(Path(folder), chosen.profile), chosen.only or list(GROUPS)):
                if isinstance(found, Figure):
                    figures.append(found)
                else:
                    comparisons.append(found)
    finally:  # what was measured before an interruption stands
        print("\n".join(report.table(described, figures, comparisons)))
        report.write_json(chosen.json, described, figures, comparisons)


def _measure(place: Workplace, groups: list[str]) -> Iterator[Figure | Comparison]:
    for group in groups:
        start = time.monotonic()
        print(f"{group} …", end=" ", file=sys.stderr, flush=True)
        yield from GROUPS[group](place)
        print(f"{time.monotonic() - start:.0f} s", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    profile = parser.add_mutually_exclusive_group()
    profile.set_defaults(profile=FULL)
    _add_profile(profile, QUICK, "up to 100,000 accounts, about two minutes; the default is a million, ten minutes")
    _add_profile(profile, TINY, "hardly anything: shows that everything runs, measures nothing")
    parser.add_argument("--only", nargs="+", choices=GROUPS, metavar="GROUP", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--json", type=Path, default=RESULTS, help="where the figures go [%(default)s]")
    return parser


def _add_profile(options: "argparse._MutuallyExclusiveGroup", profile: Profile, explained: str) -> None:
    options.add_argument(f"--{profile.name}", dest="profile", action="store_const", const=profile, help=explained)


if __name__ == "__main__":
    main()
