"""`docs/reference/metrics.md`: what `GET /metrics` counts."""

from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from gatepost.server.services.mails import Outcome
from gatepost.server.telemetry import Counters
from tools.reference.markdown import code, page, table

INTRODUCTION = """\
`GET /metrics` answers in the Prometheus text format. Labels have few values and never hold text from a request:

| Label | Values |
| --- | --- |
| `surface` | `kipu`, `homebox`, `ubiops`, `vectara`, `console`, `operations` |
| `method` | the standard methods; `other` for the rest |
| `status` | the HTTP status |
| `outcome` | `sent`, `postponed` (to be tried again), `failed` (given up) |"""

NOTES = """\
The `process_` metrics come from the operating system and are there on Linux.

The figures are those of one process: with `server.workers` above 1 each scrape is answered by one of them, and tells
of that one only. [Watch it](../how-to/watch-it.md) says what to look at."""


def pages() -> Iterator[tuple[str, str]]:
    """Give the page."""
    rows = ([code(_name(family)), family.type, family.documentation] for family in families())
    metrics = table(["Metric", "Type", "Meaning"], rows)
    yield "docs/reference/metrics.md", page("Metrics", "gatepost.server.telemetry", INTRODUCTION, metrics, NOTES)


def families() -> list[Metric]:
    """List the metrics of a server that has answered once and sent a mail."""
    counters = Counters({Outcome.SENT: 1})
    counters.count("operations", "GET", 200)
    return list(text_string_to_metric_families(counters.exposition().decode()))


def _name(family: Metric) -> str:
    """Give the name as queries need it; the parser takes the suffix off counters."""
    return f"{family.name}_total" if family.type == "counter" else family.name
