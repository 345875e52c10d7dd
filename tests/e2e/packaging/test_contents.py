import re
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import gatepost
from tests.e2e.packaging.conftest import ROOT, Built

STEM = f"gatepost-{gatepost.__version__}"
ABOUT = f"{STEM}.dist-info"


CACHE = re.compile(r"/(?:__pycache__|\.\w+_cache)/")


def files_of_the_package() -> set[str]:
    source = ROOT / "src"
    names = {path.relative_to(source).as_posix() for path in (source / "gatepost").rglob("*") if path.is_file()}
    return {name for name in names if not CACHE.search(name)}


def read(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_the_whole_package_and_nothing_else(built: Built) -> None:
    names = read(built.wheel).keys()
    assert {name for name in names if not name.startswith(f"{ABOUT}/")} == files_of_the_package()
    assert {"gatepost/py.typed", f"{ABOUT}/licenses/LICENSE"} <= names


def test_the_wheel_of_the_sdist_is_that_of_the_checkout(built: Built) -> None:
    assert built.wheel.name == built.from_checkout.name
    assert read(built.wheel) == read(built.from_checkout)


def test_the_sdist_holds_what_building_and_reading_take(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.removeprefix(f"{STEM}/") for name in archive.getnames()}
    outside = {name for name in names if not name.startswith("src/gatepost/")}
    assert names - outside == {f"src/{name}" for name in files_of_the_package()}
    documents = {"README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"}
    assert outside == documents | {"pyproject.toml", "PKG-INFO", ".gitignore"}


def test_the_wheel_asks_for_two_libraries_and_offers_the_server(built: Built) -> None:
    about = message_from_bytes(read(built.wheel)[f"{ABOUT}/METADATA"])
    needed = [line for line in about.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert sorted(line.partition("<")[0] for line in needed) == ["httpx", "msgspec"]
    assert about.get_all("Provides-Extra") == ["server"]
    assert about["Requires-Python"] == ">=3.11"
