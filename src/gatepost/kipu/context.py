"""For whom `qhubctl` works: a person or an organization. The user-service does not ask for it.

Source: Kipu Quantum Hub API SDK reference, "Python credential helpers".
"""

import msgspec

from gatepost._core.models import Model
from gatepost.kipu.config_file import first_set, get_config_file_path, read_config

ORGANIZATION_VARIABLES = ("KQH_ORGANIZATION_ID", "PLANQK_ORGANIZATION_ID")


class Context(Model, frozen=True, kw_only=True, rename="camel"):
    """A person or an organization.

    Attributes:
        id: its id.
        display_name: its name for people.
        is_organization: True for an organization.
        role: the user's role in it.
        account_type: the kind of account it has.
    """

    id: str | None = None
    display_name: str | None = None
    is_organization: bool | None = None
    role: str | None = None
    account_type: str | None = None

    def get_organization_id(self) -> str | None:
        """Give the organization to act for, None for the person alone; the environment wins over the file."""
        return first_set(ORGANIZATION_VARIABLES) or (self.id if self.is_organization else None)


class _Config(msgspec.Struct, frozen=True):
    context: Context | None = None


class ContextResolver:
    """Finds the context in the file that `ConfigFileCredential` reads; the path is settled when this is made."""

    def __init__(self) -> None:
        self.config_file = get_config_file_path()

    def get_context(self) -> Context | None:
        """Read the context; None when there is no file, or none in it.

        Raises:
            ValueError: the file cannot be read, is no JSON object, or its context has another shape.
        """
        config = read_config(self.config_file, _Config)
        return None if config is None else config.context
