"""What `gatepost serve` says once requests are answered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gatepost.cli.addresses import api_addresses
from gatepost.server.parts import Parts

NAMES = {"homebox": "Homebox", "kipu": "Kipu", "ubiops": "UbiOps", "vectara": "Vectara"}


@dataclass(frozen=True, slots=True)
class Greeting:
    """Where everything is: the `apis` by dialect; `setup_link` makes the first administrator, None if there is one."""

    url: str
    apis: Mapping[str, str | None]
    data: Path
    mails_stay: bool
    setup_link: str | None


Announce = Callable[[Greeting], None]


async def greeting_of(parts: Parts) -> Greeting:
    """Collect what to say; while nobody administers the installation this makes a fresh setup link."""
    settings = parts.settings
    return Greeting(
        url=settings.public_url,
        apis=api_addresses(settings),
        data=settings.data.resolve(),
        mails_stay=not settings.mail.host,
        setup_link=await parts.setup.open(),
    )


def json_text(greeting: Greeting) -> str:
    """Write the greeting as one JSON document on one line."""
    return msgspec.json.encode(
        {
            "url": greeting.url,
            **greeting.apis,
            "data": str(greeting.data),
            "setup_link": greeting.setup_link,
        }
    ).decode()


def text(greeting: Greeting) -> str:
    """Write the greeting for a person."""
    return "\n".join(_lines(greeting))


def _lines(greeting: Greeting) -> Iterator[str]:
    yield f"Gatepost answers at {greeting.url}\n"
    for name, address in greeting.apis.items():
        if address:
            yield f"  {NAMES[name] + ' API':13}{address}"
    yield f"  Data         {greeting.data}"
    if greeting.mails_stay:
        yield "  Mails        stay in the outbox, as no mail server is set up: gatepost mail list"
    if greeting.setup_link:
        yield "\nNobody administers this installation yet. This link makes you its owner, once, within a day:\n"
        yield f"  {greeting.setup_link}"
    yield "\nPress Ctrl-C to stop."
