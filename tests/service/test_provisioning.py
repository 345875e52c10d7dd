"""Accounts that come from an identity provider."""

from dataclasses import replace

import pytest

from gatepost.server.domain.accounts import State
from gatepost.server.domain.errors import Conflict, Forbidden, GatepostError, Invalid, Unauthenticated
from gatepost.server.domain.groups import MemberRole
from gatepost.server.domain.identities import Claims
from gatepost.server.domain.principal import SYSTEM, CredentialKind
from gatepost.server.services.registration import SignUp
from tests.service.conftest import PASSWORD, MakeWorld, World, acting
from tests.service.test_profiles import png

pytestmark = pytest.mark.anyio


def claims(subject: str = "s1", email: str | None = "ada@example.org", *, verified: bool = True) -> Claims:
    return Claims("https://idp.example", subject, email, verified, None, "Ada", "Lovelace", None)


async def test_the_first_sight_of_an_identity_makes_an_account_and_the_second_finds_it(world: World) -> None:
    assert await world.parts.credentials.of_claims(claims()) is None
    made = await world.parts.provisioning.principal_for(claims())
    account = await world.parts.profiles.own(made)
    assert (account.email, account.first_name, account.state) == ("ada@example.org", "Ada", State.ACTIVE)
    assert account.email_verified
    assert await world.parts.provisioning.principal_for(claims()) == made
    assert await world.parts.credentials.of_claims(claims()) == made
    assert made.kind is CredentialKind.BEARER
    assert [event for event, _ in await world.events()] == ["account.provisioned"]


async def test_a_verified_address_links_to_its_confirmed_account(world: World) -> None:
    account = await world.account()
    assert (await world.parts.provisioning.principal_for(claims())).account_id == account.id
    await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")


async def test_a_verified_address_may_be_written_in_other_letter_case(world: World) -> None:
    account = await world.account("Ada@example.org")
    assert (await world.parts.provisioning.principal_for(claims(email="aDA@Example.ORG"))).account_id == account.id


@pytest.mark.parametrize(
    ("held", "claimed"),
    [
        ("sam@example.org", "\u017fam@example.org"),
        ("\u017fam@example.org", "sam@example.org"),
        ("fiona@example.org", "\ufb01ona@example.org"),
        ("strasse@example.org", "stra\u00dfe@example.org"),
    ],
)
async def test_an_address_that_only_looks_the_same_opens_no_account(world: World, held: str, claimed: str) -> None:
    await world.account(held)
    with pytest.raises(Conflict):
        await world.parts.provisioning.principal_for(claims(email=claimed))
    assert await world.parts.credentials.of_claims(claims()) is None


async def test_an_unverified_address_links_to_nothing_and_makes_nothing(world: World) -> None:
    await world.account()
    for given in (claims(verified=False), claims(email=None), claims("s2", "new@example.org", verified=False)):
        with pytest.raises(Forbidden):
            await world.parts.provisioning.principal_for(given)
    assert len(await world.parts.administration.page(SYSTEM)) == 1


async def test_an_existing_link_is_never_overwritten(world: World) -> None:
    first = await world.parts.provisioning.principal_for(claims())
    other = await world.account("other@example.org")
    assert await world.parts.provisioning.principal_for(claims(email=other.email)) == first


async def test_who_registered_a_foreign_address_unconfirmed_loses_it_to_its_owner(make_world: MakeWorld) -> None:
    """Without verification an account is active before its address is confirmed; it must not trap the owner."""
    world = make_world(registration__verify_email=False)
    await world.parts.registration.sign_up(SignUp("ada@example.org", PASSWORD))
    session = await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    token = await world.parts.tokens.create(acting(session.account), "n")
    await world.parts.credentials.resolve_token(token.raw.encode())

    principal = await world.parts.provisioning.principal_for(claims())

    assert principal.account_id == session.account.id
    assert (await world.parts.profiles.own(principal)).email_verified
    with pytest.raises(Unauthenticated):
        await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.of_session(session.raw)
    with pytest.raises(Unauthenticated):
        await world.parts.credentials.resolve_token(token.raw.encode())


@pytest.mark.parametrize("state", [State.PENDING, State.REJECTED])
async def test_an_account_that_may_not_act_is_refused_by_this_door_too(world: World, state: State) -> None:
    await world.account(state=state)
    with pytest.raises(Forbidden):
        await world.parts.provisioning.principal_for(claims())
    with pytest.raises(Forbidden):
        await world.parts.credentials.of_claims(claims())


async def test_disabling_an_account_ends_the_power_of_its_identities_at_once(world: World) -> None:
    principal = await world.parts.provisioning.principal_for(claims())
    await world.parts.administration.disable(SYSTEM, principal.account_id)
    with pytest.raises(Forbidden):
        await world.parts.credentials.of_claims(claims())
    with pytest.raises(Forbidden):
        await world.parts.provisioning.principal_for(claims())


