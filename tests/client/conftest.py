"""Clients against a scripted server: both twins in one test, waits noted and not waited."""

import pytest

from gatepost._core import drive


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the seconds the clients under test wanted to wait, in order; no time passes."""
    noted: list[float] = []

    async def pause(seconds: float) -> None:
        noted.append(seconds)

    monkeypatch.setattr(drive, "sleep", noted.append)
    monkeypatch.setattr(drive, "pause", pause)
    return noted


@pytest.fixture(params=["blocking", "awaiting"])
def twin(request: pytest.FixtureRequest) -> str:
    """Run a test for the blocking client and for the awaiting one."""
    return str(request.param)
