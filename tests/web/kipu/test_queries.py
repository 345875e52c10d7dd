import pytest

from tests.kit.backstage import Member
from tests.kit.kipu import target
from tests.kit.site import Site
from tests.web.kipu.conftest import Refusals

NOT_UTF_8 = ["%ED%A0%80", "%FF", "%C3", "a%ED%BF%BFb", "%C0%80"]
NOT_FORM_ENCODED = ["\xfc", "\xed\xa0\x80", "\xff"]


@pytest.mark.parametrize(
    "query", [*NOT_UTF_8, *NOT_FORM_ENCODED, "%00", "a%00b", "%0A", "%1F", "%E2%80%AE", "x" * 257, "x" * 10_000]
)
def test_a_query_that_cannot_be_searched_for_is_refused(refused: Refusals, ada: Member, query: str) -> None:
    refused(target("GET", b"/search?q=" + query.encode("latin-1"), ada.token), 400)


@pytest.mark.parametrize("email", [*NOT_UTF_8, *NOT_FORM_ENCODED, "%00", "a%00@b", "", "+", "%20%09%0A", "x" * 10_000])
def test_an_address_that_cannot_be_is_refused(refused: Refusals, email: str) -> None:
    refused(target("GET", b"/user-registration-status?email=" + email.encode("latin-1")), 400)


@pytest.mark.parametrize("query", ["", "?", "?&&&", "?Q=a", "?EMAIL=a", "?qq=a", "?%71x=a", "?x=1&y=2", "?q%00=a"])
def test_a_missing_parameter_is_named(refused: Refusals, ada: Member, query: str) -> None:
    assert "parameter q is missing" in refused(target("GET", f"/search{query}", ada.token), 400)
    assert "parameter email is missing" in refused(target("GET", f"/user-registration-status{query}"), 400)


@pytest.mark.parametrize("query", ["q=a&q=b", "q=a&q=a", "q=a&%71=b", "q=&q=", "x=1&q=a&y=2&q=b"])
def test_a_parameter_given_twice_is_refused(refused: Refusals, ada: Member, query: str) -> None:
    assert "more than once" in refused(target("GET", f"/search?{query}", ada.token), 400)


def test_a_crowd_of_parameters_is_refused(refused: Refusals, ada: Member) -> None:
    crowd = "&".join(f"x{number}=1" for number in range(2_000))
    refused(target("GET", f"/search?q=a&{crowd}", ada.token), 400)


@pytest.mark.parametrize(
    "query", ["q=ada", "q=+ada+", "q=%41DA", "q=ADA&unknown=1", "%71=ada", "q=ad%61", "&q=ada&", "q=ada#f"]
)
def test_a_query_is_form_decoded_once(site: Site, ada: Member, query: str) -> None:
    answer = site.ask(target("GET", f"/search?{query.partition('#')[0]}", ada.token))
    assert answer.status == 200
    assert ada.id in [match["id"] for match in answer.json()]


@pytest.mark.parametrize("query", ["q=", "q", "q=+", "q=%2541da", "q=ada;x", "q=a%64a%2500", "q=ada%26q%3Db"])
def test_what_nobody_is_called_finds_nobody(site: Site, ada: Member, query: str) -> None:
    answer = site.ask(target("GET", f"/search?{query}", ada.token))
    assert (answer.status, answer.body) == (200, b"[]")
