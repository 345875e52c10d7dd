"""Many large bodies at the same time: as many as there is room for, and nobody else notices."""

from pathlib import Path

import pytest

from gatepost.server.web import front
from tests.kit.kipu import target
from tests.kit.pictures import picture
from tests.kit.site import open_site
from tests.kit.wire import Target

PICTURE = picture()
FORM = b'--B\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + PICTURE + b"\r\n--B--\r\n"
PADDING = b"x" * 300_000
"""An epilogue, which is passed over."""


def test_uploads_that_find_no_room_come_back_later_and_nobody_else_waits(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "ROOM_BYTES", 2 * len(PADDING))
    with open_site(data) as site:
        ada = site.stage.member()

        def upload() -> Target:
            kind = "multipart/form-data; boundary=B"
            return target("POST", "/me/profile-image", ada.token, FORM + PADDING, content_type=kind)

        crowd = site.ask_together([upload() for _ in range(4)])
        assert sorted(answer.status for answer in crowd) == [204, 204, 503, 503]
        assert all(answer.headers["retry-after"] for answer in crowd if answer.status == 503)
        change = target("PUT", "/me", ada.token, b'{"about":"me"}')
        assert [answer.status for answer in site.ask_together([upload(), upload(), change])] == [204, 204, 200]
