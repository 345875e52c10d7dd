"""A script for the original client, run by it and, with only import line and address changed, by ours."""

from typing import Any

import pytest

from tests.client.homebox.house import PROVIDER, House
from tests.kit.scripted import repeat, route, scripted

SCRIPT = """
from homebox import HomeboxClient
from homebox.models import ChangePassword, UserRegistration, UserSettings, UserUpdate

client = HomeboxClient(base_url="https://demo.homebox.software/api")
seen = []

seen.append(client.application_info().title)
client.users.register_new_user(UserRegistration(name="Bob", email="bob@example.com", password="secret2"))
seen.append(client.login("bob@example.com", "secret2", stay_logged_in=True).attachmentToken)

user = client.users.get_user_self()
seen += [user.name, user.email, user.isSuperuser, user.groupIds == [user.defaultGroupId]]

updated = client.users.update_account(UserUpdate(name="Robert", email=" Bob@Example.com"))
seen += [updated.name, updated.email]

seen.append(client.users.get_user_settings().model_dump())
settings = client.users.update_user_settings({"theme": "dark", "page": None})
seen += [settings.theme, settings.model_dump(exclude_none=True)]
settings.page = 5
seen.append(client.users.update_user_settings(settings).model_dump())
seen.append(client.users.update_user_settings(UserSettings(theme=None, page=1)).model_dump())

client.users.change_password(ChangePassword(current="secret2", new="newpass2"))
client.login("bob@example.com", "newpass2")
seen += [client.users.oidc_login(), client.users.oidc_login(timeout=5)]

client.users.delete_account()
client.login("ann@example.com", "secret1")
token = client.users.user_token_refresh().token
seen.append(token.startswith("Bearer "))
HomeboxClient(base_url="https://demo.homebox.software/api", token=token).users.user_logout()
"""
EXPECTED = [
    "Homebox",
    "ATTACHMENTS",
    *["Bob", "bob@example.com", False, True],
    *["Robert", "bob@example.com"],
    {},
    *["dark", {"theme": "dark"}],
    {"theme": "dark", "page": 5},
    {"page": 1},
    *[PROVIDER, PROVIDER],
    True,
]


def run(script: str) -> list[Any]:
    names: dict[str, Any] = {}
    exec(script, names)  # noqa: S102  the script above
    seen: list[Any] = names["seen"]
    return seen


@pytest.mark.parametrize("package", ["homebox", "gatepost.homebox"])
def test_a_script_runs_after_a_change_of_its_imports(house: House, package: str) -> None:
    house.documented = True
    with scripted(repeat(route(house.answer))) as server:
        script = SCRIPT.replace("from homebox", f"from {package}")
        assert run(script.replace("https://demo.homebox.software", server.url)) == EXPECTED
    assert house.sessions == {}
    assert [user.name for user in house.users] == ["Ann"]


def test_ours_runs_it_against_the_real_server_too(house: House) -> None:
    with scripted(repeat(route(house.answer))) as server:
        script = SCRIPT.replace("from homebox", "from gatepost.homebox")
        assert run(script.replace("https://demo.homebox.software", server.url)) == EXPECTED
    assert house.sessions == {}
