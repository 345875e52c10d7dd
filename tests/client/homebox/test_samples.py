"""The samples of the reference page, run in their order with only address, code and state filled in."""

import pytest

from tests.client.homebox.calls import ALL
from tests.client.homebox.house import PROVIDER, House
from tests.docs.pages import DOCS, Page
from tests.kit.scripted import Answer, Seen, answer, repeat, route, scripted

FILLED_IN = {"CODE_FROM_THE_PROVIDER": "c0de", "STATE_FROM_THE_PROVIDER": "st4te"}
PAGE = Page(DOCS / "reference" / "client-homebox.md")
SAMPLES = [block.text for block in PAGE.blocks if block.language == "python"]


class Collection(House):
    """A Homebox with one account, one group and one API key."""

    def answer(self, seen: Seen) -> Answer:
        match seen.method, seen.target.removeprefix("/api/v1"):
            case "POST", "/groups/invitations":
                return answer(201, json={"id": "i1", "token": "INVITATION", "uses": seen.json()["uses"]})
            case "GET", "/groups/members":
                return answer(json=[{"id": user.id, "name": user.name, "email": user.email} for user in self.users])
            case "POST", "/users/self/api-keys":
                self.sessions["hb_value"] = self.users[0]
                return answer(201, json={"id": "k1", "name": seen.json()["name"], "token": "hb_value"})
            case "GET", "/users/self/api-keys":
                return answer(json=[{"id": "k1", "name": "nightly"}])
        return super().answer(seen)


def test_the_samples_print_what_they_are_about(capsys: pytest.CaptureFixture[str]) -> None:
    house = Collection()
    house.add("Admin", "admin@admin.com", "admin")
    with scripted(repeat(route(house.answer))) as server:
        program = "\n".join(SAMPLES).replace("https://demo.homebox.software", server.url)
        for place, value in FILLED_IN.items():
            program = program.replace(place, value)
        exec(compile(program, "samples", "exec"), {})  # noqa: S102  a page of this repository
    assert capsys.readouterr().out.splitlines() == [
        "Admin admin@admin.com False",
        "Ann Lee ann@example.com",
        "ann@example.com",
        "['ann@example.com', 'ben@example.com']",
        "{'theme': 'dark'}",
        "light",
        "ann@example.com",
        "ann@example.com ['nightly']",
        PROVIDER,
        "/home",
        "None",
    ]
    assert [user.email for user in house.users] == ["ben@example.com"]


def test_every_call_is_on_the_page() -> None:
    assert {name for name in ALL if f"{name}(" not in PAGE.text} == set()
