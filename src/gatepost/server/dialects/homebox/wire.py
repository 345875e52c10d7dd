"""The JSON shapes of the Homebox user API (contract 3).

Keys of requests are compared without regard to letter case, so the names of their members are in lower case here; a
member that is missing or null has the value that stands here.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field

Instant = Annotated[datetime, Meta(tz=True)]


class Secretive(Struct):
    """A request with a secret in it, which stays out of logs and tracebacks."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class UserRegistration(Secretive):
    """Body of POST /users/register; `token` is an invitation."""

    name: str = ""
    email: str = ""
    password: str = ""
    token: str = ""


class LoginForm(Secretive):
    """Body of POST /users/login."""

    username: str = ""
    password: str = ""
    stay_logged_in: bool = field(default=False, name="stayloggedin")


class UserUpdate(Struct):
    """Body of PUT /users/self; both members are replaced."""

    name: str = ""
    email: str = ""


class ChangePassword(Secretive):
    """Body of PUT /users/self/change-password."""

    current: str = ""
    new: str = ""


class ForgotPassword(Struct):
    """Body of POST /users/forgot-password."""

    email: str = ""


class ResetPassword(Secretive):
    """Body of POST /users/reset-password."""

    token: str = ""
    password: str = ""


class APIKeyCreate(Struct):
    """Body of POST /users/self/api-keys."""

    name: str = ""
    expires_at: Instant | None = field(default=None, name="expiresat")


class GroupCreate(Struct):
    """Body of POST /groups."""

    name: str = ""


class GroupUpdate(Struct):
    """Body of PUT /groups; both members are replaced."""

    name: str = ""
    currency: str = ""


class GroupInvitationCreate(Struct):
    """Body of POST /groups/invitations."""

    uses: int = 0
    expires_at: Instant | None = field(default=None, name="expiresat")


class Oidc(Struct, rename="camel", frozen=True, omit_defaults=True):
    """How people get in; `buttonText` is left out when it is empty."""

    enabled: bool
    allow_local: bool
    button_text: str = ""


class Build(Struct, rename="camel", frozen=True):
    """What is running."""

    version: str
    commit: str = ""
    build_time: str = ""


class Latest(Struct, frozen=True):
    """What could be running; nobody is asked."""

    version: str = ""
    date: str = ""


class Telemetry(Struct, frozen=True):
    """Whether somebody is told of what happens here: never."""

    enabled: bool = False


class APISummary(Struct, rename="camel", frozen=True):
    """Answer of GET /status."""

    build: Build
    demo: bool
    allow_registration: bool
    oidc: Oidc
    health: bool = True
    versions: None = None
    title: str = "Homebox"
    message: str = "Accounts kept by Gatepost"
    latest: Latest = Latest()
    label_printing: bool = False
    telemetry: Telemetry = Telemetry()


class UserOut(Struct, rename="camel", frozen=True):
    """The acting user."""

    id: str
    name: str
    email: str
    is_superuser: bool
    default_group_id: str
    group_ids: list[str]
    oidc_issuer: str | None
    oidc_subject: str | None


class TokenResponse(Struct, rename="camel", frozen=True):
    """A session just started; `token` has `Bearer ` before it."""

    token: str
    expires_at: str
    attachment_token: str


class Refreshed(TokenResponse, frozen=True):
    """A session just renewed: `raw` is what the original sends, `token` what its document and clients expect."""

    raw: str


class APIKeyOut(Struct, rename="camel", frozen=True):
    """An API key."""

    id: str
    user_id: str
    name: str
    created_at: str
    expires_at: str | None
    last_used_at: str | None


class APIKeyCreatedOut(APIKeyOut, frozen=True):
    """An API key just made, with its value."""

    token: str


class GroupOut(Struct, rename="camel", frozen=True):
    """A group."""

    id: str
    name: str
    created_at: str
    updated_at: str
    currency: str


class GroupJoined(Struct, frozen=True):
    """The group an invitation led into."""

    id: str
    name: str


class UserSummary(Struct, frozen=True):
    """A member of a group."""

    id: str
    name: str
    email: str


class InvitationOut(Struct, rename="camel", frozen=True):
    """An invitation in a list; its token is not shown again."""

    id: str
    expires_at: str
    uses: int
    group: GroupOut


class InvitationCreatedOut(Struct, rename="camel", frozen=True):
    """An invitation just made, with its token."""

    id: str
    token: str
    expires_at: str
    uses: int
