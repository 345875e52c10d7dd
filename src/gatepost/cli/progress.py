"""Progress bars: on standard error, where they disturb no output, and only for people."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal while the block runs; what is lent is told how much is done, of `total` if known."""
    if not sys.stderr.isatty():
        yield _ignore
        return
    from rich.progress import TextColumn, TimeElapsedColumn, TimeRemainingColumn

    count = TextColumn("{task.completed:,.0f}" if total is None else "{task.percentage:>3.0f} %")
    time = TimeElapsedColumn() if total is None else TimeRemainingColumn()
    with _bar(count, time) as bar:
        task = bar.add_task(title, total=total)
        yield lambda completed: bar.update(task, completed=completed)


@contextmanager
def steps() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar for work of several steps; what is lent is told the step, and how much of how much of it is done."""
    if not sys.stderr.isatty():
        yield _ignore
        return
    from rich.progress import TextColumn, TimeElapsedColumn

    with _bar(TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn()) as bar:
        task = bar.add_task("", total=None)
        yield lambda step, done, total: bar.update(task, description=step, completed=done, total=total)


def _bar(*columns: "ProgressColumn") -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    title = TextColumn("{task.description}")
    return Progress(title, BarColumn(), *columns, console=Console(stderr=True), transient=True)


def _ignore(*done: object) -> None:
    """Tell nobody."""
