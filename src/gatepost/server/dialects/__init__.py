"""The wire languages; each is one folder and knows nothing of its siblings."""
