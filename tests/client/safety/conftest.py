"""The Kipu client stands for all where the APIs do not differ."""

from tests.client.kipu.conftest import connect, play

__all__ = ["connect", "play"]
