"""GET of a user is answered in front of the router, HEAD behind it: both must read an address alike."""

import pytest

from tests.kit.backstage import Member
from tests.kit.kipu import target
from tests.kit.site import Site


@pytest.mark.parametrize(
    "segment",
    [
        "{id}",
        "{encoded}",
        "{id}?q=a/b",
        "{id}?",
        "{encoded_twice}",
        "{id}%00",
        "{id}/",
        "x%2F{id}",
        "..%2F{id}",
        "%2e%2e",
        "..",
        "",
        "%ff",
        "%",
        "batch",
        "b%61tch",
        "x" * 5_000,
    ],
)
def test_a_users_address_means_the_same_to_get_and_head(site: Site, ada: Member, segment: str) -> None:
    encoded = "".join(f"%{ord(letter):02X}" for letter in ada.id)
    path = "/users/" + segment.format(id=ada.id, encoded=encoded, encoded_twice=encoded.replace("%", "%25"))
    found, head = site.ask(target("GET", path)), site.ask(target("HEAD", path))
    assert (found.status, head.status) in {(200, 204), (404, 404)}
    assert (found.status == 200) == (segment in {"{id}", "{encoded}", "{id}?q=a/b", "{id}?"})


def test_an_encoded_slash_does_not_lead_to_a_user(site: Site, ada: Member) -> None:
    assert site.ask(target("GET", f"/users%2F{ada.id}")).status == 404


def test_a_user_looked_up_in_front_of_the_router_has_the_headers_of_every_answer(site: Site, ada: Member) -> None:
    in_front = site.ask(target("GET", f"/users/{ada.id}")).headers
    behind = site.ask(target("GET", "/me", ada.token)).headers
    assert in_front.keys() == behind.keys()
    assert {in_front[name] for name in ("cache-control", "content-type")} == {"no-store", "application/json"}
