"""What the clients of all APIs share: calls as generators, the two loops that perform them, errors and models."""
