"""What every HTTP surface shares: credentials, errors, the fast lane, limits and security headers."""
