"""The samples of the reference document, and those of our own page, with only import line and address changed."""

from typing import Any

import pytest

from gatepost.ubiops import ApiValueError
from tests.client.ubiops.samples import CLOSE, CREATE, DELETE, ENVIRONMENT, PARAMETERS, pasted
from tests.docs.pages import DOCS, Page
from tests.kit.scripted import Answer, Scripted, Seen, answer, repeat, route, scripted

WHOLE = {
    "email": "ann@example.org",
    "password": "secret-password",
    "name": "User name",
    "surname": "User surname",
    "phone": "+999999999",
}
SHORT = {name: WHOLE[name] for name in ("email", "password")}

OUR_ADDRESS = "https://accounts.example.org/ubiops/v2.1"
PAGE = Page(DOCS / "reference" / "client-ubiops.md")

either_way = pytest.mark.parametrize("opening", [ENVIRONMENT, PARAMETERS], ids=["environment", "parameters"])


def run(server: Scripted, program: str) -> dict[str, Any]:
    """Run a sample as pasted, but for the import line and the address."""
    names: dict[str, Any] = {}
    exec(compile(pasted(program, f"{server.url}/v2.1"), "sample", "exec"), names)  # noqa: S102  a text of this file
    return names


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBIOPS_API_TOKEN", "Token <YOUR_API_TOKEN>")


def serve(monkeypatch: pytest.MonkeyPatch, server: Scripted) -> None:
    monkeypatch.setenv("UBIOPS_API_HOST", f"{server.url}/v2.1")


@either_way
@pytest.mark.usefixtures("token")
def test_the_sample_that_deletes_runs_as_it_is(opening: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(answer(204)) as server:
        serve(monkeypatch, server)
        run(server, opening + DELETE + CLOSE[opening])
        server.await_disconnection()
    seen = server.requests[0]
    assert (seen.method, seen.target, seen.headers["authorization"]) == (
        "DELETE",
        "/v2.1/user",
        "Token <YOUR_API_TOKEN>",
    )


@either_way
@pytest.mark.parametrize("fields", [WHOLE, SHORT], ids=["whole", "short"])
@pytest.mark.usefixtures("token")
def test_the_sample_that_creates_runs_once_it_is_filled_in(
    opening: str, fields: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    filled = CREATE.replace("UserPendingCreate()", f"UserPendingCreate(**{fields})")
    created = {name: value for name, value in fields.items() if name != "password"}
    with scripted(answer(201, json=created)) as server:
        serve(monkeypatch, server)
        names = run(server, opening + filled + CLOSE[opening])
    assert server.requests[0].json() == fields
    assert capsys.readouterr().out == f"{names['api_response']}\n"
    assert {name: value for name, value in names["api_response"].to_dict().items() if value} == created


@either_way
@pytest.mark.usefixtures("token")
def test_the_sample_that_creates_runs_as_it_is_until_it_would_send_nothing(
    opening: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted() as server:
        serve(monkeypatch, server)
        run(server, opening + CREATE.partition("# Create")[0])
        with pytest.raises(ApiValueError, match="Invalid value for `email`, must not be `None`"):
            run(server, opening + CREATE)


def service(seen: Seen) -> Answer:
    """Answer as the service does, for any user."""
    if seen.method == "POST" and len(seen.json()["password"]) < 8:
        return answer(400, json={"error": "The password needs at least 8 characters"})
    user = {"email": "ann@example.org", "name": "Ann", "authentication": "ubiops"}
    pending = {"email": "ann@example.org", "name": "Ann", "surname": "Lee", "phone": "+31201234567"}
    return {"POST": answer(201, json=pending), "GET": answer(json=user), "DELETE": answer(204)}[seen.method]


@pytest.mark.usefixtures("token")
def test_the_samples_of_our_page_print_what_they_are_about(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = "\n".join(block.text for block in PAGE.blocks if block.language == "python")
    with scripted(repeat(route(service))) as server:
        serve(monkeypatch, server)
        run(server, program.replace(OUR_ADDRESS, f"{server.url}/v2.1"))
    assert capsys.readouterr().out.splitlines() == [
        "UserPendingDetail(email='ann@example.org', name='Ann', surname='Lee', phone='+31201234567')",
        "ann@example.org ubiops",
        "ann@example.org ubiops",
        "400 The password needs at least 8 characters",
        "ann@example.org 200 application/json",
    ]
    assert {seen.method for seen in server.requests} == {"POST", "GET", "DELETE"}