async def test_approval_is_asked_of_provisioned_accounts_too(make_world: MakeWorld) -> None:
    world = make_world(registration__mode="approval")
    with pytest.raises(Forbidden, match="awaits approval"):
        await world.parts.provisioning.principal_for(claims())
    (account,) = await world.parts.administration.page(SYSTEM, State.PENDING)
    await world.parts.administration.approve(SYSTEM, account.id)
    assert (await world.parts.provisioning.principal_for(claims())).account_id == account.id


@pytest.mark.parametrize(
    ("flags", "email", "error"),
    [
        ({"registration__mode": "closed"}, "ada@example.org", Forbidden),
        ({"registration__allowed_domains": ["example.com"]}, "ada@example.org", GatepostError),
        ({}, "taken@example.org", Conflict),
    ],
)
async def test_the_policy_and_taken_names_hold_for_identities_too(
    make_world: MakeWorld, flags: dict[str, object], email: str, error: type[GatepostError]
) -> None:
    world = make_world(**flags)
    await world.account("somebody@example.org", username="taken@example.org")
    with pytest.raises(error):
        await world.parts.provisioning.principal_for(claims(email=email))
    assert len(await world.parts.administration.page(SYSTEM)) == 1


async def test_of_an_unconfirmed_account_nothing_is_left_to_its_address_owner(make_world: MakeWorld) -> None:
    world = make_world(registration__verify_email=False)
    parts = world.parts
    await parts.registration.sign_up(SignUp("ada@example.org", PASSWORD, "Mallory", "Malice"))
    stranger = acting((await parts.sign_in.by_password("ada@example.org", PASSWORD, "test")).account)
    profile = {"current_position": "thief", "homepage": "https://evil.example", "about": "x", "phone": "+666"}
    await parts.profiles.change(stranger, {**profile})
    await parts.profiles.put_image(stranger, png())
    await parts.preferences.replace(stranger, b'{"a": 1}')
    home = await parts.groups.enter(stranger)

    owner = await parts.provisioning.principal_for(claims())

    account = await parts.profiles.own(owner)
    assert (account.first_name, account.last_name, account.username) == ("Ada", "Lovelace", "ada@example.org")
    assert (account.current_position, account.homepage, account.about, account.phone) == (None, None, None, None)
    assert await parts.profiles.image_of(account.id) is None
    assert await parts.preferences.of(owner) == "{}"
    assert (await parts.groups.enter(owner)).group_id != home.group_id
    assert await parts.people.search("mallory") == []
    assert [hit.id for hit in await parts.people.search("lovelace")] == [account.id]


async def test_an_unconfirmed_account_with_a_role_is_not_handed_over(make_world: MakeWorld) -> None:
    """Else whoever owns the address that an administrator mistyped would be an administrator."""
    world = make_world(registration__verify_email=False)
    await world.parts.registration.sign_up(SignUp("ada@example.org", PASSWORD))
    (account,) = await world.parts.administration.page(SYSTEM)
    await world.parts.grants.grant(SYSTEM, account.id, "administrator")
    with pytest.raises(Conflict, match="role"):
        await world.parts.provisioning.principal_for(claims())
    await world.parts.sign_in.by_password("ada@example.org", PASSWORD, "test")


async def test_an_address_that_the_provider_gave_to_somebody_else_opens_no_account(world: World) -> None:
    first = await world.parts.provisioning.principal_for(claims("leaver"))
    with pytest.raises(Conflict, match="another identity"):
        await world.parts.provisioning.principal_for(claims("successor"))
    assert await world.parts.provisioning.principal_for(claims("leaver")) == first


async def test_the_same_subject_at_another_issuer_is_somebody_else(world: World) -> None:
    ada = await world.parts.provisioning.principal_for(claims())
    for issuer in ("https://idp.example/", "https://IDP.example", "https://other.example"):
        stranger = replace(claims(email=f"eve{len(issuer)}@example.org"), issuer=issuer)
        assert await world.parts.credentials.of_claims(stranger) is None
        assert (await world.parts.provisioning.principal_for(stranger)).account_id != ada.account_id
        with pytest.raises(Forbidden):
            await world.parts.provisioning.principal_for(replace(claims("s2", verified=False), issuer=issuer))


async def test_two_providers_may_vouch_for_one_account(world: World) -> None:
    first = await world.parts.provisioning.principal_for(claims())
    other = replace(claims(), issuer="https://other.example")
    assert await world.parts.provisioning.principal_for(other) == first


async def test_a_linked_account_keeps_its_address_when_the_provider_s_changes(world: World) -> None:
    first = await world.parts.provisioning.principal_for(claims())
    assert await world.parts.provisioning.principal_for(claims(email="new@example.org", verified=False)) == first
    assert (await world.parts.profiles.own(first)).email == "ada@example.org"


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ({"name": "Ada King Lovelace"}, ("Ada King", "Lovelace")),
        ({"name": "Ada"}, ("Ada", None)),
        ({"name": "山田\u3000太郎"}, ("山田", "太郎")),
        ({"name": "Somebody Else", "first_name": "Ada"}, ("Ada", None)),
        ({"name": "\u202eadA", "last_name": "\u200b"}, (None, None)),
        ({}, (None, None)),
    ],
)
async def test_an_account_is_called_what_the_provider_tells_as_far_as_that_can_be_kept(
    world: World, stated: dict[str, str], names: tuple[str | None, str | None]
) -> None:
    nameless = replace(claims(), first_name=None, last_name=None)
    given = replace(nameless, **stated)  # type: ignore[arg-type]  # names only
    account = await world.parts.profiles.own(await world.parts.provisioning.principal_for(given))
    assert (account.first_name, account.last_name) == names


