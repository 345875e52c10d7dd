import logging
from collections.abc import Iterator

import httpx
import pytest

from gatepost._core import drive, wirelog
from gatepost._core.flow import send
from tests.kit.scripted import answer, scripted

pytestmark = pytest.mark.anyio

ANSWER = answer(
    302, headers=[("Set-Cookie", "session=s3cret; Path=/"), ("Location", "https://idp.example/?state=st4te")]
)


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG):
        yield


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
        assert not wirelog.is_on()
    assert wirelog.is_on()


def assert_silent(text: str) -> None:
    assert "receive_response_headers.complete return_value='[REDACTED]'" in text
    assert "s3cret" not in text
    assert "st4te" not in text
