"""Secrets stay out of the log, however they are spelled."""

import pytest

from gatepost.server.domain import tokens
from gatepost.server.domain.clock import random_below
from gatepost.server.domain.spellings import Spelling
from gatepost.server.domain.tokens import Kind
from gatepost.server.telemetry import redact

SPELLED = [(Spelling.GATEPOST, kind) for kind in Kind]
SPELLED += [(Spelling.HOMEBOX, kind) for kind in (Kind.ACCESS, Kind.SESSION, Kind.ATTACHMENT, Kind.INVITATION)]


@pytest.mark.parametrize("text", ["{}", "POST /v1/groups/invitations/{} failed", "Bearer {}\n", "?token={}&x=1"])
@pytest.mark.parametrize(("spelling", "kind"), SPELLED)
def test_a_raw_credential_is_taken_out_of_every_text(spelling: Spelling, kind: Kind, text: str) -> None:
    raw = tokens.mint(kind, random_below, spelling)
    assert redact(None, "error", {"event": text.format(raw)}) == {"event": text.format("[REDACTED]")}


def test_what_is_no_credential_stays_readable() -> None:
    entry = {
        "event": "unexpected failure",
        "route": "/~homebox/v1/users/self",
        "id": "0198c0de-0000-7000-8000-0000000000",
    }
    assert redact(None, "error", {**entry}) == entry
