"""What the program writes to its log, as entries."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs


@contextmanager
def logged_by(module: ModuleType) -> Iterator[list[MutableMapping[str, Any]]]:
    """Collect what a module logs, in whatever way other tests have configured logging in this process.

    A logger that was used once keeps what was configured then, so the module gets a new one for this time.
    """
    configured = structlog.get_config()
    structlog.reset_defaults()
    try:
        with pytest.MonkeyPatch.context() as patch, capture_logs() as entries:
            patch.setattr(module, "log", structlog.get_logger())
            yield entries
    finally:
        structlog.configure(**configured)
