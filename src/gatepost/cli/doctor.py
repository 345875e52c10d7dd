"""`gatepost doctor`: is everything as it must be, and what to do where it is not."""

import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from gatepost.cli.checks.database import check_database
from gatepost.cli.checks.findings import Finding
from gatepost.cli.checks.machine import check_machine
from gatepost.cli.checks.network import check_network
from gatepost.cli.invocation import Failure, Invocation, alone, command, keep_quiet
from gatepost.cli.output import write_json, write_line
from gatepost.server.config import Settings

app = alone()

_GREEN, _RED, _PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[0m"


@command(app, "doctor")
async def doctor(call: Invocation) -> None:
    """Look whether everything is well, and say what to do where it is not.

    It changes nothing, and may run beside the server. The exit status is 1 when something is wrong.
    """
    keep_quiet()
    findings = []
    async for finding in _findings(call.settings()):
        findings.append(finding)
        if not call.json:
            _write(finding)
    if call.json:
        write_json({"well": all(finding.well for finding in findings), "findings": list(map(_shape, findings))})
    if wrong := [finding.name.lower() for finding in findings if not finding.well]:
        raise Failure(f"not well: {', '.join(dict.fromkeys(wrong))}")


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    machine = list(check_machine(settings))
    for finding in machine:
        yield finding
    with_key = any(finding.name == "Key file" and finding.well for finding in machine)
    if settings.data.is_dir():
        async for finding in check_database(settings, datetime.now(UTC), with_key=with_key):
            yield finding
    async for finding in check_network(settings):
        yield finding


def _write(finding: Finding) -> None:
    sign = "✓" if finding.well else "✗"
    if sys.stdout.isatty():
        sign = f"{_GREEN if finding.well else _RED}{sign}{_PLAIN}"
    write_line(f"{sign} {finding.name:<16} {finding.seen}")
    if finding.advice:
        write_line(f"  {'':<16} → {finding.advice}")


def _shape(finding: Finding) -> dict[str, object]:
    return {"name": finding.name, "well": finding.well, "seen": finding.seen, "advice": finding.advice}
