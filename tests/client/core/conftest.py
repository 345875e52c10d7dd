"""The Kipu client stands for all: what is tested here is what the clients share."""

from tests.client.kipu.conftest import connect, play

__all__ = ["connect", "play"]
