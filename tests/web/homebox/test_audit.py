"""What changes something leaves one event, and what does not leaves none."""

import pytest

from tests.kit.backstage import PASSWORD
from tests.kit.site import Site
from tests.web.homebox.conftest import ask, enter, login, register

NEW = "another good password"


@pytest.fixture(scope="module")
def token(site: Site) -> str:
    site.stage.account("ann@example.com", password=PASSWORD)
    token = enter(site, "ann@example.com")
    ask(site, "GET", "/users/self", token=token)  # makes the group
    return token


class Trail:
    """The actions in the audit trail since the last look."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._seen = self._count()

    def _count(self) -> int:
        return int(self._site.stage.rows("SELECT count(*) FROM audit")[0][0])

    def news(self) -> list[str]:
        new = self._count() - self._seen
        self._seen += new
        rows = self._site.stage.rows("SELECT action FROM audit ORDER BY id DESC LIMIT ?", new)
        return [action for (action,) in reversed(rows)]


@pytest.fixture
def trail(site: Site, token: str) -> Trail:
    return Trail(site)


READS = [
    "/status",
    "/users/self",
    "/users/self/settings",
    "/users/self/api-keys",
    "/groups",
    "/groups/all",
    "/groups/members",
    "/groups/invitations",
]


@pytest.mark.parametrize("path", READS)
def test_a_read_leaves_no_event(site: Site, token: str, trail: Trail, path: str) -> None:
    assert ask(site, "GET", path, token=token).status == 200
    assert trail.news() == []


CHANGES = [
    ("PUT", "/users/self", {"name": "Ann B", "email": "ann@example.com"}, "profile.renamed"),
    ("PUT", "/users/self/settings", {"a": 1}, "preferences.changed"),
    ("POST", "/users/self/api-keys", {"name": "ci"}, "token.created"),
    ("POST", "/groups", {"name": "Cellar"}, "group.created"),
    ("PUT", "/groups", {"name": "Attic", "currency": "EUR"}, "group.changed"),
    ("POST", "/groups/invitations", {"uses": 1}, "invitation.created"),
    ("POST", "/users/forgot-password", {"email": "ann@example.com"}, "password.reset_requested"),
    ("POST", "/users/forgot-password", {"email": "nobody@example.com"}, "password.reset_requested"),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change[0]} {change[1]}")
def test_a_change_leaves_one_event(site: Site, token: str, trail: Trail, change: tuple[str, str, object, str]) -> None:
    method, path, body, action = change
    assert ask(site, method, path, body, token).status in {200, 201, 204}
    assert trail.news() == [action]


def test_a_life_leaves_one_event_for_each_step(site: Site, token: str, trail: Trail) -> None:
    invitation = ask(site, "POST", "/groups/invitations", {"uses": 2}, token).json()
    assert trail.news() == ["invitation.created"]
    assert register(site, "bob@example.com").status == 204
    assert trail.news() == ["account.signed_up"]
    bob = login(site, "bob@example.com").json()["token"]
    assert trail.news() == ["session.started"]
    ask(site, "POST", f"/groups/invitations/{invitation['token']}", token=bob)
    assert trail.news() == ["invitation.accepted"]
    id = ask(site, "GET", "/users/self", token=bob).json()["item"]["id"]
    ask(site, "DELETE", f"/groups/members/{id}", token=token)
    assert trail.news() == ["group.member_removed"]
    ask(site, "DELETE", f"/groups/invitations/{invitation['id']}", token=token)
    assert trail.news() == ["invitation.withdrawn"]
    bob = ask(site, "GET", "/users/refresh", token=bob).json()["token"]
    assert trail.news() == ["session.refreshed"]
    ask(site, "PUT", "/users/change-password", {"current": PASSWORD, "new": NEW}, bob)
    assert trail.news() == ["password.changed_by_owner"]
    key = ask(site, "POST", "/users/self/api-keys", {"name": "ci"}, bob).json()
    ask(site, "DELETE", f"/users/self/api-keys/{key['id']}", token=bob)
    assert trail.news() == ["token.created", "token.revoked"]
    ask(site, "POST", "/users/logout/all", token=bob)
    assert trail.news() == ["session.all_ended"]
    bob = ask(site, "POST", "/users/login", {"username": "bob@example.com", "password": NEW}).json()["token"]
    ask(site, "DELETE", "/users/self", token=bob)
    assert trail.news() == ["session.started", "account.deleted"]


REFUSED = [
    ("PUT", "/users/self", {"name": "Ann"}),
    ("PUT", "/users/self/settings", [1]),
    ("PUT", "/users/self/change-password", {"current": "wrong", "new": NEW}),
    ("POST", "/users/reset-password", {"token": "x", "password": NEW}),
    ("POST", "/users/self/api-keys", {}),
    ("DELETE", "/users/self/api-keys/x", None),
    ("POST", "/users/register", {"name": "Ann", "email": "ann@example.com", "password": PASSWORD}),
    ("POST", "/groups", {"name": ""}),
    ("POST", "/groups/invitations", {"uses": 0}),
    ("POST", "/groups/invitations/x", None),
    ("DELETE", "/groups/members/x", None),
]


@pytest.mark.parametrize(("method", "path", "body"), REFUSED)
def test_what_is_refused_changes_nothing(site: Site, token: str, method: str, path: str, body: object) -> None:
    before = site.stage.contents()
    assert 400 <= ask(site, method, path, body, token).status < 500
    assert site.stage.contents() == before
