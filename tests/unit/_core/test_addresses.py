import httpx

from gatepost._core.addresses import Unshown, shown

SECRET = "https://api.example:8443/api/join/t0ken?code=c0de"


def unshown() -> Unshown:
    return Unshown(httpx.URL(SECRET), "https://api.example:8443/api/join/***")


def test_an_unshown_address_is_written_down_as_another() -> None:
    request = httpx.Request("GET", SECRET)
    request.url = unshown()
    for text in (str(request.url), repr(request.url), f"{request.url}", repr(request), repr([request.url])):
        assert "api.example:8443/api/join/***" in text
        assert "t0ken" not in text
        assert "c0de" not in text


def test_an_unshown_address_leads_where_the_real_one_does() -> None:
    real = httpx.URL(SECRET)
    assert (unshown().raw_scheme, unshown().host, unshown().port) == (real.raw_scheme, real.host, real.port)
    assert unshown().raw_path == b"/api/join/t0ken?code=c0de"


def test_what_is_shown_has_no_query() -> None:
    assert str(shown(httpx.URL("https://api.example/users?q=ann@example.com"))) == "https://api.example/users"
    assert shown(unshown()).path == "/api/join/***"
