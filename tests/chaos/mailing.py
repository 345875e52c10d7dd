"""Settings that make a server deliver its mail to a port of this machine."""


def smtp_settings(port: int) -> dict[str, str]:
    """Give the environment variables for an SMTP server without encryption on `port`."""
    return {
        "GATEPOST_MAIL__HOST": "127.0.0.1",
        "GATEPOST_MAIL__PORT": str(port),
        "GATEPOST_MAIL__SECURITY": "none",
    }
