"""What every test shares: the event loop under anyio's plugin, and Hypothesis without a stop-watch."""

import hypothesis
import pytest

# A deadline would make a test depend on how busy the machine is.
hypothesis.settings.register_profile("gatepost", deadline=None)
hypothesis.settings.load_profile("gatepost")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run coroutine tests on asyncio, the only loop the server runs on."""
    return "asyncio"
