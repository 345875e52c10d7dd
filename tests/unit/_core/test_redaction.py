import logging
from collections.abc import Iterator

import httpx
import pytest

from gatepost._core import drive
from gatepost._core.flow import send
from gatepost._core.redaction import RedactedURL, httpcore_logs_headers, loggable, without_query
from tests.kit.scripted import answer, scripted

pytestmark = pytest.mark.anyio

SECRET = "https://api.example:8443/api/join/t0ken?code=c0de"
ANSWER = answer(
    302, headers=[("Set-Cookie", "session=s3cret; Path=/"), ("Location", "https://idp.example/?state=st4te")]
)


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG):
        yield


def redacted() -> RedactedURL:
    return RedactedURL(httpx.URL(SECRET), "https://api.example:8443/api/join/***")


def test_a_redacted_address_is_written_down_as_another() -> None:
    request = httpx.Request("GET", SECRET)
    request.url = redacted()
    for text in (str(request.url), repr(request.url), f"{request.url}", repr(request), repr([request.url])):
        assert "api.example:8443/api/join/***" in text
        assert "t0ken" not in text
        assert "c0de" not in text


def test_a_redacted_address_leads_where_the_real_one_does() -> None:
    real = httpx.URL(SECRET)
    assert (redacted().raw_scheme, redacted().host, redacted().port) == (real.raw_scheme, real.host, real.port)
    assert redacted().raw_path == b"/api/join/t0ken?code=c0de"


def test_a_redacted_address_equals_the_one_it_leads_to() -> None:
    real = httpx.URL(SECRET)
    assert redacted() == real == redacted() == SECRET
    assert redacted() != httpx.URL(str(redacted()))
    assert len({redacted(), real, redacted()}) == 1


def test_an_address_with_a_query_is_written_down_without_it_and_any_other_as_it_is() -> None:
    assert str(without_query(httpx.URL(SECRET))) == "https://api.example:8443/api/join/t0ken"
    assert without_query(httpx.URL(SECRET)) == SECRET
    plain = httpx.URL("https://api.example/me")
    assert without_query(plain) is plain


def test_what_is_logged_has_no_query() -> None:
    assert str(loggable(httpx.URL("https://api.example/users?q=ann@example.com"))) == "https://api.example/users"
    assert loggable(redacted()).path == "/api/join/***"


def test_httpcore_writes_the_headers_of_answers_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with scripted(ANSWER) as server, httpx.Client() as client:
        client.get(server.url)
    assert "s3cret" in caplog.text
    assert "st4te" in caplog.text


def test_it_does_not_for_a_blocking_driver(caplog: pytest.LogCaptureFixture) -> None:
    driver = drive.Driver()
    with scripted(ANSWER) as server:
        response = driver.run(send(httpx.Request("GET", server.url)))
        driver.close()
    assert response.headers["set-cookie"] == "session=s3cret; Path=/"
    assert_silent(caplog.text)


async def test_it_does_not_for_an_awaiting_driver(caplog: pytest.LogCaptureFixture) -> None:
    driver = drive.AsyncDriver()
    with scripted(ANSWER) as server:
        response = await driver.run(send(httpx.Request("GET", server.url)))
        await driver.close()
    assert response.headers["set-cookie"] == "session=s3cret; Path=/"
    assert_silent(caplog.text)


def test_a_log_that_nobody_reads_costs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert not httpcore_logs_headers()
    assert httpcore_logs_headers()


def assert_silent(text: str) -> None:
    assert "receive_response_headers.complete return_value='[REDACTED]'" in text
    assert "s3cret" not in text
    assert "st4te" not in text
