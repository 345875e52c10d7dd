"""What a client tells the log: requests and answers, never credentials, bodies or queries."""

import logging
from typing import Any, Literal, Protocol, TypeAlias, TypedDict

import httpx

from gatepost._core.redaction import loggable

Level = Literal["debug", "info", "warn", "error"]

LEVELS: dict[str, int] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
}


class Logger(Protocol):
    """Where a client's messages go: one method a level, details as keywords."""

    def debug(self, message: str, **details: Any) -> None: ...
    def info(self, message: str, **details: Any) -> None: ...
    def warn(self, message: str, **details: Any) -> None: ...
    def error(self, message: str, **details: Any) -> None: ...


class LogConfig(TypedDict, total=False):
    """Settings of a client's log.

    Keys:
        level: the lowest level that is written; `info` unless told.
        logger: where to write; unless told the standard library's logger `gatepost`, which writes to standard
            error when the program has not configured logging.
        silent: True, unless told otherwise, writes nothing.
    """

    level: Level
    logger: Logger | logging.Logger
    silent: bool


LogSetting: TypeAlias = LogConfig | Logger | logging.Logger | None
"""What a client's `logging` parameter takes."""


class Log:
    """A logger with a threshold; one without a logger is silent."""

    __slots__ = ("_logger", "_threshold")

    def __init__(self, logger: Logger | logging.Logger | None = None, level: Level = "debug") -> None:
        if not (logger is None or hasattr(logger, "debug")):
            raise TypeError(f"logging must be a logger or its settings, not {type(logger).__name__}")
        if level not in LEVELS:
            raise ValueError(f"level must be one of {', '.join(LEVELS)}, not {level!r}")
        self._logger = logger
        self._threshold = LEVELS[level]

    @classmethod
    def of(cls, setting: LogSetting) -> "Log":
        """Make the log of a client's `logging` parameter.

        Raises:
            TypeError: it is none.
            ValueError: the level is not one of debug, info, warn, error.
        """
        if not isinstance(setting, dict):
            return cls(setting)
        logger = None if setting.get("silent", True) else setting.get("logger") or console()
        return cls(logger, setting.get("level", "info"))

    def asking(self, request: httpx.Request) -> None:
        """Note that a request goes out."""
        self._write("debug", "Making HTTP request", request)

    def repeating(self, request: httpx.Request, seconds: float) -> None:
        """Note that a request will go out again after a while."""
        self._write("info", "Repeating HTTP request", request, seconds=round(seconds, 3))

    def answered(self, response: httpx.Response) -> None:
        """Note the answer that the caller gets."""
        level: Level = "error" if response.is_error else "debug"
        message = "HTTP request failed with error status" if response.is_error else "HTTP request succeeded"
        self._write(level, message, response.request, status_code=response.status_code)

    def _write(self, level: Level, message: str, request: httpx.Request, **details: Any) -> None:
        if self._logger is None or LEVELS[level] < self._threshold:
            return
        details = {"method": request.method, "url": str(loggable(request.url)), **details}
        if isinstance(self._logger, logging.Logger):
            self._logger.log(LEVELS[level], "%s %s", message, details)
        else:
            getattr(self._logger, level)(message, **details)


def console() -> logging.Logger:
    """Give the logger `gatepost`, with a handler of its own when the program has not configured logging.

    Without one the standard library would drop everything below warnings, although a client was told to write it.
    """
    logger = logging.getLogger("gatepost")
    if not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    return logger
