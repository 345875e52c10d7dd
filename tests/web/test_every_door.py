"""What holds on all surfaces together: whoever is refused at one door is refused at each, whatever they carry."""

import re
from collections.abc import Iterator

import httpx
import pytest

from gatepost.server.domain.principal import SYSTEM
from tests.kit.engines import Install
from tests.kit.homebox import PASSWORD, House, Person, running
from tests.kit.vectara import oauth_client
from tests.kit.wire import exchange

KIPU, UBIOPS, VECTARA = "/kipu/user-service", "/ubiops/v2.1/user", "/vectara/v2/users"
NEW_PASSWORD = "another good one"
MISLEADING = {
    "host": "evil.example",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "javascript",
    "x-original-url": "//evil.example",
    "forwarded": "host=evil.example;proto=https",
}


@pytest.fixture(scope="module")
def house(install: Install) -> Iterator[House]:
    with running(install("doors")) as opened:
        yield opened


def root(house: House) -> str:
    return house.url.removesuffix("/homebox/api")


def doors(house: House, raw: str) -> dict[str, int]:
    """Show one credential at every door in every way and give the answers."""
    at = root(house)
    shown = {
        "homebox": house.ask("GET", "/users/self", authorization=raw),
        "homebox query": house.ask("GET", f"/users/self?access_token={raw}"),
        "homebox cookie": house.ask("GET", "/users/self", cookies=f"hb.auth.token={raw}; hb.auth.remember=true"),
        "kipu": httpx.get(f"{at}{KIPU}/me", headers={"x-auth-token": raw}),
        "kipu authorize": httpx.post(f"{at}{KIPU}/authorize", headers={"x-auth-token": raw}),
        "ubiops": httpx.get(f"{at}{UBIOPS}", headers={"authorization": f"Token {raw}"}),
        "vectara": httpx.get(f"{at}{VECTARA}", headers={"x-api-key": raw}),
        "vectara bearer": httpx.get(f"{at}{VECTARA}", headers={"authorization": f"Bearer {raw}"}),
        "console": httpx.get(f"{at}/tokens", headers={"cookie": f"gatepost={raw}"}),
    }
    return {door: answer.status_code for door, answer in shown.items()}


def program_token(house: House) -> str:
    """Give an access token of a program that may do everything."""
    asked = oauth_client(house.stage, "owner")._asdict()
    answer = httpx.post(f"{root(house)}/vectara/oauth2/token", data=asked)
    return str(answer.json()["access_token"])


def open_doors(house: House, raw: str) -> set[str]:
    return {door for door, status in doors(house, raw).items() if status == 200}


def test_each_kind_of_credential_opens_its_own_doors(house: House) -> None:
    ann = house.person()
    assert open_doors(house, ann.token) == {"homebox", "homebox query", "homebox cookie", "console"}
    assert open_doors(house, ann.key()["token"]) == {"homebox", "kipu", "kipu authorize", "ubiops"}
    assert open_doors(house, ann.session["attachmentToken"]) == set()
    assert open_doors(house, ann.invite()["token"]) == set()


def test_of_an_administrator_a_key_opens_one_door_more(house: House) -> None:
    ann = house.person()
    key = ann.key()["token"]
    assert doors(house, key)["vectara"] == 403
    house.stage.call(house.stage.parts.grants.grant, SYSTEM, ann.id, "administrator")
    assert open_doors(house, key) == {"homebox", "kipu", "kipu authorize", "ubiops", "vectara"}
    assert open_doors(house, ann.token) == {"homebox", "homebox query", "homebox cookie", "console"}


def test_the_token_of_a_program_opens_its_own_door_only(house: House) -> None:
    raw = program_token(house)
    assert open_doors(house, raw) == {"vectara bearer"}


def bar(ann: Person, state: str) -> None:
    """Disable an account, or put it into a state that it cannot act in."""
    stage, id = ann.house.stage, ann.id
    if state == "disabled":
        stage.call(stage.parts.administration.disable, SYSTEM, id)
    else:
        stage.write("UPDATE accounts SET state = ? WHERE id = ?", state, id)
        stage.end_caches()


