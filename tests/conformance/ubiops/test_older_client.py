"""The official client 4.9.0, which the reference document was written for: it knows `phone`, and nothing of `user_get`.

It cannot be in one process with a newer one, so each test hands a program to a process of its own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.kit.backstage import Backstage, Member
from tests.kit.mailbox import confirmations
from tests.kit.ubiops import PASSWORD

OLDER = Path(sys.prefix, "older")
"""Where `make` installs it."""

PROGRAM = """
import json, sys
import ubiops

assert ubiops.__version__ == "4.9.0", ubiops.__version__
core_api = ubiops.CoreApi()
call, data = json.load(sys.stdin)
try:
    result = core_api.user_create(ubiops.UserPendingCreate(**data)) if call == "create" else core_api.user_delete()
except ubiops.exceptions.ApiException as error:
    result = {"status": error.status, "message": error.get_body_message()}
json.dump(result if result is None or isinstance(result, dict) else result.to_dict(), sys.stdout)
core_api.api_client.close()
"""

Older = Callable[..., Any]

_numbers = count(1)


@pytest.fixture
def older(host: str, tmp_path: Path) -> Older:
    """Give a function that makes a call by the older client, with a token in its environment."""
    assert OLDER.is_dir(), f"{OLDER} is missing: requirements/older.txt is to be installed there"

    def call(token: str, what: str, data: dict[str, Any] | None = None) -> Any:
        environment = {
            **os.environ,
            "PYTHONPATH": str(OLDER),
            "UBIOPS_API_HOST": host,
            "UBIOPS_API_TOKEN": f"Token {token}",
        }
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=json.dumps([what, data]),
            capture_output=True,
            text=True,
            env=environment,
            cwd=tmp_path,
            check=True,
            timeout=60,
        )
        return json.loads(done.stdout)

    return call


@pytest.fixture
def address() -> str:
    """Give an address that nobody knows."""
    return f"older{next(_numbers)}@example.org"


def test_the_sample_of_the_document_gets_its_phone_back(older: Older, stage: Backstage, address: str) -> None:
    fields = {"email": address, "name": "User name", "surname": "User surname", "phone": "+999999999"}
    assert older("abc", "create", {**fields, "password": PASSWORD}) == fields
    (link,) = confirmations(stage, address)
    account = stage.call(stage.parts.registration.confirm, link.rpartition("/")[2])
    assert (account.phone, account.first_name, account.last_name) == ("+999999999", "User name", "User surname")


def test_without_a_phone_there_is_none(older: Older, address: str) -> None:
    created = older("abc", "create", {"email": address, "password": PASSWORD})
    assert created == {"email": address, "name": None, "surname": None, "phone": None}


def test_a_refusal_is_told_in_words(older: Older, address: str) -> None:
    assert older("abc", "create", {"email": address, "password": "short"}) == {
        "status": 400,
        "message": "password must have at least 8 characters",
    }


def test_deleting_oneself(older: Older, ada: Member, stage: Backstage) -> None:
    assert older(ada.token, "delete") is None
    assert stage.rows("SELECT 1 FROM accounts WHERE id = ?", ada.id) == []
    assert older(ada.token, "delete") == {"status": 401, "message": "Missing or invalid credentials."}
