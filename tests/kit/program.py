"""The program `gatepost` as somebody at a shell has it: arguments and input in, output and exit status out."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import gatepost
from gatepost.cli import main
from tests.kit.kipu import target
from tests.kit.server import CHEAP
from tests.kit.wire import exchange, written

SECONDS = 60.0


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output; nothing else may be there."""
        assert self.status == 0, self.err
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line on standard error of a command that failed as foreseen."""
        assert self.status == 1, (self.status, self.out, self.err)
        assert self.err.startswith("gatepost: "), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("gatepost: ").rstrip("\n")


@dataclass(frozen=True)
class Shell:
    """Runs commands on one data directory in this process, which is quicker than starting one for each."""

    data: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def __call__(self, *arguments: str | Path, typed: str | bytes = "") -> Done:
        """Run one command with `typed` on its standard input, which is no terminal."""
        return self.on(self.data, *arguments, typed=typed)

    def on(self, data: Path, *arguments: str | Path, typed: str | bytes = "") -> Done:
        """Run one command on another data directory."""
        content = typed.encode() if isinstance(typed, str) else typed
        self.capture.readouterr()
        with self.patch.context() as patch:
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
            with pytest.raises(SystemExit) as ended:
                main([*map(str, arguments), "--data", str(data)])
        printed = self.capture.readouterr()
        return Done(int(ended.value.code or 0), printed.out, printed.err)


def environment(settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the environment of a process of its own; `settings` are variables that replace `CHEAP`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")}
    source = str(Path(gatepost.__file__).parents[1])
    return {**inherited, "PYTHONPATH": source, "PYTHONUNBUFFERED": "1", **CHEAP, **(settings or {})}


def start(*arguments: str | Path, settings: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
    """Start the program in a process of its own; `options` are those of `subprocess.Popen`."""
    command = [sys.executable, "-m", "gatepost", *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen(command, env=environment(settings), text=True, **pipes)


def run(*arguments: str | Path, settings: Mapping[str, str] | None = None) -> Done:
    """Run the program in a process of its own to its end."""
    process = start(*arguments, settings=settings, stdin=subprocess.DEVNULL)
    out, err = process.communicate(timeout=SECONDS)
    return Done(process.returncode, out, err)


def authorize(port: int, token: str) -> int:
    """Ask a running server whether a token holds and give the status of its answer."""
    answer = exchange(port, written(target("POST", "/authorize", token), port))
    assert answer is not None
    return answer.status
