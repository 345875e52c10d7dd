"""Logs and metrics. Secrets never reach either: raw credentials are redacted wherever they appear in an entry."""

import logging
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

_SECRET = re.compile(
    r"gp_[a-z]{3}_[0-9A-Za-z]{8,}|eyJ[\w-]+\.[\w-]+\.[\w-]*"
    # The spellings of Homebox: API keys, and everything else.
    r"|hb_[\w-]{43}|(?<![A-Z2-7])[A-Z2-7]{26}(?![A-Z2-7])",
    re.ASCII,
)


def configure_logging(level: str, style: str) -> None:
    """Send log entries to standard error: readable lines on a terminal, JSON elsewhere, or as `style` says."""
    readable = style == "console" or (style == "auto" and sys.stderr.isatty())
    renderer = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()) if readable else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def redact(logger: Any, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace raw credentials in any text of a log entry."""
    for key, value in entry.items():
        if isinstance(value, str):
            entry[key] = _SECRET.sub("[REDACTED]", value)
    return entry


class Counters:
    """Counts answers by surface, method and status: labels with few values, never text from a request.

    `mails` has what came of attempts to deliver mail; whoever delivers them counts it.
    """

    METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

    def __init__(self, mails: Mapping[str, int]) -> None:
        self.answers: Counter[tuple[str, str, int]] = Counter()
        self._mails = mails

    def count(self, surface: str, method: str, status: int) -> None:
        """Count one answer."""
        self.answers[surface, method if method in self.METHODS else "other", status] += 1

    def collect(self) -> Iterator["Metric"]:
        """Give the counts in the form prometheus-client exposes."""
        from prometheus_client.core import CounterMetricFamily  # on first use

        answers = CounterMetricFamily(
            "gatepost_http_answers", "HTTP answers given", labels=["surface", "method", "status"]
        )
        for (surface, method, status), count in list(self.answers.items()):
            answers.add_metric([surface, method, str(status)], count)
        yield answers
        attempts = CounterMetricFamily("gatepost_mail_attempts", "Attempts to deliver a mail", labels=["outcome"])
        for outcome, count in self._mails.items():
            attempts.add_metric([outcome], count)
        yield attempts

    def exposition(self) -> bytes:
        """Render the counts in the Prometheus text format."""
        from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

        registry = CollectorRegistry()
        registry.register(self)
        ProcessCollector(registry=registry)
        return generate_latest(registry)
