"""Every row of a contract has its tests: with our client, and with the official one where a server answers.

The tables of rows are numbered from 1; those that concern the client alone are listed here.
"""

from importlib import import_module
from pathlib import Path

import pytest

from tests.kit.cases import rows_of

TESTS = Path(__file__).parents[1]
TABLES = {"ubiops": 36, "vectara": 42}
"""How many rows the table of each contract has."""

CLIENT_ALONE = {
    "ubiops": {11, 12, 13, 14, 15, 30, 31, 35},
    "vectara": {7, 38, 39, 42},
}
"""What the client refuses to send, does with answers no server of ours gives, and raises when nobody answers."""


def shown(kind: str, api: str) -> set[int]:
    files = (TESTS / kind / api).glob("test_*.py")
    return set().union(*(rows_of(import_module(f"tests.{kind}.{api}.{file.stem}")) for file in files))


@pytest.mark.parametrize("api", TABLES)
def test_every_row_is_shown_with_our_client(api: str) -> None:
    assert shown("client", api) == set(range(1, TABLES[api] + 1))


@pytest.mark.parametrize("api", TABLES)
def test_every_row_that_concerns_a_server_is_shown_with_the_official_client(api: str) -> None:
    assert shown("conformance", api) == set(range(1, TABLES[api] + 1)) - CLIENT_ALONE[api]
