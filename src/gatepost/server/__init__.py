"""The user service: domain, services, store, and the surfaces that speak to the world."""