@pytest.mark.parametrize("state", ["disabled", "pending", "rejected"])
def test_an_account_that_may_not_act_finds_every_door_closed(house: House, state: str) -> None:
    ann, bob = house.person(), house.person()
    invitation, held = bob.invite()["token"], [ann.token, ann.key()["token"], ann.session["attachmentToken"]]
    house.ask("POST", "/users/forgot-password", {"email": ann.email})
    reset = {"token": house.reset_token(ann.email), "password": NEW_PASSWORD}
    house.stage.call(house.stage.parts.grants.grant, SYSTEM, ann.id, "administrator")
    for raw in held:
        doors(house, raw)  # so that they are in every cache
    bar(ann, state)
    assert [open_doors(house, raw) for raw in held] == [set()] * 3
    tried = [
        house.login(ann.email),
        house.login(ann.email, NEW_PASSWORD),
        house.ask("POST", "/users/reset-password", reset),
    ]
    tried += [ann.ask("GET", "/users/refresh"), ann.ask("POST", f"/groups/invitations/{invitation}")]
    tried += [ann.ask("PUT", "/users/self/change-password", {"current": PASSWORD, "new": NEW_PASSWORD})]
    tried += [httpx.post(f"{root(house)}/sign-in", data={"name": ann.email, "password": PASSWORD})]
    assert {answer.status_code for answer in tried} <= {400, 401, 403}
    mails = len(house.mails(ann.email))
    house.ask("POST", "/users/forgot-password", {"email": ann.email})
    assert len(house.mails(ann.email)) == mails


@pytest.mark.parametrize("name", MISLEADING)
def test_no_header_changes_where_a_mailed_link_leads(house: House, name: str) -> None:
    ann, headers, at = house.person(), {name: MISLEADING[name]}, root(house)
    newcomer = f"new-{name}@example.com"
    house.ask("POST", "/users/forgot-password", {"email": ann.email}, **headers)
    httpx.post(f"{at}/forgot-password", data={"email": ann.email}, headers=headers)
    httpx.post(f"{at}{UBIOPS}", json={"email": newcomer, "password": PASSWORD}, headers=headers)
    httpx.post(f"{at}/sign-up", data={"email": newcomer, "password": PASSWORD}, headers=headers)
    staff, invited = headers | {"authorization": f"Bearer {program_token(house)}"}, f"invited-{name}@example.com"
    httpx.post(f"{at}{VECTARA}", json={"email": invited}, headers=staff)
    httpx.post(f"{at}{VECTARA}/{invited}/reset_password", headers=staff)
    texts = [*house.mails(ann.email), *house.mails(newcomer), *house.mails(invited)]
    links = [link for text in texts for link in re.findall(r"\S+://\S+", text)]
    assert len(links) == 6
    assert all(link.startswith((f"{at}/reset-password?token=", f"{at}/confirm/")) for link in links)


@pytest.mark.parametrize("header", ["x-http-method-override", "x-http-method", "x-method-override"])
def test_no_header_makes_another_request_of_one(house: House, header: str) -> None:
    ann = house.person()
    assert ann.ask("GET", "/users/self?_method=DELETE", **{header: "DELETE"}).status_code == 200
    assert ann.ask("POST", "/users/self", b"_method=DELETE", **{header: "DELETE"}).status_code == 405
    staff = {"authorization": f"Bearer {program_token(house)}", header: "DELETE"}
    assert httpx.get(f"{root(house)}{VECTARA}/{ann.email}?_method=DELETE", headers=staff).status_code == 200
    assert ann.alive() == 200


@pytest.mark.parametrize("path", ["//users/self", "/users/self/", "/users//self", "/users/%73elf", "/users%2Fself"])
@pytest.mark.parametrize("around", ["{}", "/x/..{}", "{};x=1", "{}%00", "{}%20", "/.{}"])
def test_a_path_written_in_another_way_leads_nowhere(house: House, path: str, around: str) -> None:
    ann, port = house.person(), int(root(house).rpartition(":")[2])
    head = f"GET /homebox/api/v1{around.format(path)} HTTP/1.1\r\nHost: x\r\nAuthorization: {ann.token}\r\n\r\n"
    answer = exchange(port, head.encode())
    assert answer is not None
    assert answer.status == 404


@pytest.mark.parametrize(
    "path", ["//users", "/users/", "/users//", "/%75sers", "/users;x=1", "/x/../users", "/users%20"]
)
def test_a_path_to_all_users_written_in_another_way_leads_nowhere(house: House, path: str) -> None:
    port, token = int(root(house).rpartition(":")[2]), program_token(house)
    head = f"GET /vectara/v2{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    answer = exchange(port, head.encode())
    assert answer is not None
    assert answer.status == 404
