"""What the `logging` parameter does, section 4.5 of the contract."""

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import gatepost
from gatepost.kipu import ApiError
from tests.client.kipu.conftest import Play
from tests.kit.scripted import answer, scripted
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio


class Notes:
    """A logger of the caller's own."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, Any]]] = []

    def debug(self, message: str, **details: Any) -> None:
        self.lines.append(("debug", message, details))

    def info(self, message: str, **details: Any) -> None:
        self.lines.append(("info", message, details))

    def warn(self, message: str, **details: Any) -> None:
        self.lines.append(("warn", message, details))

    def error(self, message: str, **details: Any) -> None:
        self.lines.append(("error", message, details))


async def talk(play: Play, setting: Any) -> str:
    """Meet a retry, a success and a refusal; give the URL of the user."""
    steps = [answer(503), answer(json={"id": "u1"}), answer(404, json={"message": "no"})]
    async with play(*steps, logging=setting, api_key="s3cr3t") as (hub, server):
        await finished(hub.user_settings.get_current_user())
        with pytest.raises(ApiError):
            await finished(
                hub.users.get_user_by_id("u1", request_options={"additional_query_parameters": {"code": "s3cr3t"}})
            )
        return f"{server.url}/user-service"


async def test_a_logger_is_told_of_requests_retries_and_answers(play: Play, waits: list[float]) -> None:
    notes = Notes()
    url = await talk(play, notes)
    me, user = {"method": "GET", "url": f"{url}/me"}, {"method": "GET", "url": f"{url}/users/u1"}
    assert notes.lines == [
        ("debug", "Making HTTP request", me),
        ("info", "Repeating HTTP request", {**me, "seconds": round(waits[0], 3)}),
        ("debug", "Making HTTP request", me),
        ("debug", "HTTP request succeeded", {**me, "status_code": 200}),
        ("debug", "Making HTTP request", user),
        ("error", "HTTP request failed with error status", {**user, "status_code": 404}),
    ]
    assert "s3cr3t" not in str(notes.lines)


@pytest.mark.parametrize(
    ("setting", "levels"),
    [
        ({"silent": False, "level": "debug"}, ["debug", "info", "debug", "debug", "debug", "error"]),
        ({"silent": False, "level": "info"}, ["info", "error"]),
        ({"silent": False}, ["info", "error"]),
        ({"silent": False, "level": "warn"}, ["error"]),
        ({"silent": False, "level": "error"}, ["error"]),
        ({"silent": True, "level": "debug"}, []),
        ({"level": "debug"}, []),
        ({}, []),
    ],
)
async def test_settings_decide_what_is_written(play: Play, setting: dict[str, Any], levels: list[str]) -> None:
    notes = Notes()
    await talk(play, {**setting, "logger": notes})
    assert [level for level, _, _ in notes.lines] == levels


async def test_a_client_is_silent_unless_told(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "gatepost"):
        await talk(play, None)
    assert [record.name for record in caplog.records if record.name.startswith("gatepost")] == []


@pytest.mark.parametrize("name", ["gatepost", "mine"])
async def test_a_logger_of_the_standard_library_is_one(play: Play, caplog: pytest.LogCaptureFixture, name: str) -> None:
    setting = {"silent": False, "level": "debug"} if name == "gatepost" else logging.getLogger(name)
    with caplog.at_level(logging.DEBUG, name):
        url = await talk(play, setting)
    lines = [record for record in caplog.records if record.name == name]
    assert [record.levelname for record in lines] == ["DEBUG", "INFO", "DEBUG", "DEBUG", "DEBUG", "ERROR"]
    assert lines[0].getMessage() == f"Making HTTP request {{'method': 'GET', 'url': '{url}/me'}}"
    assert "s3cr3t" not in caplog.text


PROGRAM = """
import sys
from gatepost.kipu import HubUserClient
hub = HubUserClient(base_url=sys.argv[1], api_key="s3cr3t", logging={"level": sys.argv[2], "silent": False})
hub.user_settings.get_current_user()
"""


@pytest.mark.parametrize(
    ("level", "lines"),
    [("debug", ["DEBUG gatepost: Making HTTP request", "DEBUG gatepost: HTTP request succeeded"]), ("info", [])],
)
def test_a_program_without_logging_of_its_own_is_heard(level: str, lines: list[str], tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    source = str(Path(gatepost.__file__).parents[1])
    with scripted(answer(json={"id": "u1"})) as server:
        command = [sys.executable, str(program), server.url, level]
        done = subprocess.run(command, env={"PYTHONPATH": source}, capture_output=True, text=True, check=True)
    assert [line.partition(" {")[0] for line in done.stderr.splitlines()] == lines
