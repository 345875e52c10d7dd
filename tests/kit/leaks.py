"""What a program may write down of an error or an object: everything that logs, consoles and error reporters see."""

import io
import pickle
import traceback
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.pretty import Pretty
from rich.traceback import Traceback

DEPTH = 6
"""How deep values are looked into."""


def traces(error: BaseException) -> Iterator[str]:
    """Yield what is shown of an error that was raised, of those behind it, and of all variables on its way."""
    yield "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    yield _rich_variables(error)
    for one in chain(error):
        yield from shown(one)
        yield f"{one.args} {getattr(one, '__notes__', '')}"


def shown(thing: Any) -> Iterator[str]:
    """Yield what is shown of an object."""
    yield from (repr(thing), str(thing), _on_screen(Pretty(thing, max_depth=DEPTH)))


def kept(thing: Any) -> Iterator[str]:
    """Yield the attributes of an object, and what goes to another process if it may."""
    yield from (repr(getattr(thing, "__dict__", "")), _pickled(thing))


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and all that are behind it, shown or not."""
    if error is not None:
        yield error
        yield from chain(error.__cause__)
        yield from chain(error.__context__)


def _rich_variables(error: BaseException) -> str:
    whole: Any = {"show_locals": True, "locals_max_string": None, "locals_max_length": None}
    trace = Traceback.extract(type(error), error, error.__traceback__, **whole)
    frames = [frame for stack in trace.stacks for frame in stack.frames]
    return "\n".join(f"{name}: {node}" for frame in frames for name, node in (frame.locals or {}).items())


def _pickled(thing: Any) -> str:
    try:
        return pickle.dumps(thing).decode("latin-1")
    except (TypeError, AttributeError, pickle.PicklingError) as refusal:
        return str(refusal)


def _on_screen(shown: Any) -> str:
    screen = io.StringIO()
    Console(file=screen, width=10_000).print(shown)
    return screen.getvalue()
