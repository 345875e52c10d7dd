"""What the directory asks of PostgreSQL, as far as a search cannot show it."""

from collections.abc import Iterator

import psycopg
import pytest

from gatepost.server.domain.accounts import NAME_LIMIT
from gatepost.server.store import directory
from gatepost.server.store.database import Database
from gatepost.server.store.directory.listing import HIGHEST
from gatepost.server.store.directory.postgresql import asked_for, statement
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.opening import Place, open_database
from gatepost.server.store.postgres.options import PostgresOptions
from gatepost.server.store.statement import query
from tests.contract.plans import planner_on
from tests.contract.test_directory import EVERYBODY, Someone, found, list_all
from tests.kit.engines import OnPostgres
from tests.kit.postgres import Cluster
from tests.kit.storage import storage_at

pytestmark = pytest.mark.anyio

CROWD = 20_000

settings_of = query("test.settings", "SELECT current_setting('plan_cache_mode'), current_setting('jit')", tuple)

# Nobody has an account behind: searches look at nothing else. Every row is in the sample, in an order of its own.
CROWDED = """INSERT INTO directory (account_id, email_key, haystack, shuffled)
    SELECT number, key, key || chr(31) || chr(31), (number * 7919 % 20011) / 20011.0 / 16
    FROM generate_series(1, ?) AS number,
        LATERAL (SELECT CASE WHEN number % 100 = 0 THEN number || 'zz@example.com'
            WHEN number % 2500 = 7 THEN number || '@example.com.zq' ELSE number || '@example.com' END AS key) AS keys"""


@pytest.fixture(scope="module")
def engine(postgresql: OnPostgres) -> OnPostgres:
    """Run everything on PostgreSQL, which it is about."""
    return postgresql


@pytest.fixture(scope="module")
def crowd(postgresql: OnPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresOptions]:
    """Make a directory of many accounts whose addresses are much the same."""
    with postgresql.install(tmp_path_factory.mktemp("crowd")) as place:
        storage_at(place).write("ALTER TABLE directory DROP CONSTRAINT directory_account_id_fkey")
        storage_at(place).write(CROWDED, CROWD)
        assert isinstance(place, PostgresOptions)
        with psycopg.connect(place.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")  # rows whose commit is not on disk yet are nothing to VACUUM
            connection.execute("VACUUM ANALYZE directory")  # as PostgreSQL does by itself after a while
        yield place


@pytest.mark.parametrize(
    "text", ["x", "@e", "xample", "7@e", "zz", "0zz@", "zz@example.co", "0000", "@example.com.zq", "qq"]
)
def test_no_text_makes_a_search_read_everything(crowd: PostgresOptions, text: str) -> None:
    with planner_on(crowd) as planner:
        parameters = {"text": text, "end": text + HIGHEST, "limit": 50, **asked_for(text)}
        assert planner.cost_of(statement, parameters) < CROWD / 2


@pytest.mark.parametrize(
    ("text", "count"),
    [("xample", 50), ("zz", 50), ("0zz@ex", 50), ("000zz", 20), ("0000zz", 2), ("@example.com.zq", 8)],
)
async def test_matches_are_found_however_many_there_are(crowd: PostgresOptions, text: str, count: int) -> None:
    database = await open_database(crowd)
    matches = await found(database, text)
    await database.close()
    assert len(set(matches)) == len(matches) == count


@pytest.mark.parametrize("place_in_sample", [0.0, 0.06, 0.07, 0.99])
async def test_an_account_is_found_whether_or_not_it_is_in_the_sample(
    database: Database, place: Place, place_in_sample: float
) -> None:
    await list_all(database, EVERYBODY)
    storage_at(place).write("UPDATE directory SET shuffled = ?", place_in_sample)
    for text in ("n", "nn", "nne", "nnes"):
        assert "hannes" in await found(database, text)


async def test_no_search_is_planned_or_compiled_for_itself(database: Database) -> None:
    assert await database.all(settings_of) == [("force_generic_plan", "off")]


async def test_the_longest_names_are_listed_and_found(database: Database, place: Place) -> None:
    # What compression cannot shorten: an entry of an index may not be longer than a third of a page.
    letters = [*map(chr, range(0x4E00, 0x9FA5)), *map(chr, range(0x1F300, 0x1F5FF)), *map(chr, range(0x3300, 0x3358))]
    drawn = "".join(letters[number * 7919 % len(letters)] for number in range(4 * NAME_LIMIT))
    first, last, username, email = (drawn[start::4] for start in range(4))
    storage_at(place).write("ALTER TABLE directory ALTER shuffled SET DEFAULT 0")
    await list_all(database, [Someone("long", first, last, username, email)])
    for text in (first, last[-1], username[100:102], email[3:60]):
        assert await found(database, text) == ["long"]


async def test_whoever_owns_the_database_needs_no_extension_and_no_other_right(cluster: Cluster) -> None:
    cluster.execute("CREATE ROLE owner LOGIN")
    address = cluster.create("owned").replace("//postgres@", "//owner@")
    cluster.execute("ALTER DATABASE owned OWNER TO owner")
    upgrade(PostgresOptions(address))
    database = await open_database(PostgresOptions(address))
    await list_all(database, EVERYBODY)
    await database.transaction(directory.rebuild)
    assert await found(database, "nne") == ["hannes"]
    await database.close()
    assert cluster.execute("SELECT extname FROM pg_extension", "owned") == [("plpgsql",)]
    cluster.drop("owned")
    cluster.execute("DROP ROLE owner")
