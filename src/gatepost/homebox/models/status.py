"""What a server tells of itself.

Source: Homebox API v1.
"""

from gatepost.homebox.models.record import Record


class Build(Record, frozen=True, kw_only=True):
    """Which program answers.

    Attributes:
        buildTime: when it was built.
        commit: the commit it was built from.
        version: its version.
    """

    buildTime: str | None = None
    commit: str | None = None
    version: str | None = None


class Latest(Record, frozen=True, kw_only=True):
    """The newest release the server has heard of; empty when of none.

    Attributes:
        date: when it came out, in a form for people.
        version: its version.
    """

    date: str | None = None
    version: str | None = None


class OIDCStatus(Record, frozen=True, kw_only=True):
    """How people get in.

    Attributes:
        allowLocal: whether by e-mail and password.
        autoRedirect: whether the web page goes to the OpenID provider by itself.
        buttonText: what the page calls that way.
        enabled: whether through an OpenID provider.
    """

    allowLocal: bool | None = None
    autoRedirect: bool | None = None
    buttonText: str | None = None
    enabled: bool | None = None


class APISummary(Record, frozen=True, kw_only=True):
    """The state of a server.

    Attributes:
        allowRegistration: whether anybody may register.
        build: which program answers.
        demo: whether it is a demonstration, which keeps passwords and accounts as they are.
        health: always true.
        labelPrinting: whether labels can be printed.
        latest: the newest release.
        message: a sentence for people.
        oidc: how people get in.
        title: name of the product.
        versions: always None.
    """

    allowRegistration: bool | None = None
    build: Build | None = None
    demo: bool | None = None
    health: bool | None = None
    labelPrinting: bool | None = None
    latest: Latest | None = None
    message: str | None = None
    oidc: OIDCStatus | None = None
    title: str | None = None
    versions: list[str] | None = None
