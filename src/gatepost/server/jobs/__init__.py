"""Work done behind the requests."""
