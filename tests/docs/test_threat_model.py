import re

from tests.docs.pages import DOCS, ROOT, Page

_CITED = re.compile(r"`(\S+\.py)`: (\w+)")


def test_every_test_that_the_threat_model_names_is_there() -> None:
    cited = _CITED.findall(Page(DOCS / "explanation" / "threat-model.md").text)
    assert cited
    assert [(file, name) for file, name in cited if f"def test_{name}(" not in source(file)] == []


def source(file: str) -> str:
    path = ROOT / "tests" / file
    return path.read_text(encoding="utf-8") if path.is_file() else ""
