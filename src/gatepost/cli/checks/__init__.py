"""What `gatepost doctor` looks at."""