BELIEVING = {"name": "idp", "issuer": "https://idp.example", "client_id": "x", "verify_email": False}


async def test_an_address_nobody_verified_makes_an_account_where_that_is_allowed_and_opens_none(
    make_world: MakeWorld,
) -> None:
    world = make_world(registration__verify_email=False, oidc__providers=[BELIEVING])
    made = await world.parts.provisioning.principal_for(claims("s1", "new@example.org", verified=False))
    assert not (await world.parts.profiles.own(made)).email_verified
    await world.account()
    await world.parts.registration.sign_up(SignUp("eve@example.org", PASSWORD))
    for taken in ("ada@example.org", "eve@example.org", "new@example.org"):
        with pytest.raises(Conflict, match="does not say that it is yours"):
            await world.parts.provisioning.principal_for(claims("s2", taken, verified=False))
    with pytest.raises(Forbidden):
        await world.parts.provisioning.principal_for(claims("s2", None, verified=False))


@pytest.mark.parametrize("mode", ["closed", "invitation"])
async def test_a_provider_may_bring_people_where_nobody_signs_up(make_world: MakeWorld, mode: str) -> None:
    provider = {"name": "idp", "issuer": "https://idp.example", "client_id": "x", "sign_up_always": True}
    world = make_world(
        registration__mode=mode, registration__allowed_domains=["example.org"], oidc__providers=[provider]
    )
    await world.parts.provisioning.principal_for(claims())
    with pytest.raises(Invalid, match="domains"):
        await world.parts.provisioning.principal_for(claims("s2", "ada@example.com"))


async def test_groups_of_the_provider_lead_into_groups_here(make_world: MakeWorld) -> None:
    owner = acting(await make_world().account("owner@example.org"))
    group = await make_world().parts.groups.create(owner, "Engineers")
    world = make_world(oidc__groups={"engineering": group.id, "lost": "no-such-group"})
    given = replace(claims(), groups=("engineering", "lost", "other"))
    principal = await world.parts.provisioning.principal_for(given)
    assert await world.parts.provisioning.principal_for(given) == principal
    (membership,) = await world.parts.groups.memberships(principal)
    assert (membership.group_id, membership.role, membership.is_default) == (group.id, MemberRole.MEMBER, True)
    assert [event for event, _ in await world.events()][-1] == "account.provisioned"


async def test_a_known_identity_joins_when_its_groups_change_and_leaves_nothing(make_world: MakeWorld) -> None:
    owner = acting(await make_world().account("owner@example.org"))
    group = await make_world().parts.groups.create(owner, "Engineers")
    world = make_world(oidc__groups={"engineering": group.id})
    principal = await world.parts.provisioning.principal_for(claims())
    assert await world.parts.groups.memberships(principal) == []
    await world.parts.provisioning.principal_for(replace(claims(), groups=("engineering",)))
    await world.parts.provisioning.principal_for(claims())
    assert [found.group_id for found in await world.parts.groups.memberships(principal)] == [group.id]
    assert [event for event, _ in await world.events()][-1] == "group.joined"


async def test_nobody_joins_a_group_while_their_account_may_not_act(make_world: MakeWorld) -> None:
    owner = acting(await make_world().account("owner@example.org"))
    group = await make_world().parts.groups.create(owner, "Engineers")
    world = make_world(registration__mode="approval", oidc__groups={"engineering": group.id})
    with pytest.raises(Forbidden):
        await world.parts.provisioning.principal_for(replace(claims(), groups=("engineering",)))
    members = await world.parts.groups.members(owner, group.id)
    assert [member.email for member in members] == ["owner@example.org"]


async def test_who_joins_a_group_that_everybody_left_owns_it(make_world: MakeWorld) -> None:
    owner = acting(await make_world().account("owner@example.org"))
    group = await make_world().parts.groups.create(owner, "Engineers")
    world = make_world(oidc__groups={"engineering": group.id})
    await world.parts.administration.delete(SYSTEM, owner.account_id)
    principal = await world.parts.provisioning.principal_for(replace(claims(), groups=("engineering",)))
    assert [found.role for found in await world.parts.groups.memberships(principal)] == [MemberRole.OWNER]


async def test_an_address_nobody_verified_ends_no_attempt_to_confirm_it(make_world: MakeWorld) -> None:
    await make_world().parts.registration.sign_up(SignUp("new@example.org", PASSWORD))
    world = make_world(registration__verify_email=False, oidc__providers=[BELIEVING])
    await world.parts.provisioning.principal_for(claims("s1", "new@example.org", verified=False))
    (attempt,) = await world.parts.administration.page(SYSTEM, State.UNVERIFIED)
    assert attempt.email == "new@example.org"
