"""Gatepost: a self-hosted user service and its typed Python client."""

__version__ = "0.1.0"
