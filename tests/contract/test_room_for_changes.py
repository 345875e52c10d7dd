"""PostgreSQL keeps every version of a row; one that finds room beside the last needs no entry in any index."""

from collections.abc import Iterator

import psycopg
import pytest

from bench.people import people
from bench.seeding import account_row
from gatepost.server.store import accounts
from tests.kit.postgres import Cluster

ACCOUNTS = 500
VERSIONS = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'accounts'"


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    """Make a database of its own, full of accounts."""
    url = cluster.create("room", "empty")
    with psycopg.connect(url, cursor_factory=psycopg.RawCursor) as connection:
        rows = [accounts.insert.values_of(account_row(person, "x" * 100)) for person in people(ACCOUNTS)]
        connection.cursor().executemany(accounts.insert.positional.encode(), rows)
    yield url
    cluster.drop("room")


def test_a_changed_account_leaves_the_indexes_alone(url: str) -> None:
    with psycopg.connect(url, cursor_factory=psycopg.RawCursor) as connection, connection.cursor() as cursor:
        for person in list(people(ACCOUNTS))[::10]:
            values = accounts.set_description.values_of({"id": person.id, "description": "changed", "now": 1})
            cursor.execute(accounts.set_description.positional.encode(), values)
        assert cursor.execute(VERSIONS).fetchone() == (ACCOUNTS // 10, ACCOUNTS // 10)
