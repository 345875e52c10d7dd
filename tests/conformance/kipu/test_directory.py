import pytest
from qhub.api.user import BadRequestError

from gatepost.server.domain.accounts import State
from tests.conformance.kipu.hubs import Hubs
from tests.kit.backstage import Backstage, Member


@pytest.fixture(scope="session")
def grace(stage: Backstage) -> Member:
    """Make somebody whose four searchable fields have nothing in common, nor with anybody else's."""
    return stage.member(
        "Rear.Admiral+cobol@Navy.example",
        username="Amazing_100%",
        first_name="Grâce Brewster",
        last_name="Høpper-Straße",
    )


def found(hub: Hubs, member: Member, query: str) -> list[str | None]:
    return [match.id for match in hub(member.token).search.users(q=query)]


@pytest.mark.parametrize(
    "query",
    [
        "Grâce Brewster",
        "grâce",
        "ÂCE BREW",
        "høpper-strasse",
        "STRASSE",
        "per-st",
        "amazing_100%",
        "NG_1",
        "0%",
        "rear.admiral+cobol@navy.example",
        "+cobol@",
        "  brewster  ",
        "ster",
        "øp",
    ],
)
def test_any_part_of_any_field_finds_in_any_letter_case(hub: Hubs, grace: Member, query: str) -> None:
    assert found(hub, grace, query) == [grace.id]


@pytest.mark.parametrize(
    "query", ["gr%ce", "gr_ce", "amazing%100", "amazing-100", "brewster h", "gracé", '"grâce"', "grâce*"]
)
def test_nothing_in_a_query_is_a_wildcard_or_an_operator(hub: Hubs, grace: Member, query: str) -> None:
    assert grace.id not in found(hub, grace, query)


def test_a_match_shows_the_id_and_the_names_and_nothing_else(hub: Hubs, grace: Member) -> None:
    (match,) = hub(grace.token).search.users(q="brewster")
    assert match.dict() == {"id": grace.id, "firstname": "Grâce Brewster", "lastname": "Høpper-Straße"}


@pytest.mark.parametrize(
    "query", ["no such name", "", "   ", "日本", "a" * 256, "OR 1=1; --", "\N{GREEK SMALL LETTER PSI}"]
)
def test_no_match_is_an_empty_list(hub: Hubs, grace: Member, query: str) -> None:
    assert hub(grace.token).search.users(q=query) == []


@pytest.fixture(scope="session")
def crowd(stage: Backstage) -> str:
    """Make sixty people with names of one family and give the id of the one who has nothing but its name."""
    for number in range(60):
        stage.account(f"zyxgy{number:02}@example.org")
    return stage.account("exact@example.org", username="zyxgy").id


def test_at_most_fifty_are_found_the_best_first(hub: Hubs, reader: Member, crowd: str) -> None:
    listed = found(hub, reader, "Zyxgy")
    assert len(listed) == 50
    assert listed[0] == crowd


def test_who_is_not_approved_is_not_found(hub: Hubs, reader: Member, stage: Backstage) -> None:
    for state in (State.UNVERIFIED, State.PENDING, State.REJECTED, None):
        stage.barred(state, first_name="Unlistable")
    assert found(hub, reader, "unlistable") == []


@pytest.mark.parametrize("query", ["x" * 257, "x" * 10_000, "a\x00b", "a\nb"])
def test_a_query_that_no_name_can_contain_is_refused(hub: Hubs, reader: Member, query: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        hub(reader.token).search.users(q=query)
    assert "query" in refused.value.body["message"]


# Registration status

STATUSES = {
    State.ACTIVE: "APPROVED",
    State.UNVERIFIED: "EMAIL_NOT_VERIFIED",
    State.PENDING: "PENDING",
    State.REJECTED: "REJECTED",
}


@pytest.mark.parametrize("state", STATUSES)
def test_a_registration_is_in_one_of_the_documented_states(
    hub: Hubs, reader: Member, stage: Backstage, state: State
) -> None:
    account = stage.account(state=state)
    answer = hub(reader.token).user_registration_status.get_user_registration_status(email=account.email)
    assert answer.status == STATUSES[state]
    assert (answer.message is None) == (state is State.ACTIVE)


def test_an_unknown_address_is_answered_200(hub: Hubs, reader: Member) -> None:
    status = hub(reader.token).user_registration_status.with_raw_response.get_user_registration_status(
        email="no@one.example"
    )
    assert (status.status_code, status.data.status) == (200, "NOT_FOUND")
    assert status.data.message


def test_an_address_is_recognised_however_it_is_written(hub: Hubs, grace: Member) -> None:
    for email in (grace.email.upper(), f"  {grace.email} ", "rear.admiral\uff0bcobol@navy.example"):
        status = hub(grace.token).user_registration_status.get_user_registration_status(email=email)
        assert status.status == "APPROVED"


def test_a_disabled_account_is_still_registered(hub: Hubs, reader: Member, stage: Backstage) -> None:
    disabled = stage.barred(None)
    status = hub(reader.token).user_registration_status.get_user_registration_status(email=disabled.email)
    assert status.status == "APPROVED"


@pytest.mark.parametrize("email", ["", "   ", "\x00", "x" * 10_000])
def test_an_address_that_cannot_be_is_refused(hub: Hubs, reader: Member, email: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        hub(reader.token).user_registration_status.get_user_registration_status(email=email)
    assert refused.value.body["message"].startswith("email")
