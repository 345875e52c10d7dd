"""The closed family of errors that services raise and every surface maps to its own wire form.

GatepostError
├── Invalid              the request itself is wrong
├── Unauthenticated      no credential, or one that does not hold
├── Forbidden            the caller is known and may not
├── NotFound             there is no such thing, or the caller may not know of it
├── Conflict             it contradicts what is stored
├── TooLarge             more than the stated bound was sent
├── TooManyRequests      come back after `retry_after` seconds
├── Unavailable          a part is down or full up; come back after `retry_after` seconds
└── StorageFull          reads go on, writes cannot
"""


class GatepostError(Exception):
    """An expected failure, safe to show to the caller.

    `code` is stable and documented in `docs/reference/errors.md`; the message is for people and never holds a secret.
    """

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(GatepostError):
    """The input breaks a rule; `field` names the offending input where there is one."""

    code = "invalid"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Unauthenticated(GatepostError):
    """No credential was sent, or the one sent is unknown, malformed, expired or revoked."""

    code = "unauthenticated"


class Forbidden(GatepostError):
    """The caller is known and may not do this."""

    code = "forbidden"


class NotFound(GatepostError):
    """There is no such thing, or the caller may not learn that there is."""

    code = "not_found"


class Conflict(GatepostError):
    """The change contradicts what is stored, such as a taken e-mail address."""

    code = "conflict"


class TooLarge(GatepostError):
    """More was sent than the stated bound allows."""

    code = "too_large"


class RetryLater(GatepostError):
    """A refusal before anything was done; the same request may succeed after `retry_after` seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooManyRequests(RetryLater):
    """A rate limit was reached."""

    code = "too_many_requests"


class Unavailable(RetryLater):
    """A part of the service is down or full up; nothing was changed."""

    code = "unavailable"


class StorageFull(GatepostError):
    """The disk is full: reads go on, writes cannot; nothing was changed."""

    code = "storage_full"
