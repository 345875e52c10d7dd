"""The Vectara client of either kind, for an installation with everything at one URL, and no credential around."""

from collections.abc import Callable
from typing import Any

import pytest

from gatepost.vectara import AsyncVectara, Vectara, VectaraEnvironment
from tests.kit.scripted import Answer, answer

Connect = Callable[..., Any]
CLIENT = {"client_id": "cid", "client_secret": "s+ec/ret="}


def token(value: str = "tok1", **fields: Any) -> Answer:
    """Answer with an access token that lives for half an hour, unless `fields` say otherwise."""
    return answer(json={"access_token": value, "token_type": "Bearer", "expires_in": 1800, **fields})


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("VECTARA_API_KEY", "VECTARA_CLIENT_ID", "VECTARA_CLIENT_SECRET"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def connect(twin: str) -> Connect:
    """Give the constructor of the client under test, with the server's URL filled in."""

    def make(url: str, **settings: Any) -> Any:
        kind = Vectara if twin == "blocking" else AsyncVectara
        return kind(**{"environment": VectaraEnvironment.at(url), **settings})

    return make
