"""Schema migrations: forward only, one transaction each, applied by Alembic."""

HEAD = "0005"
"""The newest schema this program knows; a test holds it equal to Alembic's head."""
