from tests.arch.sources import modules, name

LINES = 300
"""A file that outgrows this has mixed two concerns."""


def test_no_module_outgrows_one_concern() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules("src")}
    assert {path: length for path, length in lengths.items() if length > LINES} == {}
