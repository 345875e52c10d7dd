"""From which network a request comes."""

import pytest

from gatepost.server.web.networks import Networks


def network(peer: str, *forwarded: str, trusted: tuple[str, ...] = ()) -> str:
    """Give the network of a request from `peer` with forwarded-for headers."""
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return Networks(trusted).of({"client": (peer, 40_000), "headers": headers}).network


def test_callers_by_ipv4_do_not_share_a_limit_where_the_server_listens_on_ipv6() -> None:
    assert network("::ffff:203.0.113.7") == network("203.0.113.7") == "203.0.113.7"
    assert network("::ffff:203.0.113.8") == "203.0.113.8"


def test_callers_by_ipv6_count_by_their_network() -> None:
    assert network("2001:db8::1") == network("2001:db8::ffff") == "2001:db8::/64"
    assert network("2001:db8:0:1::1") == "2001:db8:0:1::/64"


def test_networks_of_one_ipv6_site_are_known_to_belong_together() -> None:
    nobody = Networks(())
    callers = [nobody.of({"client": (peer, 1), "headers": []}) for peer in ("2001:db8:0:1::1", "2001:db8:0:2::1")]
    assert {caller.site for caller in callers} == {"2001:db8::/48"}
    assert nobody.of({"client": ("203.0.113.7", 1), "headers": []}) == ("203.0.113.7", "203.0.113.7")


def test_a_proxy_is_known_where_the_server_listens_on_ipv6() -> None:
    assert network("::ffff:127.0.0.1", "203.0.113.7", trusted=("127.0.0.0/8",)) == "203.0.113.7"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:5123", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("[2001:db8::1]:5123", "2001:db8::/64"),
        ("[2001:db8::1]", "2001:db8::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("nonsense", "unknown"),
        ("a:b:c", "unknown"),
        ("[", "unknown"),
    ],
)
def test_a_proxy_may_write_the_address_in_every_usual_way(written: str, meant: str) -> None:
    assert network("127.0.0.1", written, trusted=("127.0.0.1",)) == meant


def test_without_a_trusted_proxy_no_header_is_believed() -> None:
    assert network("203.0.113.7", "198.51.100.1") == "203.0.113.7"


def test_what_precedes_the_first_foreign_hop_is_not_believed() -> None:
    trusted = ("127.0.0.1", "10.0.0.0/8")
    assert network("127.0.0.1", "1.2.3.4, 203.0.113.7, 10.0.0.2", trusted=trusted) == "203.0.113.7"
    assert network("127.0.0.1", "1.2.3.4", "203.0.113.7", "10.0.0.2", trusted=trusted) == "203.0.113.7"
    assert network("198.51.100.1", "203.0.113.7", trusted=trusted) == "198.51.100.1"


def test_where_all_hops_are_trusted_the_farthest_counts() -> None:
    assert network("127.0.0.1", "10.0.0.3, 10.0.0.2", trusted=("127.0.0.1", "10.0.0.0/8")) == "10.0.0.3"
