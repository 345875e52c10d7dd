"""The user operations of UbiOps on the wire."""
