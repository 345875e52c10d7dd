"""Checks of what the settings name elsewhere: the mail server and the identity providers."""

import asyncio
from collections.abc import AsyncIterator

import httpx

from gatepost.cli.checks.findings import Finding
from gatepost.server.config import MailSettings, OidcProvider, Settings

PATIENCE_SECONDS = 5.0
DISCOVERY = "/.well-known/openid-configuration"


async def check_network(settings: Settings) -> AsyncIterator[Finding]:
    """Look whether everything that is configured answers."""
    if settings.mail.host:
        yield await check_mail_server(settings.mail)
    for provider in settings.oidc.providers:
        yield await check_provider(provider)


async def check_mail_server(mail: MailSettings) -> Finding:
    """Look whether the mail server accepts a connection; nothing is said to it."""
    place = f"{mail.host} port {mail.port}"
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            _, writer = await asyncio.open_connection(mail.host, mail.port)
    except OSError as error:
        reason = str(error) or "no answer"
        return Finding("Mail server", f"{place}: {reason}", "look at [mail] in 'gatepost config', and at firewalls")
    writer.close()
    return Finding("Mail server", f"{place} accepts connections")


async def check_provider(provider: OidcProvider) -> Finding:
    """Look whether the provider tells about itself or, when only its keys are needed, gives these."""
    name = f"Provider {provider.name}"
    keys_alone = provider.jwks_url and not provider.client_id
    url = provider.jwks_url if keys_alone else provider.issuer.rstrip("/") + DISCOVERY
    try:
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
            answer = (await client.get(url)).raise_for_status().json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        reason = str(error).partition("\n")[0] or "no answer"
        return Finding(name, f"{url}: {reason}", "look at [[oidc.providers]] in the configuration")
    return _judged(name, url, answer, provider)


def _judged(name: str, url: str, answer: object, provider: OidcProvider) -> Finding:
    if isinstance(answer, dict) and "keys" in answer:
        return Finding(name, f"{url} gives its keys")
    issuer = answer.get("issuer") if isinstance(answer, dict) else None
    if issuer != provider.issuer:
        return Finding(name, f"calls itself {issuer!r}", "the setting issuer must be exactly that")
    return Finding(name, f"{url} tells about it")
