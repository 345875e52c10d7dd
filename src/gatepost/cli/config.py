"""`gatepost config`: what is set, and where it was set."""

from gatepost.cli.invocation import Invocation, alone, command
from gatepost.cli.output import Columns, write_json
from gatepost.server.config import Shown, effective

app = alone()


@command(app, "config")
def config(call: Invocation) -> None:
    """Show every setting in force and where it comes from; secrets stay hidden."""
    settings = effective(call.load())
    if call.json:
        return write_json({shown.key: {"value": shown.value, "origin": shown.origin} for shown in settings})
    return Columns("SETTING", "VALUE", "FROM").write([_row(shown) for shown in settings])


def _row(shown: Shown) -> tuple[str, str, str]:
    return shown.key, shown.text, shown.origin
