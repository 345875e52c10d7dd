"""No provider may pass for this service: its tokens and ours are told apart by who issued them."""

import json

import pytest

from gatepost.server.config import ConfigError, load

PROVIDER = {"name": "company", "audience": ["gatepost"]}


@pytest.mark.parametrize("issuer", ["https://id.example.org", "https://ID.example.org/"])
def test_a_provider_with_the_address_of_this_service_is_refused(issuer: str) -> None:
    providers = json.dumps([PROVIDER | {"issuer": issuer}])
    load(None, {"GATEPOST_OIDC__PROVIDERS": providers}, {})
    with pytest.raises(ConfigError, match="an issuer other than this service itself, in the provider company"):
        load(None, {"GATEPOST_OIDC__PROVIDERS": providers}, {"server.public_url": "https://id.example.org"})
