"""The sections of the configuration: every setting with its default, its limits and what it means."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from gatepost.server.config.kinds import (
    DatabaseUrl,
    Domain,
    Host,
    Mailbox,
    Name,
    Network,
    OptionalHost,
    PostgresUrl,
    Rate,
    Secret,
    WebOrigin,
)

MIB = 1024 * 1024


class ServerSettings(Struct, frozen=True, kw_only=True):
    """Where the service listens and how it is reached."""

    host: Annotated[Host, Meta(description="Address to listen on; `0.0.0.0` or `::` for all.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535, description="TCP port to listen on.")] = 8080
    workers: Annotated[int, Meta(ge=1, le=64, description="Processes that answer requests.")] = 1
    public_url: Annotated[
        WebOrigin,
        Meta(
            description="Address under which people reach the service, used in mails and links; cookies are "
            "marked `Secure` when it is https. Empty: `http://host:port`."
        ),
    ] = ""
    trusted_proxies: Annotated[
        tuple[Network, ...],
        Meta(description="Proxies whose forwarded-for headers are believed. Empty: no header is believed."),
    ] = ()
    max_body_bytes: Annotated[
        int,
        Meta(
            ge=1024,
            le=64 * MIB,
            description="Largest request body, in bytes (1048576 is 1 MiB); images have their own bound.",
        ),
    ] = MIB
    drain_seconds: Annotated[
        int, Meta(ge=0, le=300, description="Time requests in progress get to finish at a stop, in seconds.")
    ] = 10


class DatabaseSettings(Struct, frozen=True, kw_only=True):
    """Where accounts are stored. The keys below `url` are about PostgreSQL."""

    url: Annotated[
        DatabaseUrl,
        Meta(
            description="Database to use. `sqlite:///name.db` is relative to the working directory, "
            "`sqlite:////var/lib/name.db` absolute; `postgresql://user@host1,host2/name` may name several hosts, of "
            "which the one that can be written is used. Empty: `gatepost.db` in the data directory."
        ),
    ] = ""
    listen_url: Annotated[
        PostgresUrl,
        Meta(
            description="Address of the server itself, when `url` leads to a pooler such as PgBouncer, which passes "
            "no notifications on; without it nothing is answered from the cache then. Empty: that of `url`."
        ),
    ] = ""
    connections: Annotated[
        int, Meta(ge=1, le=1_000, description="Connections that one process opens at the most, besides one to listen.")
    ] = 8
    statement_seconds: Annotated[
        int,
        Meta(
            ge=1,
            le=3_600,
            description="How long one statement may take; longer ones are answered with 503. "
            "A process that hangs in a transaction keeps its locks no longer either.",
        ),
    ] = 10


class RegistrationSettings(Struct, frozen=True, kw_only=True):
    """Who may sign up, and what happens until the account is active."""

    mode: Annotated[
        Literal["open", "approval", "invitation", "closed"],
        Meta(
            description="`open`: anyone; `approval`: an administrator approves each account; "
            "`invitation`: only with an invitation; `closed`: administrators create accounts."
        ),
    ] = "open"
    verify_email: Annotated[
        bool, Meta(description="Whether an account must confirm its e-mail address before it can be used.")
    ] = True
    allowed_domains: Annotated[
        tuple[Domain, ...],
        Meta(
            description="Domains whose addresses may sign up, letter case ignored; needs `registration.verify_email`. "
            "Empty: all."
        ),
    ] = ()
    confirm_hours: Annotated[int, Meta(ge=1, le=720, description="Time a confirmation link stays valid, in hours.")] = (
        48
    )


class PasswordSettings(Struct, frozen=True, kw_only=True):
    """Password rules and the cost of Argon2id (RFC 9106); the defaults are OWASP's recommendation."""

    min_length: Annotated[int, Meta(ge=8, le=128, description="Fewest characters of a new password.")] = 8
    time_cost: Annotated[int, Meta(ge=1, le=32, description="Argon2id passes over the memory.")] = 2
    memory_kib: Annotated[
        int,
        Meta(
            ge=128,
            le=4 * MIB,
            description="Argon2id memory per hash, in KiB (19456 is 19 MiB); less only in tests.",
        ),
    ] = 19456
    parallelism: Annotated[int, Meta(ge=1, le=16, description="Argon2id lanes.")] = 1
    threads: Annotated[
        int,
        Meta(
            ge=0,
            le=256,
            description="Threads that hash passwords, per process. 0: one fewer than the cores, at least 1.",
        ),
    ] = 0
    queue: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000,
            description="Sign-ins that may wait for a thread; further ones are answered 503.",
        ),
    ] = 64


class SessionSettings(Struct, frozen=True, kw_only=True):
    """How long a sign-in lasts."""

    days: Annotated[int, Meta(ge=1, le=365, description="Life of a session at most, in days.")] = 30
    idle_days: Annotated[int, Meta(ge=1, le=365, description="Time after which an unused session ends, in days.")] = 7


