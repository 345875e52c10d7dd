"""On what terms somebody is signed in."""

from dataclasses import dataclass

from gatepost.server.domain.spellings import Spelling


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a session lasts and what comes with it.

    `days` is its life at most. A `lasting` one does not end by being unused. A `paired` one comes with an attachment
    token: it ends with the session and does nothing but fetch attachments, so that it may stand in addresses.
    """

    days: int
    lasting: bool = False
    paired: bool = False
    spelling: Spelling = Spelling.GATEPOST


HOMEBOX = Terms(7, lasting=True, paired=True, spelling=Spelling.HOMEBOX)
HOMEBOX_STAYING = Terms(28, lasting=True, paired=True, spelling=Spelling.HOMEBOX)
