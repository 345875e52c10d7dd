import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SECONDS = 300.0
"""For a build, or for an installer that fetches; what takes longer hangs."""


@dataclass(frozen=True)
class Built:
    """The two distributions as a release has them, and the wheel as it comes from the checkout."""

    sdist: Path
    wheel: Path
    """Built from the sdist."""
    from_checkout: Path


@dataclass(frozen=True)
class Installed:
    """A fresh environment that holds the wheel and what the client needs."""

    bin: Path

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment, out of reach of the checkout."""
        return run([str(self.bin / program), *arguments], cwd=self.bin)

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run its interpreter, a warning being an error."""
        return self.run("python", "-I", "-W", "error", *arguments)

    def pip(self, *arguments: str) -> str:
        """Run its installer and give what it prints."""
        done = self.run("python", "-I", "-m", "pip", "--disable-pip-version-check", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def run(command: Sequence[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program to its end in an environment that says nothing of the checkout."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, check=False, cwd=cwd, env=environment, capture_output=True, text=True, timeout=SECONDS
    )


def build(out: Path, *arguments: str) -> None:
    """Build what `arguments` ask for, by default the sdist and from it the wheel."""
    # Out of the environment of the tests, whose build requirements are locked.
    done = run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), *arguments, str(ROOT)], cwd=out)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    released, checkout = tmp_path_factory.mktemp("released"), tmp_path_factory.mktemp("checkout")
    build(released)
    build(checkout, "--wheel")
    (sdist,), (wheel,), (direct,) = released.glob("*.tar.gz"), released.glob("*.whl"), checkout.iterdir()
    return Built(sdist, wheel, direct)


@pytest.fixture(scope="session")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("client")
    venv.create(home, with_pip=True, symlinks=True)
    fresh = Installed(home / "bin")
    fresh.pip("install", "--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / "requirements" / "client.txt"))
    fresh.pip("install", "--no-deps", "--no-index", str(built.wheel))
    return fresh
