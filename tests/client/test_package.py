import subprocess
import sys

import pytest

import gatepost

NOTHING_HEAVY = """
import sys
import gatepost
assert not {"httpx", "msgspec", "asyncio"} & sys.modules.keys()
assert gatepost.kipu.HubUserClient.__name__ == "HubUserClient"
assert "asyncio" not in sys.modules
"""


def test_the_package_alone_imports_nothing_heavy_and_a_blocking_client_no_event_loop() -> None:
    subprocess.run([sys.executable, "-c", NOTHING_HEAVY], check=True, timeout=60)


@pytest.mark.parametrize("name", gatepost.__all__)
def test_everything_that_is_announced_is_there(name: str) -> None:
    assert getattr(gatepost, name) is not None
    assert name in dir(gatepost)


def test_a_name_that_is_not_there_is_refused_as_by_any_module() -> None:
    with pytest.raises(AttributeError, match="module 'gatepost' has no attribute 'nothing'"):
        gatepost.nothing  # noqa: B018  reading it is the test


@pytest.mark.parametrize(
    "refusal",
    [
        gatepost.kipu.NotFoundError,
        gatepost.homebox.RejectedInputError,
        gatepost.ubiops.ApiRequestError,
        gatepost.vectara.ConflictError,
    ],
)
def test_one_except_catches_the_refusals_of_all_apis(refusal: type[Exception]) -> None:
    assert issubclass(refusal, gatepost.ApiError)
