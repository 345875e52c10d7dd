"""What is asked for at the same time."""

import json

import pytest

from tests.kit.backstage import PASSWORD
from tests.kit.site import Site
from tests.kit.wire import Target
from tests.web.homebox.conftest import BASE, ask, enter

MANY = 6


def registration(number: int, token: str) -> Target:
    person = {"name": "Ann", "email": f"racer{number}@example.com", "password": PASSWORD, "token": token}
    body = json.dumps(person).encode()
    return Target("POST", BASE + b"/users/register", [(b"content-length", b"%d" % len(body))], body)


@pytest.fixture(scope="module")
def owner(site: Site) -> str:
    site.stage.account("owner@example.org", password=PASSWORD)
    return enter(site, "owner@example.org")


def test_the_last_use_of_an_invitation_is_won_by_one_and_the_others_leave_nothing(site: Site, owner: str) -> None:
    token = ask(site, "POST", "/groups/invitations", {"uses": 1}, owner).json()["token"]
    answers = site.ask_together([registration(number, token) for number in range(MANY)])
    assert sorted(answer.status for answer in answers) == [204] + [409] * (MANY - 1)
    (count,) = site.stage.rows("SELECT count(*) FROM accounts WHERE email LIKE 'racer%'")[0]
    assert count == 1
    assert len(ask(site, "GET", "/groups/members", token=owner).json()) == 2


def test_a_session_is_refreshed_once(site: Site, owner: str) -> None:
    token = enter(site, "owner@example.org")
    refresh = Target("GET", BASE + b"/users/refresh", [(b"authorization", token.encode())])
    statuses = [answer.status for answer in site.ask_together([refresh] * MANY)]
    assert sorted(statuses) == [200] + [401] * (MANY - 1)
