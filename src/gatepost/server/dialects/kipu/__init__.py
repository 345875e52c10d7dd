"""Kipu Quantum Hub user-service on the wire."""
