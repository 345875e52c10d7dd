import re
import subprocess
import sys
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.docs.nginx import HOST, Nginx, nginx
from tests.docs.pages import DOCS, Page
from tests.kit.server import Server, serving

PAGE = Page(DOCS / "how-to" / "put-it-behind-nginx.md")
PASSWORD = "a few words in a row"
FORM = {"name": "ada@example.org", "password": PASSWORD}
SNI = {"sni_hostname": HOST}
OWN = {"origin": f"https://{HOST}"}
KIPU = "/kipu/user-service"


class Site(NamedTuple):
    proxy: Nginx
    gatepost: Server


def shown(language: str) -> str:
    [block] = [block for block in PAGE.blocks if block.language == language]
    return block.text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("behind-nginx")
    data = folder / "data"
    data.mkdir()
    (data / "gatepost.toml").write_text(shown("toml"))
    limits = {"GATEPOST_LIMITS__ENABLED": "true", "GATEPOST_LIMITS__SIGN_IN_PER_NETWORK": "3/hour"}
    with serving(data, **limits) as gatepost, nginx(folder, shown("nginx"), gatepost.port) as proxy:
        make_ada(data)
        yield Site(proxy, gatepost)


def make_ada(data: Path) -> None:
    command = [sys.executable, "-m", "gatepost", "users", "create", "--email", "ada@example.org", "--password-stdin"]
    subprocess.run([*command, "--data", str(data)], input=PASSWORD, text=True, check=True, capture_output=True)


def ask(visitor: httpx.Client, method: str, path: str, **more: object) -> httpx.Response:
    with visitor:
        return visitor.request(method, path, extensions=SNI, **more)  # type: ignore[arg-type]  # httpx's own arguments


def test_the_service_is_reached_by_tls(site: Site) -> None:
    answer = ask(site.proxy.visitor("127.0.0.2"), "GET", "/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_who_comes_without_tls_is_sent_to_it(site: Site) -> None:
    answer = httpx.get(f"http://127.0.0.1:{site.proxy.plain}/sign-up?x=%2F", headers={"host": HOST})
    assert (answer.status_code, answer.headers["location"]) == (301, f"https://{HOST}/sign-up?x=%2F")


def test_the_cookie_of_a_session_stays_on_this_host_and_on_tls(site: Site) -> None:
    answer = ask(site.proxy.visitor("127.0.0.3"), "POST", "/sign-in", data=FORM, headers=OWN)
    assert answer.status_code == 303, answer.text
    [(name, cookie)] = SimpleCookie(answer.headers["set-cookie"]).items()
    assert name == "__Host-gatepost"
    flags = (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"])
    assert flags == (True, True, "Lax", "/", "")
    page = ask(site.proxy.visitor("127.0.0.3"), "GET", "/tokens", headers={"cookie": f"{name}={cookie.value}"})
    assert "ada@example.org" in page.text


def test_a_form_is_taken_from_our_own_pages_only(site: Site) -> None:
    foreign = {"origin": "https://elsewhere.example"}
    assert ask(site.proxy.visitor("127.0.0.4"), "POST", "/sign-in", data=FORM, headers=foreign).status_code == 403
    plain = {"origin": f"http://{HOST}"}
    assert ask(site.proxy.visitor("127.0.0.4"), "POST", "/sign-in", data=FORM, headers=plain).status_code == 403
    assert ask(site.proxy.visitor("127.0.0.4"), "POST", "/sign-in", data=FORM, headers=OWN).status_code == 303


def attempt(visitor: httpx.Client, claimed: str) -> int:
    form = {"name": f"nobody-{claimed}@example.org", "password": PASSWORD}
    return ask(visitor, "POST", "/sign-in", data=form, headers=OWN | {"x-forwarded-for": claimed}).status_code


def test_nobody_escapes_a_limit_by_naming_another_network(site: Site) -> None:
    claims = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "127.0.0.1"]
    assert [attempt(site.proxy.visitor("127.0.0.5"), claimed) for claimed in claims] == [401, 401, 401, 429]
    assert attempt(site.proxy.visitor("127.0.0.6"), "127.0.0.5") == 401


def test_nobody_but_the_proxy_is_believed(site: Site) -> None:
    def visitor() -> httpx.Client:
        return httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.7"), base_url=site.gatepost.url)

    claims = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"]
    assert [attempt(visitor(), claimed) for claimed in claims] == [401, 401, 401, 429]


@pytest.mark.parametrize(
    "path", ["/users/a%2Fb", "/users/%61", "/users//x", "/users/../me", "/me/access-tokens/%2e%2e"]
)
def test_an_address_arrives_as_it_was_sent(site: Site, path: str) -> None:
    with site.proxy.visitor("127.0.0.8") as visitor:
        request = visitor.build_request("GET", "/", extensions=SNI)
        request.extensions["target"] = f"{KIPU}{path}".encode()
        answer = visitor.send(request)
    assert (answer.status_code, answer.json()["path"]) == (404, f"{KIPU}{path}")


def test_an_image_of_the_largest_size_gets_through(site: Site) -> None:
    upload = {"file": b"\0" * 5 * 1024 * 1024}
    answer = ask(site.proxy.visitor("127.0.0.9"), "POST", f"{KIPU}/me/profile-image", files=upload)
    assert (answer.status_code, answer.json()["error"]) == (401, "Unauthorized")


@pytest.mark.parametrize("path", ["/metrics", "//metrics", "/%6detrics", "/./metrics", "/x/../metrics"])
def test_metrics_stay_inside(site: Site, path: str) -> None:
    with site.proxy.visitor("127.0.0.10") as visitor:
        request = visitor.build_request("GET", "/", extensions=SNI)
        request.extensions["target"] = path.encode()
        answer = visitor.send(request)
    assert answer.status_code == 404
    assert "gatepost_http_answers" not in answer.text
    assert httpx.get(f"{site.gatepost.url}/metrics").status_code == 200


def test_the_page_names_the_flags_that_are_set() -> None:
    assert re.search(r"`__Host-gatepost` and has `Secure`, `HttpOnly` and\s+`SameSite=Lax`", PAGE.text)
