"""`docs/reference/client-directory.md`: whom the operations of each API reach."""

from collections.abc import Iterator
from typing import get_args

from gatepost.directory import HOMEBOX, KIPU, UBIOPS, VECTARA, Abilities, Operation, Reach
from tools.reference.markdown import code, page, table

APIS = {"Kipu": KIPU, "Homebox": HOMEBOX, "UbiOps": UBIOPS, "Vectara": VECTARA}
OPERATIONS: tuple[Operation, ...] = get_args(Operation)

INTRODUCTION = """\
`gatepost.directory` is one small protocol over the four APIs: `list`, `get`, `create`, `enable`, `disable` and
`delete`, in a blocking and an awaiting form. [Off-board a person](../how-to/off-board-a-person.md) uses it.

| Class | Made with |
| --- | --- |
| `KipuDirectory`, `AsyncKipuDirectory` | `HubUserClient`, `AsyncHubUserClient` |
| `HomeboxDirectory`, `AsyncHomeboxDirectory` | `HomeboxClient`, `AsyncHomeboxClient` |
| `UbiOpsDirectory`, `AsyncUbiOpsDirectory` | `CoreApi`, `AsyncCoreApi` |
| `VectaraDirectory`, `AsyncVectaraDirectory` | `Vectara`, `AsyncVectara` |

Each takes a `name`, by which results and errors call it. A class of your own with the same attributes is a directory
too: `Directory` and `AsyncDirectory` are protocols."""

ABILITIES = """\
The APIs differ in what they can do. `directory.abilities` says so as data, and what an API cannot do raises
`NotSupportedError` before anything is sent. An operation reaches"""

REACHES = {
    Reach.EVERYBODY: "every account",
    Reach.MATCHES: "those a search text matches, as many as the server shows",
    Reach.GROUP: "the members of the group the client works in",
    Reach.SELF: "the account the client has a credential of",
    Reach.NOBODY: "no account: the API has no such operation",
}

CALLS = {
    "`list(query=None)`": "people whose name, e-mail address or username holds the query",
    "`get(who)`": "the person with that key, e-mail address or username; `NotFoundError` for nobody, `LookupError` "
    "where the API cannot tell which of several is meant",
    "`create(email, password=None, name=None)`": "the new person; `ValueError` where a password is missing or unwanted",
    "`enable(who)`, `disable(who)`": "the person",
    "`delete(who)`": "nothing",
    "`find(directories, who)`": "a `Finding` for each directory: the person, nobody, or the problem",
    "`offboard(directories, who, delete=False)`": "an `Outcome` for each directory: `disabled`, `deleted`, `absent`, "
    "`unable` or `failed`, with the reason",
}

RESULTS = """\
`find_async` and `offboard_async` take awaiting directories. Neither raises for one directory that refuses or is away:
the others are still asked.

A `Person` has `directory`, `key` (what the other calls of that directory take), `email`, `username`, `name`, `enabled`
and `record`, the API's own record. What an API does not show is `None`."""


def pages() -> Iterator[tuple[str, str]]:
    """Give the page."""
    meanings = table(["Reach", "Meaning"], ([code(reach.value), REACHES[reach]] for reach in Reach))
    rows = (
        [code(operation), *(_cell(abilities, operation) for abilities in APIS.values())] for operation in OPERATIONS
    )
    yield (
        "docs/reference/client-directory.md",
        page(
            "Client: one directory over all APIs",
            "gatepost.directory.abilities",
            INTRODUCTION,
            "## What each API can do",
            ABILITIES,
            meanings,
            table(["Operation", *APIS], rows),
            "## Calls",
            table(["Call", "Gives"], CALLS.items()),
            RESULTS,
        ),
    )


def _cell(abilities: Abilities, operation: Operation) -> str:
    note = abilities.notes.get(operation)
    return f"{code(abilities.of(operation).value)}{f': {note}' if note else ''}"
