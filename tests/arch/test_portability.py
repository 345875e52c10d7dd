import re

import pytest

from tests.arch.sources import lines

INDEX = re.compile(
    r"--(?:extra-)?index-url|--find-links|pythonhosted[.]org|pypi[.]org/simple|registry[.](?:npmjs|yarnpkg)"
)
MACHINE = re.compile(r"(?<![\w.])/(?:root|(?:home|Users)/(?!somebody\b)\w+)/|[.]pyenv/versions")
EXAMPLES = "tests/arch/test_portability.py"


@pytest.mark.parametrize("line", ["--index-url https://example.org/", "https://pypi.org/simple/httpx"])
def test_an_index_address_is_seen(line: str) -> None:
    assert INDEX.search(line)


@pytest.mark.parametrize("line", ["cd /root/gatepost", "python = '/home/ann/bin/python'"])
def test_a_machine_path_is_seen(line: str) -> None:
    assert MACHINE.search(line)


def test_an_example_may_use_somebodys_home() -> None:
    assert not MACHINE.search("/home/somebody/accounts")


@pytest.mark.parametrize("pattern", [INDEX, MACHINE], ids=["package index", "machine path"])
def test_no_file_is_tied_to_one_machine_or_index(pattern: re.Pattern[str]) -> None:
    found = {place for place, line in lines() if pattern.search(line)}
    assert {place for place in found if not place.startswith(EXAMPLES)} == set()
