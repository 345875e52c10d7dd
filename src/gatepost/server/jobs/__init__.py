"""Work done behind the requests: delivering mail, writing what was used when, clearing away what has expired."""
