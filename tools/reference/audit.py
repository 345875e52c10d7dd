"""`docs/reference/audit.md`: every event of the audit trail."""

from collections.abc import Iterator

from gatepost.server.services.audit import Action
from tools.reference.markdown import code, page, table

INTRODUCTION = """\
Every change writes one event, in the same transaction: when a change is there, so is its event, and the other way
round. Reading writes none, and neither do the work behind the requests (delivering mail, clearing away what has
expired) and `used_at`."""

FIELDS = """\
| Field | Meaning |
| --- | --- |
| `id` | UUIDv7, so that events sort by time |
| `at` | when; stored as milliseconds since the Unix epoch (UTC), shown as ISO 8601 by `--json` |
| `actor` | id of the account that acted; `system` for the command line and the server itself |
| `action` | one of the actions below |
| `subject` | id of the account it happened to; `system` where there is none |
| `detail` | JSON object with ids and names of fields, never their values |

Events hold no personal data and no secrets. When an account is erased its events stay: they name an id that leads
nowhere any more."""

READING = """\
```sh
gatepost audit list --account grace@example.org
gatepost audit list --action password.changed --since 2026-11-01
gatepost audit list --limit 100000 --json > trail.json
```

The newest event comes first. `--account` takes the id of an account that is deleted, too, and `system`."""


def pages() -> Iterator[tuple[str, str]]:
    """Give the page."""
    rows = ([code(action.value), action.description] for action in Action)
    blocks = [INTRODUCTION, "## An event", FIELDS, "## Actions", table(["Action", "When"], rows), "## Read it", READING]
    yield "docs/reference/audit.md", page("Audit trail", "gatepost.server.services.audit", *blocks)
