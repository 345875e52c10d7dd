"""Progress bars: on standard error, where they disturb no output, and only for people."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal while the block runs; what is lent is told how much is done, of `total` if known."""
    if not sys.stderr.isatty():
        yield _ignore
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    count = TextColumn("{task.completed:,.0f}" if total is None else "{task.percentage:>3.0f} %")
    time = TimeElapsedColumn() if total is None else TimeRemainingColumn()
    columns = (TextColumn(title), BarColumn(), count, time)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda completed: bar.update(task, completed=completed)


def _ignore(completed: int) -> None:
    """Tell nobody."""
