import pytest

from gatepost.server.store.statement import Statement, fill, placeholders, query, registry, scalar


def parameters_of(sql: str) -> tuple[str, ...]:
    return Statement("test", sql).parameters


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1", ()),
        ("SELECT :a", ("a",)),
        ("SELECT :b, :a, :b", ("b", "a")),
        ("SELECT (:id_0,:id_1)", ("id_0", "id_1")),
        ("SELECT :a::text", ("a",)),
        ("SELECT a:b", ()),
        ("SELECT x<:a AND y=:b", ("a", "b")),
    ],
)
def test_parameters_are_listed_once_in_order_of_appearance(sql: str, expected: tuple[str, ...]) -> None:
    assert parameters_of(sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT :a, :b_2", "SELECT $1, $2"),
        ("SELECT :b || :a || :b", "SELECT $1 || $2 || $1"),
        ("SELECT :a::text", "SELECT $1::text"),
        ("SELECT '%' || :a LIKE '50%'", "SELECT '%' || $1 LIKE '50%'"),
    ],
)
def test_the_text_for_postgresql_numbers_its_parameters(sql: str, expected: str) -> None:
    assert Statement("test", sql).positional == expected


def test_values_are_given_in_the_order_of_the_numbers() -> None:
    statement = Statement("test", "SELECT :b || :a || :b")
    assert statement.values_of({"a": 1, "b": 2, "c": 3}) == [2, 1]


def test_a_text_of_its_own_replaces_the_portable_one_on_postgresql() -> None:
    statement = Statement("test", "SELECT :a, :b", postgresql="SELECT :b")
    assert statement.positional == "SELECT $1"
    assert statement.values_of({"a": 1, "b": 2}) == [2]


def test_a_name_can_be_registered_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry, "test.twice", Statement("test.twice", "SELECT 1"))
    with pytest.raises(ValueError, match=r"test\.twice"):
        query("test.twice", "SELECT 2", scalar)
    assert registry["test.twice"].sql == "SELECT 1"


def test_a_list_of_fixed_length_is_filled_with_what_matches_nothing() -> None:
    assert placeholders("id", 3) == ":id_0, :id_1, :id_2"
    assert fill("id", 3, ["a", "b"]) == {"id_0": "a", "id_1": "b", "id_2": None}
