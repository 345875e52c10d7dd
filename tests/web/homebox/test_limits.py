"""What is slowed down, and what must not be."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.backstage import PASSWORD
from tests.kit.site import Site, open_site
from tests.web.homebox.conftest import ask, enter, login

ANN, BEA = "ann@example.com", "bea@example.com"


@pytest.fixture
def limited(data: Path) -> Iterator[Site]:
    settings = {"GATEPOST_LIMITS__ENABLED": "true", "GATEPOST_LIMITS__SIGN_UP_PER_NETWORK": "2/hour"}
    with open_site(data, **settings) as opened:
        for email in (ANN, BEA):
            opened.stage.account(email, password=PASSWORD)
        yield opened


def test_a_page_of_another_site_cannot_have_its_visitors_locked_out(limited: Site) -> None:
    body = {"username": ANN, "password": "x"}
    for _ in range(8):
        assert ask(limited, "POST", "/users/login", body, sec_fetch_site="cross-site").status == 403
    assert login(limited, ANN).status == 200


def test_whoever_is_signed_in_cannot_try_out_addresses_for_ever(limited: Site) -> None:
    token = enter(limited, ANN)
    tried = [ask(limited, "PUT", "/users/self", {"name": "Ann", "email": BEA}, token).status for _ in range(3)]
    assert tried == [409, 409, 429]
    assert ask(limited, "PUT", "/users/self", {"name": "Ann B", "email": ANN}, token).status == 200


def test_a_header_that_says_nothing_is_not_a_program(limited: Site) -> None:
    cookies = f"hb.auth.token={enter(limited, ANN)}; hb.auth.remember=true"
    assert ask(limited, "POST", "/users/logout", cookie=cookies, sec_fetch_site="").status == 403
    assert ask(limited, "POST", "/users/logout", cookie=cookies).status == 204


def test_steps_of_sign_ins_at_a_provider_are_counted(data: Path) -> None:
    limits = {"GATEPOST_LIMITS__ENABLED": "true", "GATEPOST_LIMITS__SIGN_IN_PER_NETWORK": "2/minute"}
    with open_site(data, GATEPOST_OIDC__PROVIDERS=json.dumps([provider("first")]), **limits) as site:
        answers = [ask(site, "GET", "/users/login/oidc/callback") for _ in range(3)]
    assert [answer.status for answer in answers] == [302, 302, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize(("named", "button"), [("", "To first"), ("second", "To second")])
def test_of_several_providers_one_lets_people_in_here(data: Path, named: str, button: str) -> None:
    providers = json.dumps([provider("first"), provider("second")])
    settings = {"GATEPOST_OIDC__PROVIDERS": providers, "GATEPOST_DIALECTS__HOMEBOX__OIDC_PROVIDER": named}
    with open_site(data, **settings) as site:
        oidc = ask(site, "GET", "/status").json()["oidc"]
    assert (oidc["enabled"], oidc["buttonText"]) == (True, button)


def provider(name: str) -> dict[str, str]:
    return {
        "name": name,
        "issuer": f"https://{name}.example",
        "client_id": "gatepost",
        "client_secret": "a secret of the client",
        "button_text": f"To {name}",
    }
