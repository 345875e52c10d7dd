"""The user operations of Vectara on the wire."""
