"""Asking the database whether it answers."""

from gatepost.server.store.statement import query, scalar

answer = query("readiness.answer", "SELECT value FROM revisions WHERE name = 'credentials'", scalar)
