from typing import Any

import pytest

from gatepost.server.oidc import BearerVerifier, Issuer
from tests.service.oidc.forger import Clock


@pytest.mark.parametrize(
    "wrong",
    [
        {"algorithms": ("HS256",)},
        {"algorithms": ("RS256", "none")},
        {"algorithms": ()},
        {"audiences": ()},
        {"audiences": ("",)},
        {"url": "http://login.example.org"},
        {"url": "http://127.0.0.1.example.org"},
        {"url": "http://192.168.0.1"},
        {"url": "ftp://127.0.0.1"},
        {"url": "https://"},
        {"url": "login.example.org"},
        {"url": "https://login.example.org:x"},
        {"jwks_url": "http://login.example.org/jwks"},
    ],
)
def test_an_issuer_that_cannot_be_trusted_is_refused_at_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"needs|only|address|https"):
        Issuer(**{"name": "test", "url": "https://login.example.org", "audiences": ("x",), **wrong})


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "[::1]:8080", "localhost:8080"])
def test_an_issuer_on_this_machine_may_do_without_tls(host: str) -> None:
    assert Issuer("test", f"http://{host}", ("x",)).url == f"http://{host}"


def test_two_issuers_cannot_share_an_address(clock: Clock) -> None:
    issuer = Issuer("test", "https://login.example.org", ("x",))
    with pytest.raises(ValueError, match="same address"):
        BearerVerifier([issuer, issuer], clock)
