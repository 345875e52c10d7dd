"""Which credentials each act ends: the whole table, on warm caches, by this process and by another."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from gatepost.server.domain.accounts import Account
from gatepost.server.domain.errors import Unauthenticated
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.domain.sessions import HOMEBOX, HOMEBOX_STAYING
from gatepost.server.services.credentials import Credentials
from tests.service.conftest import PASSWORD, World, acting

pytestmark = pytest.mark.anyio

NEW_PASSWORD = "another good one"

THIS = {"session", "its attachment token"}
OTHERS = {"other session", "other attachment token", "browser session"}
TOKENS = {"key", "access token"}


@dataclass(frozen=True)
class Held:
    """What an account holds when an act takes place, raw and by name."""

    account: Account
    credentials: dict[str, str]

    async def by(self, name: str, credentials: Credentials) -> Principal:
        return await credentials.resolve(self.credentials[name])


async def everything(world: World) -> Held:
    account = await world.account()
    sign_in, tokens = world.parts.sign_in, world.parts.tokens
    first = await sign_in.by_password(account.email, PASSWORD, "this", HOMEBOX)
    second = await sign_in.by_password(account.email, PASSWORD, "other", HOMEBOX_STAYING)
    return Held(
        account,
        {
            "session": first.raw,
            "its attachment token": first.attachment or "",
            "other session": second.raw,
            "other attachment token": second.attachment or "",
            "browser session": (await sign_in.by_password(account.email, PASSWORD, "browser")).raw,
            "key": (await tokens.create_key(acting(account), "ci")).raw,
            "access token": (await tokens.create(acting(account), "ci")).raw,
        },
    )


async def ended(held: Held, credentials: Credentials) -> set[str]:
    found = set()
    for name, raw in held.credentials.items():
        try:
            await credentials.resolve(raw)
        except Unauthenticated:
            found.add(name)
    return found


Act = Callable[[World, Held], Awaitable[object]]


async def sign_in_again(world: World, held: Held) -> None:
    await world.parts.sign_in.by_password(held.account.email, PASSWORD, "third", HOMEBOX)


async def refresh(world: World, held: Held) -> None:
    new = await world.parts.sessions.refresh(await held.by("session", world.parts.credentials), HOMEBOX)
    assert (await world.parts.credentials.resolve(new.raw)).kind is CredentialKind.SESSION
    assert (await world.parts.credentials.resolve(new.attachment or "")).kind is CredentialKind.ATTACHMENT


async def sign_out(world: World, held: Held) -> None:
    await world.parts.sessions.end(await held.by("session", world.parts.credentials))


async def sign_out_by_raw(world: World, held: Held) -> None:
    await world.parts.sign_in.sign_out(held.credentials["session"])


async def sign_out_everywhere(world: World, held: Held) -> None:
    await world.parts.sessions.end_all(await held.by("session", world.parts.credentials))


async def change_password(world: World, held: Held) -> None:
    me = await held.by("session", world.parts.credentials)
    await world.parts.own_account.change_password(me, PASSWORD, NEW_PASSWORD)


async def change_password_by_key(world: World, held: Held) -> None:
    me = await held.by("key", world.parts.credentials)
    await world.parts.own_account.change_password(me, PASSWORD, NEW_PASSWORD)


async def reset_password(world: World, held: Held) -> None:
    await world.parts.password_reset.ask(held.account.email)
    link = (await world.mails())[-1][2].partition("?token=")[2].split()[0]
    await world.parts.password_reset.complete(link, NEW_PASSWORD)


async def delete(world: World, held: Held) -> None:
    await world.parts.profiles.delete_own(await held.by("session", world.parts.credentials))


async def disable(world: World, held: Held) -> None:
    await world.parts.administration.disable(SYSTEM, held.account.id)


async def disable_for_a_while(world: World, held: Held) -> None:
    await disable(world, held)
    await world.parts.administration.enable(SYSTEM, held.account.id)


async def rename(world: World, held: Held) -> None:
    me = await held.by("session", world.parts.credentials)
    await world.parts.own_account.rename(me, "Ann B", "new@example.org")


ACTS: list[tuple[Act, set[str]]] = [
    (sign_in_again, set()),
    (rename, set()),
    (refresh, THIS),
    (sign_out, THIS),
    (sign_out_by_raw, THIS),
    (sign_out_everywhere, THIS | OTHERS),
    (change_password, OTHERS | {"its attachment token"}),
    (change_password_by_key, THIS | OTHERS),
    (reset_password, THIS | OTHERS),
    (delete, THIS | OTHERS | TOKENS),
    (disable, THIS | OTHERS | TOKENS),
    (disable_for_a_while, THIS | OTHERS),
]


@pytest.mark.parametrize(("act", "ends"), ACTS, ids=[act.__name__ for act, _ in ACTS])
async def test_an_act_ends_exactly_its_credentials(world: World, act: Act, ends: set[str]) -> None:
    held = await everything(world)
    assert await ended(held, world.parts.credentials) == set()
    await act(world, held)
    assert await ended(held, world.parts.credentials) == ends


@pytest.mark.parametrize(("act", "ends"), ACTS, ids=[act.__name__ for act, _ in ACTS])
async def test_an_act_of_another_process_ends_them_here_too(world: World, act: Act, ends: set[str]) -> None:
    held = await everything(world)
    assert await ended(held, world.parts.credentials) == set()
    async with world.elsewhere() as other:
        await act(other, held)
    assert await ended(held, world.parts.credentials) == ends
