from tests.arch.sources import modules, name

VAGUE = {"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}


def test_every_module_is_named_for_what_it_does() -> None:
    words = {name(path): set(path.with_suffix("").parts[-2:]) for path in modules("src", "tests", "tools")}
    assert {path for path, parts in words.items() if parts & VAGUE} == set()
