from pathlib import Path

import gatepost.server
from gatepost.server.dialects.homebox.errors import WORDS

PARTS = ("domain", "services", "web")


def test_every_sentence_that_is_translated_is_one_that_is_said() -> None:
    source = Path(gatepost.server.__file__).parent
    said = "".join(path.read_text() for part in PARTS for path in (source / part).glob("*.py"))
    assert {sentence for sentence in WORDS if sentence not in said} == set()
