"""Persistence: the database port, its drivers, and one module of statements for each aggregate."""
