"""Requests that meet an account which another request is just removing."""

import pytest

from tests.kit.kipu import target
from tests.kit.pictures import picture
from tests.kit.site import Site
from tests.kit.wire import Target

FORM = b'--B\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + picture() + b"\r\n--B--\r\n"

WORK = {
    "create a token": target("POST", "/me/access-tokens", body=b'{"name":"n"}'),
    "change the profile": target("PUT", "/me", body=b'{"about":"x"}'),
    "upload": target("POST", "/me/profile-image", body=FORM, content_type="multipart/form-data; boundary=B"),
    "delete the image": target("DELETE", "/me/profile-image"),
    "delete a token": target("DELETE", "/me/access-tokens/t"),
    "leave as well": target("DELETE", "/me"),
    "authorize": target("POST", "/authorize"),
    "me": target("GET", "/me"),
}
ROUNDS = 5


def meet_a_departure(site: Site, request: Target) -> None:
    """Let requests meet the deletion of their account, and assert that each ends lawfully and none leaves a trace."""
    for _ in range(ROUNDS):
        member = site.stage.member()
        token = (b"x-auth-token", member.token.encode())
        busy, leave = request.also(token), target("DELETE", "/me").also(token)
        answers = site.ask_together([busy, leave, busy, busy, busy])
        assert {answer.status for answer in answers} <= {200, 201, 204, 401, 404}
        assert site.ask(busy).status == 401
        assert site.stage.rows("SELECT 1 FROM tokens WHERE account_id = ?", member.id) == []


@pytest.mark.parametrize("work", WORK)
def test_work_for_an_account_that_leaves_meanwhile_ends_lawfully(site: Site, work: str) -> None:
    meet_a_departure(site, WORK[work])


@pytest.mark.parametrize(("method", "path"), [("GET", "/me/access-tokens"), ("PUT", "/me/access-tokens/default")])
def test_no_default_token_is_made_for_an_account_that_leaves_meanwhile(site: Site, method: str, path: str) -> None:
    meet_a_departure(site, target(method, path))


def test_the_default_token_is_made_once_however_many_ask_at_the_same_time(site: Site) -> None:
    member = site.stage.member()
    answers = site.ask_together([target("GET", "/me/access-tokens", member.token)] * 20)
    assert len({answer.json()["defaultToken"] for answer in answers}) == 1


def test_of_rotations_at_the_same_time_one_wins_and_all_others_are_dead(site: Site) -> None:
    member = site.stage.member()
    answers = site.ask_together([target("PUT", "/me/access-tokens/default", member.token)] * 10)
    values = {answer.json()["defaultToken"] for answer in answers}
    assert len(values) == 10
    alive = [value for value in values if site.ask(target("POST", "/authorize", value)).status == 200]
    listed = site.ask(target("GET", "/me/access-tokens", member.token)).json()
    assert alive == [listed["defaultToken"]]


def test_the_number_of_tokens_keeps_its_bound_under_a_rush(site: Site) -> None:
    member = site.stage.member()
    rows = [(f"{member.id}-{n}", member.id, n.to_bytes(4) + member.id.encode()) for n in range(490)]
    columns = "id, account_id, is_default, name, digest, created_at"
    site.stage.write_many(f"INSERT INTO tokens ({columns}) VALUES (?, ?, FALSE, 'n', ?, 0)", rows)  # noqa: S608  a constant
    answers = site.ask_together([target("POST", "/me/access-tokens", member.token, b'{"name":"n"}')] * 20)
    assert sorted(answer.status for answer in answers) == [201] * 9 + [403] * 11
