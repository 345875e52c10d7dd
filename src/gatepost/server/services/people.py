"""What anybody signed in may know of others: overviews by id, and search."""

from dataclasses import dataclass

from gatepost.server.domain.accounts import Overview
from gatepost.server.domain.errors import Invalid, NotFound
from gatepost.server.store import accounts, directory
from gatepost.server.store.database import Database

MOST_RESOLVED = accounts.BATCH
QUERY_LIMIT = 256
ID_LIMIT = 64


@dataclass(frozen=True, slots=True)
class People:
    """Look-ups among approved accounts; all others do not exist here."""

    database: Database
    most_found: int

    async def overview(self, id: str) -> Overview:
        """Give the overview of one approved account; raises NotFound for every other id."""
        found = await self.database.one(accounts.overview, id=id) if _possible(id) else None
        if found is None:
            raise NotFound("There is no such user.")
        return found

    async def resolve(self, ids: list[str]) -> tuple[list[Overview], list[str]]:
        """Give the overviews of those ids that are approved accounts, in the order asked, and the other ids.

        Duplicates count once. Raises Invalid for more than 200 ids.
        """
        if len(ids) > MOST_RESOLVED:
            raise Invalid(f"At most {MOST_RESOLVED} ids can be resolved at once.", "ids")
        wanted = list(dict.fromkeys(ids))
        asked = [id for id in wanted if _possible(id)]
        rows = await self.database.all(accounts.overviews, **accounts.batch_of(asked)) if asked else []
        found = {overview.id: overview for overview in rows}
        return [found[id] for id in wanted if id in found], [id for id in wanted if id not in found]

    async def search(self, query: str) -> list[Overview]:
        """Find approved accounts by a substring of name, username or e-mail, the best matches first.

        A blank query finds nothing. Raises Invalid for more than 256 characters or text that is not Unicode.
        """
        if len(query) > QUERY_LIMIT:
            raise Invalid(f"The query is longer than {QUERY_LIMIT} characters.", "q")
        if not query.isprintable():
            raise Invalid("The query contains characters that cannot be searched for.", "q")
        return await directory.search(self.database, query, self.most_found)


def _possible(id: str) -> bool:
    return len(id) <= ID_LIMIT and id.isascii() and "\x00" not in id
