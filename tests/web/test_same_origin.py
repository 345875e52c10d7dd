import pytest

from gatepost.server.domain.errors import Forbidden
from gatepost.server.web.same_origin import require_same_origin

PLAIN, SECURE = "http://127.0.0.1:8080", "https://accounts.test"

OWN = [
    (PLAIN, {"sec-fetch-site": "same-origin"}),
    (PLAIN, {"sec-fetch-site": "none"}),
    (PLAIN, {"sec-fetch-site": "same-origin", "origin": "null"}),
    (PLAIN, {"origin": PLAIN}),
    (PLAIN, {"origin": "http://localhost:8080", "host": "localhost:8080"}),
    (PLAIN, {"origin": "http://LOCALHOST:8080", "host": "localhost:8080"}),
    (PLAIN, {"origin": "https://accounts.test", "host": "accounts.test"}),
    (SECURE, {"origin": SECURE, "host": "inner:8080"}),
    (SECURE, {"origin": "https://other.test", "host": "other.test"}),
    (SECURE, {}),
]

FOREIGN = [
    (PLAIN, {"sec-fetch-site": "cross-site"}),
    (PLAIN, {"sec-fetch-site": "same-site"}),
    (PLAIN, {"sec-fetch-site": ""}),
    (PLAIN, {"sec-fetch-site": "cross-site", "origin": PLAIN}),
    (PLAIN, {"origin": "null"}),
    (PLAIN, {"origin": ""}),
    (PLAIN, {"origin": "http://127.0.0.1:9090", "host": "127.0.0.1:8080"}),
    (PLAIN, {"origin": "http://evil.test", "host": "127.0.0.1:8080"}),
    (PLAIN, {"origin": "http://evil.test/127.0.0.1:8080", "host": "127.0.0.1:8080"}),
    (PLAIN, {"origin": "\u00fc\u00ff", "host": "127.0.0.1:8080"}),
    (SECURE, {"origin": "http://accounts.test", "host": "accounts.test"}),
    (SECURE, {"cookie": "__Host-gatepost=x"}),
    (SECURE, {"cookie": "other=x", "host": "accounts.test"}),
]


def scope(headers: dict[str, str]) -> dict[str, object]:
    return {"headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]}


@pytest.mark.parametrize(("public_url", "headers"), OWN)
def test_our_own_pages_and_people_may_ask(public_url: str, headers: dict[str, str]) -> None:
    require_same_origin(scope(headers), public_url)


@pytest.mark.parametrize(("public_url", "headers"), FOREIGN)
def test_pages_of_others_may_not(public_url: str, headers: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        require_same_origin(scope(headers), public_url)
