"""Clients that write without pause and remember what the server acknowledged."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.kit.backstage import Member
from tests.kit.server import Server
from tests.kit.storage import Storage, storage_of

API = "/kipu/user-service"
SECONDS = 30.0
"""Longer than any answer takes on a busy machine."""

BUSY = 20
"""After so many answers a client sets its `busy` event."""

ROOMY = {"GATEPOST_TOKENS__MAX_PER_ACCOUNT": "100000"}
"""Settings under which these clients can go on."""


class Client:
    """One account's client: it makes and revokes tokens and changes the profile, one request after the other.

    `tokens` maps the ids of acknowledged tokens to their values, `revoked` has the values of those whose end was
    acknowledged, `about` is the profile text. `doubt` is the one request that was sent and not answered.
    """

    def __init__(self, member: Member) -> None:
        self.member = member
        self.tokens = {member.token_id: member.token}
        self.revoked: list[str] = []
        self.about: str | None = None
        self.doubt: tuple[str, str] | None = None
        self.answered = 0
        self.busy = threading.Event()
        self._number = 0

    def work(self, port: int, over: threading.Event) -> None:
        """Write until told to stop or cut off."""
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)) as connection:
            try:
                while not over.is_set():
                    self._write(connection)
            except (OSError, http.client.HTTPException):
                return  # the server is gone, as these tests want it

    def _write(self, connection: http.client.HTTPConnection) -> None:
        self._number += 1
        if self._number % 3 == 0:
            self._change_profile(connection, f"text {self._number}")
        elif self._number % 4 == 0 and len(self.tokens) > 1:
            self._revoke(connection, max(self.tokens))
        else:
            self._make_token(connection, f"token {self._number}")

    def _make_token(self, connection: http.client.HTTPConnection, name: str) -> None:
        self.doubt = ("token", name)
        made = self._ask(connection, 201, "POST", "/me/access-tokens", {"name": name})
        self.tokens[made["id"]] = made["value"]

    def _revoke(self, connection: http.client.HTTPConnection, id: str) -> None:
        self.doubt = ("revoke", id)
        self._ask(connection, 204, "DELETE", f"/me/access-tokens/{id}")
        self.revoked.append(self.tokens.pop(id))

    def _change_profile(self, connection: http.client.HTTPConnection, about: str) -> None:
        self.doubt = ("about", about)
        self._ask(connection, 200, "PUT", "/me", {"about": about})
        self.about = about

    def _ask(
        self, connection: http.client.HTTPConnection, expected: int, method: str, path: str, body: object = None
    ) -> Any:
        headers = {"X-Auth-Token": self.member.token, "Content-Type": "application/json"}
        connection.request(method, API + path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == expected, (answer.status, content)
        self.doubt = None
        self.answered += 1
        if self.answered >= BUSY:
            self.busy.set()
        return json.loads(content) if content else None

    def settle(self, database: Storage) -> None:
        """Compare what was acknowledged with what is stored; what was in doubt may have happened or not, but whole."""
        stored: dict[str, str] = dict(database.rows("SELECT id, name FROM tokens WHERE account_id = ?", self.member.id))
        kind, what = self.doubt or ("", "")
        if kind == "revoke" and what not in stored:
            del self.tokens[what]
        unknown = [stored[id] for id in stored.keys() - self.tokens.keys()]
        assert unknown in ([], [what])
        assert self.tokens.keys() <= stored.keys()
        self.tokens |= dict.fromkeys(stored.keys() - self.tokens.keys(), "")
        ((about,),) = database.rows("SELECT about FROM accounts WHERE id = ?", self.member.id)
        assert about == self.about or (kind, about) == ("about", what)
        self.about, self.doubt = about, None


@contextmanager
def working(clients: list[Client], server: Server) -> Iterator[None]:
    """Let all clients write while the context lasts, and until they have noticed its end."""
    over = threading.Event()
    threads = [threading.Thread(target=client.work, args=(server.port, over)) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def check_stored(data: Path, clients: list[Client]) -> None:
    """Fail unless everything acknowledged is stored, nothing is stored in halves, and the database is sound."""
    database = storage_of(data)
    database.check()
    for client in clients:
        client.settle(database)
    assert _audited(database, "token.created") - _audited(database, "token.revoked") == _tokens(database)
    assert _changes(database, "SELECT id, version - 1 FROM accounts WHERE version > 1") == _changes(
        database, "SELECT subject, count(*) FROM audit WHERE action = 'profile.changed' GROUP BY subject"
    )


def _audited(database: Storage, action: str) -> set[str]:
    rows = database.rows("SELECT detail FROM audit WHERE action = ?", action)
    return {json.loads(detail)["token"] for (detail,) in rows}


def _tokens(database: Storage) -> set[str]:
    return {id for (id,) in database.rows("SELECT id FROM tokens")}


def _changes(database: Storage, sql: str) -> dict[str, int]:
    return dict(database.rows(sql))
