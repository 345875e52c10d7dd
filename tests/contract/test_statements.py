"""Every registered statement, on each engine: it reaches its rows by an index, and costs no more as accounts grow."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

from gatepost.server import store
from gatepost.server.domain.accounts import Person, State
from gatepost.server.store import accounts
from gatepost.server.store.opening import Place, open_database
from gatepost.server.store.statement import Statement, registry
from tests.contract.plans import Planner, planner_on
from tests.contract.population import CORPUS, email_of, id_of, populate
from tests.kit.engines import Engine

pytestmark = pytest.mark.anyio

for module in pkgutil.iter_modules(store.__path__):
    importlib.import_module(f"{store.__name__}.{module.name}")

ALL = sorted(name for name in registry if not name.startswith("test."))
OF_ONE_ENGINE = re.compile(r"\.(sqlite|postgresql)\.")
"""What the name of a statement says that only one engine can carry out."""

PORTABLE = [name for name in ALL if not OF_ONE_ENGINE.search(name)]
NAMES = {
    engine: sorted([*PORTABLE, *(name for name in ALL if f".{engine}." in name)]) for engine in ("sqlite", "postgresql")
}
each_statement = pytest.mark.parametrize(
    ("engine", "name"), [(engine, name) for engine, names in NAMES.items() for name in names], indirect=["engine"]
)

SORTED = {
    "directory.sqlite.beginning": "ranks the rows the four index ranges gave, at most four times the limit",
    "directory.sqlite.beginning_with": "orders the trigrams that begin with one or two letters by how common they are",
    "directory.postgresql.search": "ranks the rows the four index ranges gave, and the trigrams of what was asked for",
    "memberships.heir": "ranks the members of one group, when its last owner leaves",
}
"""Why statements may sort what no index has in order."""

ONLY_SQLITE = re.compile(
    r"[?]\d*|::|\b(?:rowid|glob|ifnull|instr|match|strftime|iif|zeroblob|printf|or\s+(?:ignore|replace)|replace\s+into)\b",
    re.IGNORECASE,
)
FEW, MANY = 60, 1_500
UNLISTED = "unlisted"
"""An account that is not in the directory."""


@pytest.fixture
def planner(place: Place) -> Iterator[Planner]:
    with planner_on(place) as opened:
        yield opened


@each_statement
def test_a_statement_scans_if_and_only_if_it_says_why(planner: Planner, name: str) -> None:
    statement = registry[name]
    assert planner.scans(statement) == (statement.scans is not None), planner.plan_of(statement)


def test_a_statement_sorts_only_for_a_reason(planner: Planner, engine: Engine) -> None:
    names = NAMES[engine.name]
    assert {name for name in names if planner.sorts(registry[name])} == SORTED.keys() & set(names)


@pytest.mark.parametrize("name", PORTABLE)
def test_a_statement_is_portable_unless_its_name_says_otherwise(name: str) -> None:
    assert not ONLY_SQLITE.search(registry[name].sql)


@pytest.mark.parametrize("name", ALL)
def test_a_statement_keeps_its_meaning_in_the_other_parameter_style(name: str) -> None:
    statement = registry[name]
    names = statement.values_of({parameter: parameter for parameter in statement.parameters})
    text = re.sub(r"\$(\d+)", lambda found: f":{names[int(found[1]) - 1]}", statement.positional)
    assert text == (statement.postgresql or statement.sql)
    assert statement.name.startswith("directory.postgresql.") or "offset" not in statement.sql.lower()


def test_every_reference_to_a_table_is_indexed(planner: Planner) -> None:
    assert planner.unindexed_references() == []


def parameters_of(statement: Statement) -> dict[str, Any]:
    """Choose values that concern one account in the middle, or a page beginning there."""
    middle = FEW // 2
    new = "insert" in statement.name or statement.name == "identities.link"
    id = f"{id_of(middle)}{'-new' if new else ''}"
    chosen: dict[str, Any] = {
        "id": id,
        "digest": id.encode(),
        "sealed": b"",
        "data": b"",
        "attachment_digest": id.encode(),
        "invitation": None,
        "subject": id,
        "email_key": f"new-{email_of(middle)}" if new else email_of(middle),
        "username_key": id,
        "name_key": email_of(middle),
        "account_id": UNLISTED if statement.name == "directory.insert" else id_of(middle),
        "recipient_key": email_of(middle),
        "issuer": "https://issuer.example",
        "role": "owner",
        "group_id": id_of(middle + 1) if statement.name == "memberships.insert" else id_of(middle),
        "leaving": id_of(middle),
        **dict.fromkeys(("at", "since", "until", "uses", "more", "portion", "attempts", "value"), 1),
        "state": "active",
        "resource": CORPUS,
        "after": id_of(middle),
        "keep": id_of(middle),
        "limit": 10,
        "before": "~" if ".page" in statement.name else 0,
        "now": 0,
        "is_default": False,
        "disabled": False,
        "email_verified": True,
        "lasting": True,
        "grams": ["irs"] if "postgresql" in statement.name else '"a00"',
        "lexemes": ["'irs'"],
        "gram": "a00",
        "text": "first1",
        "end": "first2",
        "newest": MANY,
        **{f"id_{number}": id_of(number) for number in range(20)},
    }
    return {name: chosen.get(name, 1 if name.endswith("_at") else "value") for name in statement.parameters}


async def costs(place: Place, count: int, names: list[str]) -> dict[str, int]:
    """Run each statement among so many accounts."""
    database = await open_database(place)
    await populate(database, count)
    await database.transaction(lambda tx: tx.run(accounts.insert, **unlisted()))
    await database.close()
    with planner_on(place) as planner:
        planner.learn()
        return {name: planner.cost_of(registry[name], parameters_of(registry[name])) for name in names}


def unlisted() -> dict[str, Any]:
    person = Person("-", "-", UNLISTED, UNLISTED, None, None)
    return accounts.insert_row(person, id=UNLISTED, now=0, state=State.ACTIVE, email_verified=True, password_hash=None)


async def test_no_statement_without_a_reason_takes_longer_the_more_accounts_there_are(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    names = [name for name in NAMES[engine.name] if registry[name].scans is None]
    found = []
    for count in (FEW, MANY):
        with engine.install(tmp_path_factory.mktemp(f"accounts{count}")) as place:
            found.append(await costs(place, count, names))
    few, many = found
    assert {name: (few[name], many[name]) for name in names if many[name] > 2 * few[name] + 50} == {}