class TokenSettings(Struct, frozen=True, kw_only=True):
    """Personal access tokens."""

    max_per_account: Annotated[int, Meta(ge=1, le=100_000, description="Tokens one account may have at a time.")] = 500


class MailSettings(Struct, frozen=True, kw_only=True):
    """How mail leaves the service."""

    host: Annotated[
        OptionalHost,
        Meta(description="SMTP server. Empty: mails stay in the local outbox, see `gatepost mail list`."),
    ] = ""
    port: Annotated[int, Meta(ge=1, le=65535, description="Port of the SMTP server.")] = 587
    security: Annotated[
        Literal["starttls", "tls", "none"],
        Meta(
            description="`starttls`: encrypt after connecting (port 587); `tls`: from the start (port 465); "
            "`none`: not encrypted, only for a server on the same machine or network."
        ),
    ] = "starttls"
    username: Annotated[str, Meta(description="Account at the SMTP server. Empty: no authentication.")] = ""
    password: Annotated[
        Secret, Meta(description="Password of that account; set together with `mail.username`. Never shown.")
    ] = Secret()
    sender: Annotated[Mailbox, Meta(description="Address mails come from.")] = "Gatepost <gatepost@localhost>"
    timeout_seconds: Annotated[int, Meta(ge=1, le=300, description="Time one delivery may take, in seconds.")] = 20
    max_attempts: Annotated[
        int, Meta(ge=1, le=100, description="Deliveries tried, further and further apart, before giving up.")
    ] = 12
    keep_days: Annotated[int, Meta(ge=1, le=365, description="Time finished mails stay in the outbox, in days.")] = 7


class ImageSettings(Struct, frozen=True, kw_only=True):
    """Profile images."""

    max_bytes: Annotated[
        int, Meta(ge=1024, le=64 * MIB, description="Largest upload, in bytes (5242880 is 5 MiB).")
    ] = 5 * MIB
    max_megapixels: Annotated[
        int, Meta(ge=1, le=80, description="Largest picture that is decoded, in millions of pixels.")
    ] = 40
    size: Annotated[int, Meta(ge=16, le=2048, description="Longest side of the stored image, in pixels.")] = 512


class SearchSettings(Struct, frozen=True, kw_only=True):
    """The directory search."""

    limit: Annotated[int, Meta(ge=1, le=50, description="Accounts one search returns at most.")] = 50


class LimitSettings(Struct, frozen=True, kw_only=True):
    """Rate limits, in the notation of the `limits` library; several for one purpose are joined by `;`.

    A network is an IPv4 address or an IPv6 /64. All those of one IPv6 /48 may together make ten times as many
    attempts as one; to sign in to one account, as many.
    """

    enabled: Annotated[bool, Meta(description="Whether the limits below are enforced.")] = True
    sign_in_per_account: Annotated[Rate, Meta(description="Attempts to sign in to one account from one network.")] = (
        "10/15 minutes"
    )
    sign_in_per_account_anywhere: Annotated[
        Rate,
        Meta(
            description="Attempts to sign in to one account from all networks together. Whoever makes that many keeps "
            "its owner out, so it is more than one network may make."
        ),
    ] = "100/hour"
    sign_in_per_network: Annotated[Rate, Meta(description="Attempts to sign in from one network, to any account.")] = (
        "300/15 minutes"
    )
    sign_up_per_network: Annotated[Rate, Meta(description="Sign-ups from one network.")] = "60/hour"
    mail_per_address: Annotated[
        Rate, Meta(description="Mails to one address that requests for a link or for a new password can cause.")
    ] = "5/hour"
    status_per_network: Annotated[Rate, Meta(description="Look-ups of a registration's status from one network.")] = (
        "60/minute"
    )
    failed_tokens_per_network: Annotated[
        Rate, Meta(description="Requests with a token that does not hold, from one network.")
    ] = "120/minute"
    ubiops_per_network: Annotated[Rate, Meta(description="All requests to the UbiOps API from one network.")] = (
        "30/minute"
    )
    free_failures: Annotated[
        int,
        Meta(
            ge=1,
            le=1_000,
            description="Failures in a row that one network may have at each of `login`, `forgot-password` and "
            "`reset-password` of the Homebox API, and with each client id at the token endpoint. The next one means to "
            "wait for 10 seconds, each further one for twice as long, up to 5 minutes; a success, or a minute without "
            "failures, ends it.",
        ),
    ] = 5


class LogSettings(Struct, frozen=True, kw_only=True):
    """What is logged, on standard error."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Meta(description="Least important entries that are logged."),
    ] = "info"
    format: Annotated[
        Literal["auto", "console", "json"],
        Meta(description="`console` for people, `json` for machines, `auto`: by whether it is a terminal."),
    ] = "auto"


class BrandingSettings(Struct, frozen=True, kw_only=True):
    """How the service presents itself."""

    name: Annotated[Name, Meta(description="Name shown on pages and in mails.")] = "Gatepost"
