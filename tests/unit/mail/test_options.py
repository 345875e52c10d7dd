from typing import Any

import pytest

from gatepost.server.mail.options import SmtpOptions

SERVER: dict[str, Any] = {"host": "mail.example.org", "port": 587, "sender": "no-reply@example.org"}


def options(**changes: Any) -> SmtpOptions:
    return SmtpOptions(**(SERVER | changes))


def test_the_connection_is_encrypted_unless_told_otherwise() -> None:
    assert options().security == "starttls"


def test_the_password_stays_out_of_the_repr() -> None:
    assert "hunter2" not in repr(options(username="gatepost", password="hunter2"))


@pytest.mark.parametrize("sender", ["no-reply@example.org", "Gatepost <no-reply@example.org>", "Käse <a@käse.de>"])
def test_senders_with_and_without_a_name_are_accepted(sender: str) -> None:
    assert options(sender=sender).sender == sender


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": ""},
        {"sender": "Gatepost"},
        {"sender": "a@example.org\r\nBcc: b@example.org"},
        {"username": "gatepost"},
        {"password": "hunter2"},
        {"security": "ssl"},
        {"timeout_seconds": 0},
        {"timeout_seconds": -1.0},
    ],
)
def test_contradictory_options_are_refused_without_telling_the_password(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"SMTP|sender") as caught:
        options(**changes)
    assert "hunter2" not in str(caught.value)
