"""Composing mails and handing them to an SMTP server."""
