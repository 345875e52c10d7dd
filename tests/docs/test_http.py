import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gatepost.server.app import build
from gatepost.server.config import Settings
from gatepost.server.parts import open_parts
from tests.kit.wire import Answer, Target, ask
from tools.reference.sentences import SENTENCES

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Any]:
    async with open_parts(Settings(data=tmp_path_factory.mktemp("data"))) as parts:
        yield build(parts)


def needed(answer: Answer) -> str:
    """Tell what an answer to somebody without a credential asks for."""
    # Nothing that is wrong with a sign-in can be told from a wrong password.
    if answer.status == 401 and answer.body != b'{"error":"unauthorized"}':
        return "token"
    return "session" if answer.headers.get("location", "").startswith("/sign-in?next=") else ""


@pytest.mark.parametrize("route", SENTENCES)
async def test_a_route_needs_what_the_reference_says(app: Any, route: str) -> None:
    method, _, path = route.partition(" ")
    answer = await ask(app, Target(method, re.sub(r"{\w+}", "0", path).encode()))
    assert needed(answer) == SENTENCES[route].needs
    assert answer.status not in {405, 500}
