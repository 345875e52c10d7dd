"""Whose turn it is to clear away."""

from gatepost.server.store.statement import query, scalar

# A number that nobody else locks by; the lock goes with the transaction, or with whoever died in it.
turn = query("housekeeping.turn", "SELECT 1", scalar, postgresql="SELECT pg_try_advisory_xact_lock(7167808315117)")
