"""Places where writing fails: a disk that is small, and a folder whose files may only be read."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import copyfile

NOBODY = 65_534


@cache
def can_mount() -> bool:
    """Tell whether this process may mount a file system, as root outside a container may."""
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "none", folder], capture_output=True, check=False)
        if mounted.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return mounted.returncode == 0


@contextmanager
def small_disk(folder: Path, kib: int) -> Iterator[Path]:
    """Mount a disk of so many KiB on `folder` while the context lasts."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "none", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take what is left of the disk that `folder` lies on and give the file that took it."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (4_096, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue
    return ballast


@contextmanager
def unprivileged(original: Path) -> Iterator[Path]:
    """Give a copy of a file in a folder of its own, and lose root's power to write what permissions forbid."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copyfile(original, Path(folder, original.name))
        if os.geteuid() != 0:
            yield copy
            return
        for path in (folder, copy):
            os.chown(path, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield copy
        finally:
            os.seteuid(0)
