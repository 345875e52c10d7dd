"""The user part of Homebox on the wire: accounts, sessions, API keys, groups and invitations."""
