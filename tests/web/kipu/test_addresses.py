import pytest

from tests.kit.backstage import Member
from tests.kit.engines import on_sqlite
from tests.kit.kipu import target
from tests.kit.site import Site
from tests.kit.wire import Target
from tests.web.kipu.conftest import Refusals, Watch

pytestmark = on_sqlite  # paths and methods are settled before anything is read

OPERATIONS = {
    "/me": "GET PUT DELETE",
    "/me/profile-image": "POST DELETE",
    "/me/access-tokens": "GET POST",
    "/me/access-tokens/t": "DELETE",
    "/me/access-tokens/default": "PUT DELETE",
    "/authorize": "POST",
    "/users/u": "GET HEAD",
    "/users/u/profile-image": "GET",
    "/users/batch": "GET HEAD POST",
    "/user-registration-status": "GET",
    "/search": "GET",
}
METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH", "TRACE", "FOO", "get", "PROPFIND", "X" * 100]


@pytest.mark.parametrize("path", OPERATIONS)
@pytest.mark.parametrize("method", METHODS)
def test_a_method_that_is_not_served_is_405_and_says_which_are(
    refused: Refusals, site: Site, ada: Member, path: str, method: str
) -> None:
    served = OPERATIONS[path].split()
    if method in served:
        assert site.ask(target(method, path)).status != 405
        return
    refused(target(method, path, ada.token), 405)
    allowed = site.ask(target(method, path, ada.token)).headers["allow"].split(", ")
    assert set(allowed) - {"OPTIONS"} == set(served)


@pytest.mark.parametrize("path", OPERATIONS)
def test_the_head_of_what_has_none_is_405_without_a_body_to_send(site: Site, ada: Member, path: str) -> None:
    answer = site.ask(target("HEAD", path, ada.token))
    assert answer.status == (404 if "HEAD" in OPERATIONS[path] else 405)


@pytest.mark.parametrize("path", OPERATIONS)
def test_the_options_of_a_path_are_its_methods(site: Site, path: str) -> None:
    answer = site.ask(target("OPTIONS", path))
    assert answer.status == 204
    assert set(answer.headers["allow"].split(", ")) - {"OPTIONS"} == set(OPERATIONS[path].split())


NOWHERE = [
    "",
    "/",
    "/x",
    "/ME",
    "/Me",
    "/me/",
    "/me/x",
    "/me//",
    "//me",
    "/./me",
    "/../user-service/me",
    "/me/.",
    "/me/..",
]
NOWHERE += ["/me/access-tokens/", "/me/access-tokens//", "/me/access-tokens/a/b", "/me/access-tokens/default/"]
NOWHERE += ["/me/access-tokens/..", "/me/access-tokens/%2e%2e", "/me/access-tokens/%2E.", "/me/access-tokens/."]
NOWHERE += [
    "/users",
    "/users/",
    "/users//",
    "/users/%2e%2e/me",
    "/users/../me",
    "/users/a/b",
]
NOWHERE += ["/users//profile-image", "/users/u/profile-image/", "/users/u/profile-image/x", "/users/batch/", "/search/"]
NOWHERE += ["/authorize/", "/authorize/x", "/%6de/", "/me%2Faccess-tokens", "/me%00", "/me;x=1", "/me%3Fx", "/~kipu/me"]
NOWHERE += [
    "/%ff",
    "/%",
    "/%zz",
    "/%ED%A0%80",
    "/" + "x" * 5_000,
    "/users/" + "%61" * 2_000,
    "/\xfc",
    "/me\\..",
    "/me%5c..",
]


@pytest.mark.parametrize("path", NOWHERE)
@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "POST"])
def test_a_path_that_leads_nowhere_is_404_for_every_method(
    refused: Refusals, ada: Member, method: str, path: str
) -> None:
    refused(target(method, path.encode("latin-1"), ada.token), 404)


def test_the_path_in_a_refusal_is_as_it_was_asked_for_and_without_the_query(refused: Refusals, ada: Member) -> None:
    refused(target("GET", "/users/%61%20b?token=secret", ada.token), 404)


@pytest.mark.parametrize(
    "path", [b"/~kipu/me", b"/~kipu/users/batch", b"/~nowhere", b"/~console/sign-in", b"/kipu/user-servic/me"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_there_is_no_way_in_but_the_prefix(site: Site, ada: Member, watch: Watch, method: str, path: bytes) -> None:
    before = watch()
    answer = site.ask(Target(method, path, [(b"x-auth-token", ada.token.encode())]))
    assert answer.status == 404
    assert watch() == before


def test_an_encoded_letter_is_the_letter(site: Site, ada: Member) -> None:
    once = "".join(f"%{ord(character):02X}" for character in ada.id)
    assert site.ask(target("GET", f"/users/{once}")).json()["id"] == ada.id
    assert site.ask(target("GET", f"/users/{once.replace('%', '%25')}")).status == 404


@pytest.mark.parametrize("path", [b"/kipu/user-service%2Fauthorize", b"/kipu%2Fuser-service/authorize"])
def test_an_encoded_slash_divides_nothing(site: Site, ada: Member, path: bytes) -> None:
    assert site.ask(Target("POST", path, [(b"x-auth-token", ada.token.encode())])).status == 404


def test_every_answer_says_how_to_treat_it(site: Site, ada: Member) -> None:
    for request in (
        target("GET", "/me", ada.token),
        target("GET", "/nowhere"),
        target("POST", "/authorize", ada.token),
    ):
        answer = site.ask(request)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "request_",
    [
        target("GET", "/me"),
        target("GET", "/me/access-tokens"),
        target("POST", "/me/access-tokens", body=b'{"name":"n"}'),
    ],
    ids=["me", "tokens", "new token"],
)
def test_nobody_on_the_way_keeps_what_is_private(site: Site, request_: Target) -> None:
    answer = site.ask(request_.also((b"x-auth-token", site.stage.member().token.encode())))
    assert answer.headers["cache-control"] == "no-store"
