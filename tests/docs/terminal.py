"""A terminal in a scratch directory, in which the commands of a page are typed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from tests.docs.pages import Block
from tests.kit.server import free_port

CHEAP = {"GATEPOST_PASSWORDS__MEMORY_KIB": "128", "GATEPOST_PASSWORDS__TIME_COST": "1"}
"""All that is not as a reader has it: passwords that are hashed faster."""

SERVING = {"make serve", "gatepost serve"}
SECONDS = 60.0
"""Longer than any command takes on a busy machine."""

_BIN = Path(sys.executable).parent
_LAST_LINE = "Press Ctrl-C to stop."


class Terminal:
    """Types commands and remembers what they print.

    `replaced` maps what a page shows to what is true here: the address, and whatever a reader has to fill in.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.replaced = {"127.0.0.1:8080": f"127.0.0.1:{self.port}"}
        self.output = ""
        self.greeting = ""
        self.server: subprocess.Popen[str] | None = None

    def do(self, block: Block) -> None:
        """Do what a block shows: write its file, or run its commands."""
        text = self._filled_in(block.text)
        if block.title is not None:
            (self.folder / block.title).write_text(text, encoding="utf-8")
        else:
            assert block.language == "sh", block
            self.type(text)

    def type(self, text: str) -> None:
        """Run commands; the server among them goes on in the background."""
        commands = text.strip()
        if commands in SERVING:
            self._serve()
        elif commands.startswith("pip install "):
            assert all(version(package) for package in commands.split()[2:])
        else:
            self.output = self._run(commands)

    def _filled_in(self, text: str) -> str:
        for shown, true in self.replaced.items():
            text = text.replace(shown, true)
        return text

    def _run(self, commands: str) -> str:
        done = subprocess.run(
            ["bash", "-e", "-c", commands],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")}
        path = f"{_BIN}{os.pathsep}{os.environ['PATH']}"
        return {**inherited, **CHEAP, "PATH": path, "GATEPOST_SERVER__PORT": str(self.port)}

    def _serve(self) -> None:
        with (self.folder / "server.log").open("w") as log:
            self.server = subprocess.Popen(
                ["gatepost", "serve"],
                cwd=self.folder,
                env=self._environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        watch = threading.Timer(SECONDS, self.server.kill)
        watch.start()
        self.greeting = "".join(self._greeting(self.server))
        watch.cancel()
        assert _LAST_LINE in self.greeting, self._log()

    def _greeting(self, server: subprocess.Popen[str]) -> Iterator[str]:
        assert server.stdout is not None
        for line in server.stdout:
            yield line
            if line.strip() == _LAST_LINE:
                return

    def _log(self) -> str:
        return (self.folder / "server.log").read_text()

    def close(self) -> None:
        """Stop the server as Ctrl-C does."""
        if self.server is None:
            return
        self.server.send_signal(signal.SIGINT)
        try:
            self.server.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.communicate()
        assert self.server.returncode == 0, self._log()
        assert "Traceback" not in self._log()


@contextmanager
def terminal(folder: Path) -> Iterator[Terminal]:
    """Open a terminal; the server it has started is stopped at the end."""
    opened = Terminal(folder)
    try:
        yield opened
    finally:
        opened.close()
