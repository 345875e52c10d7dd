"""The work behind the requests, and when each kind of it is looked for."""

from contextlib import AbstractAsyncContextManager

from gatepost.server.config import Settings
from gatepost.server.jobs.background import Job, running
from gatepost.server.jobs.mail import delivery
from gatepost.server.mail.options import SmtpOptions
from gatepost.server.mail.smtp import SmtpSender
from gatepost.server.parts import Parts
from gatepost.server.services.housekeeping import Housekeeping

USAGE_SECONDS = 10.0
MAIL_SECONDS = 0.5
HOUSEKEEPING_SECONDS = 3_600.0


def background(parts: Parts, **more: tuple[Job, float]) -> AbstractAsyncContextManager[None]:
    """Do the work while the context lasts; `more` are further jobs with their pace in seconds."""
    settings = parts.settings
    housekeeping = Housekeeping(parts.runtime, settings.registration.confirm_hours, settings.mail.keep_days)
    jobs: dict[str, tuple[Job, float]] = {
        "usage": (parts.usage.flush, USAGE_SECONDS),
        "housekeeping": (housekeeping.tidy, HOUSEKEEPING_SECONDS),
        **more,
    }
    if settings.mail.host:
        sender = SmtpSender(smtp_options(settings))
        jobs["mail"] = (delivery(parts.mails, sender, parts.runtime.clock), MAIL_SECONDS)
    return running(jobs)


def smtp_options(settings: Settings) -> SmtpOptions:
    """Give the configured SMTP server as the sender wants it."""
    mail = settings.mail
    return SmtpOptions(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        username=mail.username or None,
        password=mail.password.reveal() or None,
        sender=mail.sender,
        timeout_seconds=mail.timeout_seconds,
    )
