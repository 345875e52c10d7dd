"""What a client may do, and when a key is believed."""

from gatepost.server.domain.clients import OVERLAP, TOKEN_LIFE, Client, SigningKey
from gatepost.server.domain.principal import CredentialKind
from gatepost.server.domain.roles import ROLES


def test_a_client_acts_as_itself_with_all_its_roles() -> None:
    principal = Client("c", "ci", ("agent_user", "corpus_viewer", "emperor"), 0).principal("t")
    assert (principal.account_id, principal.kind, principal.credential_id) == ("c", CredentialKind.CLIENT, "t")
    assert principal.permissions == ROLES["agent_user"] | ROLES["corpus_viewer"]


def test_a_key_is_believed_until_it_ends() -> None:
    assert SigningKey("k", "{}", 0, None).holds(10**15)
    assert SigningKey("k", "{}", 0, 10).holds(9)
    assert not SigningKey("k", "{}", 0, 10).holds(10)


def test_a_replaced_key_outlives_its_tokens() -> None:
    assert OVERLAP > TOKEN_LIFE
