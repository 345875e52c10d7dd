"""A server that lets people in through a provider: where it is, whom the provider knows, and its settings."""

import json

from tests.kit.oidc import ACCOUNTS, CLIENT_ID, CLIENT_SECRET

START, CALLBACK = "/users/login/oidc", "/users/login/oidc/callback"
PUBLIC = "http://accounts.test"
REDIRECT_URI = f"{PUBLIC}/homebox/api/v1{CALLBACK}"
PEOPLE = {
    name: ACCOUNTS["ada"] | {"email": f"{name}@example.org", "name": name.title(), "family_name": "Tester"}
    for name in ("ada", "grace", "linus", "known", "barred")
} | {"unverified": {"email": "unverified@example.org", "email_verified": False, "name": "Una"}}


def trusting(issuer: str, **more: object) -> dict[str, str]:
    """Give the settings of a server that lets people in through a provider."""
    company = {"name": "company", "issuer": issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    providers = json.dumps([company | {"button_text": "Sign in at work"} | more])
    return {"GATEPOST_OIDC__PROVIDERS": providers, "GATEPOST_SERVER__PUBLIC_URL": PUBLIC}
